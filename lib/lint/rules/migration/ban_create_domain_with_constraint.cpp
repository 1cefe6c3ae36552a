#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_create_domain_with_constraint {
namespace {

// Some versions of the tree list a collation among the constraints, which it is not.
bool has_constraint(const MigrationStatement& statement) { return !statement.node["constraints"].empty(); }

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (statement.is("CreateDomainStmt") && has_constraint(statement))
      report.at(statement.offset(statement.node["constraints"].at(0)["Constraint"]),
                "a domain's constraint cannot be changed while its tables are in use");
  }
}

}  // namespace

}  // namespace migration_ban_create_domain_with_constraint

extern const MigrationRule kMigrationBanCreateDomainWithConstraint;
const MigrationRule kMigrationBanCreateDomainWithConstraint{
    {"migration/ban-create-domain-with-constraint", Severity::warning, Scope::always,
     "creates a domain with a constraint",
     "A constraint of a domain cannot be added NOT VALID in a way that readers rely on, nor "
     "changed without reading every table that uses the domain (PostgreSQL documentation, "
     "ALTER DOMAIN, Notes).",
     "Put the constraint on the tables."},
    migration_ban_create_domain_with_constraint::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
