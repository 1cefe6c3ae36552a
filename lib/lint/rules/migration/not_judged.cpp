#include "base/format.h"
#include "base/text.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_not_judged {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  const std::vector<migration::Remark>& found = input.file().placeholders();
  if (found.empty()) return;
  report.at(found.front().offset, format("{} is replaced before {} sends the file: what then runs is not judged",
                                         text::printable(found.front().message), input.file().layout().tool));
}

}  // namespace

}  // namespace migration_not_judged

extern const MigrationRule kMigrationNotJudged;
const MigrationRule kMigrationNotJudged{
    {"migration/not-judged", Severity::warning, Scope::always,
     "holds a placeholder that a tool replaces, or more than a million words and signs",
     "The text in the repository is not what the server gets: ${name} of Flyway, $NAME between goose's ENVSUB marks, "
     ":name of psql, {{ name }} of programs around a tool. The statements that parse are judged, the others are not, "
     "and the trial leaves the file out. A file of more than a million words and signs, which would hold up "
     "every commit, is an error: only secrets are searched in it.",
     "Keep placeholders out of migrations, or try the file by hand. Split a large file, or load its rows with COPY."},
    migration_not_judged::check};

}  // namespace kairon::lint
