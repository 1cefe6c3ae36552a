#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_ban_alter_domain_with_add_constraint {
namespace {

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    if (statement.is("AlterDomainStmt") && statement.node["subtype"].string() == "C")
      report.at(statement.offset_of_word("add"),
                "the constraint reads every table that uses the domain while it is locked");
  }
}

}  // namespace

}  // namespace migration_ban_alter_domain_with_add_constraint

extern const MigrationRule kMigrationBanAlterDomainWithAddConstraint;
const MigrationRule kMigrationBanAlterDomainWithAddConstraint{
    {"migration/ban-alter-domain-with-add-constraint", Severity::warning, Scope::always,
     "adds a constraint to a domain",
     "A constraint of a domain cannot be added NOT VALID in a way that readers rely on, nor "
     "changed without reading every table that uses the domain (PostgreSQL documentation, "
     "ALTER DOMAIN, Notes).",
     "Put the constraint on the tables."},
    migration_ban_alter_domain_with_add_constraint::check,
    MigrationFiles::forward};

}  // namespace kairon::lint
