#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migration/layout.h"
#include "migration/sections.h"
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

/// As what a file is read.
struct Form {
  const Layout* layout = &kairon_layout();
  Direction direction = Direction::forward;  ///< of a file that holds both; else its name says it
  bool no_transaction = false;               ///< its companion says so
};

/// One direction of one SQL file of the migrations folder, read and parsed. Offsets, lines and columns are those of the
/// file, also where only a section of it counts. Never fails: what is wrong is said by script().errors(), problems(),
/// psql_commands() and the directives' problems.
class File {
 public:
  File(std::string path, std::string text, Form form = {});

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const FileName& name() const { return name_; }
  /// The bytes as they stand in the file.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const Layout& layout() const { return *form_.layout; }
  /// The statements; psql commands and other sections are blanks here, offsets are those of text().
  [[nodiscard]] const sql::Script& script() const { return script_; }
  [[nodiscard]] const std::vector<sql::PsqlCommand>& psql_commands() const { return psql_commands_; }
  [[nodiscard]] const std::vector<Directive>& directives() const { return directives_; }
  /// Why the tool refuses the file, or reads it otherwise than it looks.
  [[nodiscard]] const std::vector<Remark>& problems() const { return section_.problems; }
  /// What the tool replaces before it sends the file: with it nobody can tell what runs.
  [[nodiscard]] const std::vector<Remark>& placeholders() const { return placeholders_; }
  /// A program, not SQL: only its tool runs it.
  [[nodiscard]] bool is_program() const { return migration::is_program(layout(), path_); }
  /// Nothing would be sent.
  [[nodiscard]] bool holds_nothing() const { return script_.ok() && script_.statements().empty(); }
  /// The directive in force of that kind, null when there is none.
  [[nodiscard]] const Directive* directive(DirectiveKind kind) const;
  /// Time of `lock-budget`.
  [[nodiscard]] std::optional<std::chrono::milliseconds> lock_budget() const;
  /// "-- Migration: ..." or "-- Migration NNN: ...", else the first comment that is no directive,
  /// else the name, words separated by blanks.
  [[nodiscard]] std::string description() const;
  /// True when a statement of the file begins or ends a transaction: then the file runs as it is.
  [[nodiscard]] bool has_own_transaction() const;
  /// True when the file runs in one transaction: the runner's or the tool's, or the one that the server makes of a
  /// query of several statements.
  [[nodiscard]] bool runs_in_transaction() const;
  /// SHA-256 of the bytes, 64 hexadecimal digits.
  [[nodiscard]] std::string checksum() const;
  /// True for the checksum of these bytes, with whatever line ends: a checkout may change those.
  [[nodiscard]] bool has_checksum(std::string_view checksum) const;

 private:
  [[nodiscard]] bool avoids_transaction() const;
  void find_goose_cuts();
  std::string path_;
  Form form_;
  FileName name_;
  std::string text_;
  Section section_;
  std::vector<sql::PsqlCommand> psql_commands_;
  sql::Script script_;
  std::vector<sql::Comment> comments_;  // they view the script's text
  std::vector<Directive> directives_;
  std::vector<Remark> placeholders_;

 public:
  File(const File&) = delete;
  File& operator=(const File&) = delete;
};

}  // namespace kairon::migration
