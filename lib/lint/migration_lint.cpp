#include "lint/migration_lint.h"

#include <algorithm>
#include <iterator>

#include "lint/migration_rule.h"
#include "lint/support/atlas_nolint.h"
#include "lint/support/secrets.h"
#include "lint/support/squawk_ignore.h"
#include "sql/position.h"
#include "sql/work.h"

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

namespace {

/// The rules, the ignore comments and the suppressions of one direction of a file.
void lint_direction(const migration::File& file, const MigrationOptions& options, FileVerdict& verdict) {
  const MigrationInput input(file, options.version, options.transaction);
  std::vector<Finding> findings;
  Reporter reporter(findings);
  MigrationReporter report(reporter, file);
  for (const MigrationRule* rule : migration_rules()) {
    // A rollback is judged for what breaks it: it takes away what the migration brought.
    const bool breaks = rule->files == MigrationFiles::all && rule->info.scope == Scope::always;
    if (file.name().is_rollback && !breaks) continue;
    report.enter(rule->info);
    rule->check(input, report);
  }
  verdict.ignored += apply_squawk_ignores(squawk_ignores(file), findings);
  verdict.ignored += apply_atlas_nolints(atlas_nolints(file), findings);
  std::move(findings.begin(), findings.end(), std::back_inserter(verdict.findings));
  for (const migration::Directive& directive : file.directives()) {
    if (directive.kind != migration::DirectiveKind::allow || !directive.problem.empty()) continue;
    const sql::Position position = file.script().position(directive.offset);
    verdict.facts.suppressions.push_back({{{}, position.line, position.column}, directive.rule});
  }
}

/// The secrets in a text, each reported by `add(rule, offset, message)`, and taken out of all findings.
template <typename Add>
void search_secrets(const std::string& text, std::vector<Finding>& findings, const Add& add) {
  std::vector<std::string> secrets;
  constexpr std::size_t kMostSecrets = 1000;
  for (const Secret& secret : find_secrets(text)) {
    if (secrets.size() == kMostSecrets) break;
    add(secret.rule->info, secret.match.begin, secret_message(secret, text));
    secrets.emplace_back(text.substr(secret.match.begin, secret.match.end - secret.match.begin));
  }
  hide_secrets(secrets, findings);
}

/// A file that is too much work for a commit: an error, and its secrets.
FileVerdict lint_laborious_file(const std::string& path, const std::string& text) {
  FileVerdict verdict;
  Reporter reporter(verdict.findings);
  const RuleInfo* rule = find_rule("migration/not-judged");
  reporter.enter(*rule, path, {});
  reporter.add({1, 1}, {}, "the file is not judged: it has more than a million words and signs, or 16 MiB",
               "split it, or load its rows from a CSV file with COPY FROM STDIN", Severity::error);
  const sql::Lines lines(text);
  search_secrets(text, verdict.findings, [&](const RuleInfo& found, std::size_t offset, std::string message) {
    const sql::Position position = lines.at(offset);
    reporter.enter(found, path, {});
    reporter.add({position.line, position.column}, {}, std::move(message), std::string(kSecretHelp));
  });
  return verdict;
}

}  // namespace

FileVerdict lint_migration_file(const std::string& path, std::string text, const MigrationOptions& options) {
  if (sql::is_laborious(text)) return lint_laborious_file(path, text);
  FileVerdict verdict;
  const migration::Layout& layout = *options.layout;
  const migration::Role role = migration::file_name(layout, path).role;
  migration::Form form{&layout, migration::Direction::forward, options.no_transaction};
  const migration::File file(path, std::move(text), form);
  // What the tool passes over is searched for secrets all the same.
  if (layout.is_ours() || role != migration::Role::none) lint_direction(file, options, verdict);
  if (role == migration::Role::both) {
    form.direction = migration::Direction::rollback;
    lint_direction({path, file.text(), form}, options, verdict);
  }
  Reporter reporter(verdict.findings);
  MigrationReporter report(reporter, file);
  search_secrets(file.text(), verdict.findings, [&](const RuleInfo& found, std::size_t offset, std::string message) {
    report.enter(found);
    report.at(offset, std::move(message), std::string(kSecretHelp));
  });
  return verdict;
}

}  // namespace kairon::lint
