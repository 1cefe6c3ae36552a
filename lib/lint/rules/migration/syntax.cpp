#include "base/conflict_marker.h"
#include "base/format.h"
#include "lint/migration_rule.h"
#include "sql/newer_syntax.h"

namespace kairon::lint {
namespace migration_syntax {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  const bool newer = input.version().major > sql::parser_version();
  // migration/not-judged says what prevents it.
  if (!input.file().placeholders().empty()) return;
  if (const std::string& text = input.file().text(); !input.file().script().ok()) {
    const auto conflict = text::conflict_marker(text);
    if (conflict && text.find("\n>>>>>>> ", *conflict) != std::string::npos) {
      report.at(*conflict, "the file holds a merge conflict", "keep one side, and remove the lines that git put in");
      return;
    }
  }
  for (const sql::SyntaxError& error : input.file().script().errors()) {
    const auto known = sql::newer_syntax(input.file().script().text(), error.offset, error.message);
    const std::string help =
        known && known->major > input.version().major
            ? format(
                  "PostgreSQL reads {} from version {} on. If your servers are that new: [kairon] postgresVersion = {}",
                  known->shown, known->major, known->major)
            : std::string();
    report.at(error.offset, error.message, help, newer ? std::optional(Severity::warning) : std::nullopt);
  }
  for (std::size_t i = 0; i < input.statements().size(); ++i) {
    if (input.statements()[i].node) continue;
    report.at(input.statements()[i].begin, "the statement is nested so deeply that no rule can judge it",
              "split it into smaller expressions", Severity::warning);
  }
}

}  // namespace

}  // namespace migration_syntax

extern const MigrationRule kMigrationSyntax;
const MigrationRule kMigrationSyntax{
    {"migration/syntax", Severity::error, Scope::always, "holds text that does not parse as SQL",
     "The server would stop at this place, with everything before it already done outside a "
     "transaction. Judged by PostgreSQL's own parser; for a server that is newer than the "
     "parser it is a warning, and the trial decides.",
     "Repair the statement."},
    migration_syntax::check};

}  // namespace kairon::lint
