#include "check/trial_drift.h"

#include <map>

#include "check/check.h"
#include "lint/check.h"

namespace kairon::check {

namespace {

trial::Gravity gravity_of(lint::Severity severity) {
  if (severity == lint::Severity::error) return trial::Gravity::error;
  return severity == lint::Severity::warning ? trial::Gravity::warning : trial::Gravity::note;
}

/// Takes out what a note of the workflow allows.
void apply_notes(const repository::Snapshot& workflows, const std::string& path, std::vector<lint::Finding>& findings) {
  std::vector<std::string_view> others;
  for (const lint::RuleInfo* rule : lint::all_rules()) others.push_back(rule->id);
  for (const repository::SnapshotFile& file : workflows.workflows) {
    if (file.path != path) continue;
    const workflow::Facts facts = lint::read_facts(workflows.read(file), path);
    static_cast<void>(lint::apply_suppressions(facts, path, findings, others));
  }
  std::erase_if(findings, [](const lint::Finding& finding) { return !lint::needs_database(finding.rule); });
}

}  // namespace

void add_drift(const lint::SchemaProbe& probe, const repository::Snapshot& workflows, const config::Settings& settings,
               trial::TrialReport& report) {
  std::map<std::string, std::vector<lint::Finding>> by_path;
  const auto counts = [](const lint::SchemaStatement& statement) { return !statement.broken_by.empty(); };
  for (lint::Finding& finding : probe.findings(counts)) by_path[finding.path].push_back(std::move(finding));
  for (auto& [path, findings] : by_path) {
    ruleset_of(settings).apply(findings);
    apply_notes(workflows, path, findings);
    for (lint::Finding& finding : findings) {
      report.findings.push_back(
          {finding.rule, gravity_of(finding.severity), finding.path, {finding.line, finding.column}, finding.message});
    }
  }
}

}  // namespace kairon::check
