#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migration/version.h"
#include "sql/psql.h"
#include "sql/statement.h"

namespace kairon::migration {

enum class DirectiveKind : std::uint8_t {
  no_transaction,  ///< -- kairon: no-transaction
  irreversible,    ///< -- kairon: irreversible REASON
  not_idempotent,  ///< -- kairon: not-idempotent REASON
  allow,           ///< -- kairon: allow RULE REASON
  lock_budget,     ///< -- kairon: lock-budget 500ms
  unknown
};

/// A comment that begins with "kairon:". `problem` says why it does not count; then it has no
/// effect. `allow` counts anywhere in the file, the others only before the first statement.
struct Directive {
  DirectiveKind kind = DirectiveKind::unknown;
  std::string word;      ///< as written: "no-transaction"
  std::string rule;      ///< of allow: "migration/ban-drop-column"
  std::string argument;  ///< the reason, or the time of lock-budget
  std::size_t offset = 0;
  std::string problem;
};

/// One SQL file of the migrations folder, read and parsed. Never fails: what is wrong is said by
/// script().errors(), psql_commands() and the directives' problems.
class File {
 public:
  File(std::string path, std::string text);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const FileName& name() const { return name_; }
  /// The bytes as they stand in the file.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// The statements; psql commands are blanks here, offsets are those of text().
  [[nodiscard]] const sql::Script& script() const { return script_; }
  [[nodiscard]] const std::vector<sql::PsqlCommand>& psql_commands() const { return psql_commands_; }
  [[nodiscard]] const std::vector<Directive>& directives() const { return directives_; }
  /// The directive in force of that kind, null when there is none.
  [[nodiscard]] const Directive* directive(DirectiveKind kind) const;
  /// Time of `lock-budget`.
  [[nodiscard]] std::optional<std::chrono::milliseconds> lock_budget() const;
  /// "-- Migration: ..." or "-- Migration NNN: ...", else the first comment that is no directive,
  /// else the name, words separated by blanks.
  [[nodiscard]] std::string description() const;
  /// True when a statement of the file begins or ends a transaction: then the file runs as it is.
  [[nodiscard]] bool has_own_transaction() const;
  /// True when the runner wraps the file into one transaction.
  [[nodiscard]] bool runs_in_transaction() const;
  /// SHA-256 of the bytes, 64 hexadecimal digits.
  [[nodiscard]] std::string checksum() const;

 private:
  std::string path_;
  FileName name_;
  std::string text_;
  std::vector<sql::PsqlCommand> psql_commands_;
  sql::Script script_;
  std::vector<sql::Comment> comments_;  // they view the script's text
  std::vector<Directive> directives_;

 public:
  File(const File&) = delete;
  File& operator=(const File&) = delete;
};

}  // namespace kairon::migration
