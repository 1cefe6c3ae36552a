#pragma once
#include <optional>
#include <span>
#include <string>

#include "lint/migration_input.h"
#include "lint/reporter.h"
#include "lint/rule.h"

namespace kairon::lint {

/// Collects what one migration rule finds in one file.
class MigrationReporter {
 public:
  MigrationReporter(Reporter& reporter, const migration::File& file) : reporter_(reporter), file_(file) {}

  /// The driver sets the rule whose findings follow.
  void enter(const RuleInfo& rule);
  /// A finding at a byte of the file. Without `help` the rule's own fix is said.
  void at(std::size_t offset, std::string message, std::string help = {},
          std::optional<Severity> severity = std::nullopt);
  void at(const MigrationStatement& statement, std::string message) { at(statement.begin, std::move(message)); }
  void at(const AlterAction& action, std::string message) { at(action.offset, std::move(message)); }

 private:
  Reporter& reporter_;
  const migration::File& file_;
  const RuleInfo* rule_ = nullptr;
};

/// Which files a rule is for.
enum class MigrationFiles : std::uint8_t {
  all,
  forward  ///< not rollback files, whose job is to take away what the migration brought
};

/// Whether the rule also judges SQL inside DO blocks and functions (as migration/in-function-body).
enum class InBodies : std::uint8_t { no, yes };

/// A rule that judges one SQL file by itself. Its findings are cached by content and options.
struct MigrationRule {
  RuleInfo info;
  void (*check)(const MigrationInput& input, MigrationReporter& report);
  MigrationFiles files = MigrationFiles::all;
  InBodies bodies = InBodies::no;
};

[[nodiscard]] std::span<const MigrationRule* const> migration_rules();

}  // namespace kairon::lint
