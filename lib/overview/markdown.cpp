#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "diff/words.h"
#include "overview/render.h"
#include "report/markup.h"

namespace kairon::overview {

namespace {

constexpr std::size_t kMost = 60'000;
constexpr std::size_t kTextLength = 160;

std::string span(std::string_view text) {
  return report::code_span(diff::shortened(diff::visible_line(text), kTextLength));
}

/// A cell of a table: a bar would end it.
std::string cell(std::string_view text) { return text::replace_all(span(text), "|", "\\|"); }

/// Adds a part while it fits; says how much is left out.
void add_lines(std::string_view title, const std::vector<std::string>& lines, std::string& out) {
  if (lines.empty()) return;
  out += format("\n## {}\n\n", title);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (out.size() + lines[i].size() > kMost) {
      out += format("\n{} more\n", lines.size() - i);
      return;
    }
    out += lines[i] + "\n";
  }
}

std::vector<std::string> gate_lines(const Facts& facts) {
  std::vector<std::string> lines;
  for (const report::Diagnosis& one : facts.gate) {
    if (one.health == report::Health::ok) continue;
    lines.push_back(format("- {}: {}", one.topic, span(one.message.text)));
  }
  if (lines.empty()) lines.emplace_back("- everything that was looked at is on");
  return lines;
}

std::vector<std::string> finding_lines(const Facts& facts) {
  std::vector<std::string> lines{"| rule | findings |", "|---|---|"};
  for (const auto& [rule, count] : findings_by_rule(facts)) lines.push_back(format("| {} | {} |", cell(rule), count));
  if (lines.size() == 2) lines = {"Nothing found."};
  return lines;
}

std::vector<std::string> workflow_lines(const Facts& facts) {
  std::vector<std::string> lines{"| workflow | nodes | findings | tests | calls |", "|---|---|---|---|---|"};
  for (const WorkflowFact& one : facts.workflows) {
    std::vector<std::string> calls;
    for (const diff::Reach& reach : one.reach)
      if (reach.kind == diff::ReachKind::workflow) calls.push_back(reach.what);
    lines.push_back(format("| {} | {} | {} | {} | {} |", cell(one.name), one.nodes, one.findings, one.tests,
                           calls.empty() ? std::string() : cell(text::join(calls, ", "))));
  }
  if (lines.size() == 2) lines.clear();
  return lines;
}

std::vector<std::string> migration_lines(const Facts& facts) {
  std::vector<std::string> lines{"| migration | statements | locks |", "|---|---|---|"};
  for (const MigrationFact& one : facts.migrations) {
    std::vector<std::string> locks;
    for (const diff::SqlEffect& effect : one.effects)
      if (!effect.lock.empty() && std::find(locks.begin(), locks.end(), effect.lock) == locks.end())
        locks.push_back(effect.lock);
    lines.push_back(format("| {} | {} | {} |", cell(one.path), one.effects.size(),
                           locks.empty() ? std::string() : cell(text::join(locks, ", "))));
  }
  if (lines.size() == 2) lines.clear();
  return lines;
}

std::vector<std::string> trial_lines(const Facts& facts) {
  if (!facts.trial) return {"No trial is recorded on this machine; `kairon migrate test` makes one."};
  const trial::LastTrial& trial = *facts.trial;
  std::vector<std::string> lines{
      format("{} on {}, base: {}", trial.passed ? "passed" : "failed", span(trial.server), span(trial.base))};
  if (trial.migrations.empty()) return lines;
  lines.insert(lines.end(), {"", "| migration | time | locks | changes of the schema |", "|---|---|---|---|"});
  for (const trial::TriedMigration& one : trial.migrations)
    lines.push_back(format("| {} | {:.1f} ms | {} | {} |", cell(one.path), one.milliseconds,
                           one.locks.empty() ? std::string() : cell(text::join(one.locks, "; ")),
                           one.schema_changes.empty() ? std::string() : cell(text::join(one.schema_changes, "; "))));
  return lines;
}

std::vector<std::string> health_lines(const Facts& facts) {
  std::vector<std::string> lines{facts.servers.empty()
                                     ? "From this machine's records alone; `kairon report --env NAME` asks the servers."
                                     : span(servers_line(facts))};
  if (!facts.health.empty()) lines.emplace_back("");
  for (const health::HealthLine& one : facts.health)
    lines.push_back(format("- {}: {} {}: {}", health::condition_name(one.condition), one.environment, one.check,
                           span(one.message.text)));
  return lines;
}

std::vector<std::string> event_lines(const std::vector<EventFact>& events) {
  std::vector<std::string> lines;
  for (auto event = events.rbegin(); event != events.rend() && lines.size() < 10; ++event)
    lines.push_back(format("- {} {}: {}", shown_time(event->at), event->environment, span(event->what)));
  return lines;
}

}  // namespace

std::vector<std::pair<std::string, std::size_t>> findings_by_rule(const Facts& facts) {
  std::map<std::string, std::size_t> counts;
  for (const lint::Finding& finding : facts.findings.findings) ++counts[finding.rule];
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

std::string coverage_line(const Facts& facts) {
  if (facts.coverage.workflows.empty()) return "there is no workflow that a test could exercise";
  std::set<std::pair<std::string, std::string>> tests;
  for (const smoke::CoveredWorkflow& workflow : facts.coverage.workflows)
    for (const smoke::CoveringTest& test : workflow.tests) tests.emplace(test.path, test.name);
  const smoke::CoverageReport& coverage = facts.coverage;
  return format("{} of {} ({:.0f} %) executed by the last smoke run; {} ({:.0f} %) can be reached by {}",
                coverage.executed, text::counted(coverage.workflows.size(), "workflow"), coverage.executed_percent(),
                coverage.reachable, coverage.reachable_percent(), text::counted(tests.size(), "test"));
}

std::string servers_line(const Facts& facts) {
  if (facts.servers.empty()) return "made without asking a server";
  std::vector<std::string> said;
  for (const ServerFact& one : facts.servers)
    said.push_back(one.problem.empty() ? format("{} answered", one.environment)
                                       : format("{}: {}", one.environment, one.problem));
  return "asked: " + text::join(said, "; ");
}

std::string shown_time(std::time_t time) {
  std::tm parts{};
  if (time == 0 || ::gmtime_r(&time, &parts) == nullptr) return "at an unknown time";
  return format("{}-{:02}-{:02} {:02}:{:02} UTC", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                parts.tm_min);
}

std::string to_markdown(const Facts& facts) {
  std::string out = format("# Kairon report of {}\n\n", span(facts.repository));
  out += format("{} at commit {}, {}; {}, {} in {}.\n", shown_time(facts.made),
                facts.commit.empty() ? "none" : facts.commit.substr(0, 12),
                facts.servers.empty() ? servers_line(facts) : span(servers_line(facts)),
                text::counted(facts.findings.errors, "error"), text::counted(facts.findings.warnings, "warning"),
                text::counted(facts.findings.files, "file"));
  add_lines("Gate", gate_lines(facts), out);
  add_lines("Findings by rule", finding_lines(facts), out);
  add_lines("Workflows", workflow_lines(facts), out);
  add_lines("Coverage", {coverage_line(facts)}, out);
  add_lines("Migrations", migration_lines(facts), out);
  add_lines("Last trial of migrations", trial_lines(facts), out);
  add_lines("Deployments", event_lines(facts.deployments), out);
  add_lines("Backups and drills", event_lines(facts.backups), out);
  add_lines("Health", health_lines(facts), out);
  return out;
}

}  // namespace kairon::overview
