#include "lint/migration_lint.h"

#include "lint/migration_rule.h"
#include "lint/support/secrets.h"
#include "lint/support/squawk_ignore.h"

namespace kairon::lint {

void MigrationReporter::enter(const RuleInfo& rule) {
  rule_ = &rule;
  reporter_.enter(rule, file_.path(), {});
}

void MigrationReporter::at(std::size_t offset, std::string message, std::string help,
                           std::optional<Severity> severity) {
  const sql::Position position = file_.script().position(offset);
  reporter_.add({position.line, position.column}, {}, std::move(message),
                help.empty() ? std::string(rule_->fix) : std::move(help), severity);
}

FileVerdict lint_migration_file(const std::string& path, std::string text, const MigrationOptions& options) {
  FileVerdict verdict;
  const migration::File file(path, std::move(text));
  const MigrationInput input(file, options.version, options.transaction);
  Reporter reporter(verdict.findings);
  MigrationReporter report(reporter, file);
  for (const MigrationRule* rule : migration_rules()) {
    if (rule->files == MigrationFiles::forward && file.name().is_rollback) continue;
    report.enter(rule->info);
    rule->check(input, report);
  }
  verdict.ignored = apply_squawk_ignores(squawk_ignores(file), verdict.findings);
  std::vector<std::string> secrets;
  for (const Secret& secret : find_secrets(file.text())) {
    report.enter(secret.rule->info);
    report.at(secret.match.begin, secret_message(secret, file.text()), std::string(kSecretHelp));
    secrets.emplace_back(file.text().substr(secret.match.begin, secret.match.end - secret.match.begin));
  }
  hide_secrets(secrets, verdict.findings);
  for (const migration::Directive& directive : file.directives()) {
    if (directive.kind != migration::DirectiveKind::allow || !directive.problem.empty()) continue;
    const sql::Position position = file.script().position(directive.offset);
    verdict.facts.suppressions.push_back({{{}, position.line, position.column}, directive.rule});
  }
  return verdict;
}

}  // namespace kairon::lint
