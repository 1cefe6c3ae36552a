#include "lint/migration_set.h"

#include <algorithm>

#include "lint/migration_lint.h"
#include "migration/file.h"
#include "sql/work.h"

namespace kairon::lint {

bool MigrationStates::is_new(const migration::Migration& one) const { return base.find(one.version.stem) == nullptr; }

bool MigrationStates::is_renamed(const migration::Migration& one) const {
  return std::any_of(base.migrations().begin(), base.migrations().end(), [&](const migration::Migration& before) {
    return before.forward.content_id == one.forward.content_id && now.find(before.version.stem) == nullptr;
  });
}

bool MigrationStates::is_irreversible(const migration::Migration& one) const {
  if (!read) return false;
  std::string text = read(one.forward);
  if (sql::is_laborious(text)) return false;
  const migration::File file(one.forward.path, std::move(text), {&now.layout()});
  return file.directive(migration::DirectiveKind::irreversible) != nullptr;
}

void SetReporter::at_file(const std::string& path, std::string message, std::optional<Severity> severity,
                          std::string help) {
  Finding finding;
  finding.rule = rule_->id;
  finding.severity = severity.value_or(rule_->severity);
  finding.path = path;
  finding.message.text = std::move(message);
  finding.message.remedy = help.empty() ? std::string(rule_->fix) : std::move(help);
  findings_.push_back(std::move(finding));
}

std::vector<Finding> lint_migration_set(const MigrationSetInput& input) {
  std::vector<Finding> findings;
  SetReporter report(findings);
  const MigrationStates states{migration::Set(input.folder, input.base, *input.layout),
                               migration::Set(input.folder, input.now, *input.layout), input.read};
  for (const MigrationSetRule* rule : migration_set_rules()) {
    report.enter(rule->info);
    rule->check(states, report);
  }
  return findings;
}

}  // namespace kairon::lint
