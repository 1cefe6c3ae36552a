#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_psql_command {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  const migration::Layout& layout = input.file().layout();
  if (layout.psql) return;
  for (const sql::PsqlCommand& command : input.file().psql_commands()) {
    if (layout.name == "flyway" && command.name == "\\.") continue;
    report.at(command.begin, command.name == "\\."
                                 ? std::string("the data lines of COPY ... FROM stdin are understood by psql only")
                                 : format("{} is understood by psql only", command.name));
  }
}

}  // namespace

}  // namespace migration_psql_command

extern const MigrationRule kMigrationPsqlCommand;
const MigrationRule kMigrationPsqlCommand{
    {"migration/psql-command", Severity::error, Scope::always,
     "uses a psql meta-command (\\echo, \\i, \\d) or inline COPY data",
     "Only psql understands it; the server, and every runner that speaks to the server itself, "
     "stops with a syntax error (PostgreSQL documentation, psql, \"Meta-Commands\").",
     "Write it as SQL: SELECT instead of \\echo, the file's content instead of \\i, INSERT "
     "instead of COPY data. Delete \\restrict and \\unrestrict, which pg_dump writes."},
    migration_psql_command::check};

}  // namespace kairon::lint
