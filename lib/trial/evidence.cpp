#include "trial/evidence.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "lint/migration_lint.h"
#include "lint/rule.h"

namespace kairon::trial {

namespace {

/// The statement in which the finding stands; null when it was not watched.
const StatementReport* statement_of(const MigrationReport& report, const lint::Finding& finding) {
  const StatementReport* hit = nullptr;
  for (const StatementReport& one : report.statements) {
    const bool before = one.position.line < finding.line ||
                        (one.position.line == finding.line && one.position.column <= finding.column);
    if (before) hit = &one;
  }
  return hit;
}

bool is_shared(const std::string& mode) { return mode == "AccessShareLock" || mode == "RowShareLock"; }

std::string what_it_did(const StatementReport& statement) {
  std::vector<std::string> parts;
  for (const Effects::Lock& lock : statement.effects.locks)
    if (!is_shared(lock.mode)) parts.push_back(format("{} on {}", lock_name(lock.mode), lock.relation));
  for (const std::string& relation : statement.effects.rewritten) parts.push_back("rewrites " + relation);
  for (const Effects::Scan& scan : statement.effects.scans)
    parts.push_back(format("reads {} ({})", scan.relation, text::counted(static_cast<std::size_t>(scan.rows), "row")));
  return text::join(parts, ", ");
}

}  // namespace

void weigh_warnings(const migration::File& file, int major, const Base& base, MigrationReport& report) {
  constexpr std::size_t kLargest = std::size_t{1} << 20U;
  if (file.text().size() > kLargest) return;
  lint::MigrationOptions options;
  options.version = {major, std::nullopt};
  options.layout = &file.layout();
  options.transaction = file.runs_in_transaction() ? lint::RunsInTransaction::yes : lint::RunsInTransaction::automatic;
  const std::string_view rows = base.backup.empty() ? "seed rows" : "restored rows";
  for (const lint::Finding& finding : lint::lint_migration_file(file.path(), file.text(), options).findings) {
    const lint::RuleInfo* rule = lint::find_rule(finding.rule);
    if (rule == nullptr || rule->scope != lint::Scope::by_evidence) continue;
    const StatementReport* statement = statement_of(report, finding);
    const std::string did = statement == nullptr ? std::string() : what_it_did(*statement);
    StaticWarning warning{finding.rule, {finding.line, finding.column}, !did.empty(), {}};
    warning.evidence = did.empty() ? format("no lock on a table that was there, on {}", rows)
                                   : format("{}; {:.1f} ms on {}", did, statement->milliseconds, rows);
    report.warnings.push_back(std::move(warning));
  }
}

}  // namespace kairon::trial
