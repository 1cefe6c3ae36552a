#include <algorithm>
#include <map>

#include "base/format.h"
#include "base/text.h"
#include "diff/picture.h"
#include "diff/words.h"
#include "overview/calls.h"
#include "overview/render.h"
#include "report/page.h"

namespace kairon::overview {

namespace {

using diff::visible_line;
using report::Markup;

constexpr std::size_t kMostFindings = 1000;
constexpr std::size_t kMostMigrations = 60;

using Row = std::vector<std::string>;

void write_contents(Markup& out) {
  static constexpr std::pair<std::string_view, std::string_view> kParts[] = {{"gate", "Gate"},
                                                                             {"findings", "Findings"},
                                                                             {"workflows", "Workflows"},
                                                                             {"coverage", "Coverage"},
                                                                             {"migrations", "Migrations"},
                                                                             {"trial", "Last trial"},
                                                                             {"deployments", "Deployments"},
                                                                             {"backups", "Backups and drills"},
                                                                             {"health", "Health"}};
  out.open("nav", {{"aria-label", "Contents"}}).open("ul");
  for (const auto& [id, name] : kParts) out.open("li").leaf("a", {{"href", format("#{}", id)}}, name).close();
  out.close().close();
}

void begin_section(Markup& out, std::string_view id, std::string_view title) {
  out.open("section", {{"id", std::string(id)}}).leaf("h2", {}, title);
}

void write_table(Markup& out, const Row& head, const std::vector<Row>& rows) {
  out.open("div",
           {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", head.front() + " table"}});
  out.open("table").open("thead").open("tr");
  for (const std::string& name : head) out.leaf("th", {{"scope", "col"}}, name);
  out.close().close().open("tbody");
  for (const Row& row : rows) {
    out.open("tr");
    for (const std::string& text : row) out.leaf("td", {}, visible_line(text));
    out.close();
  }
  out.close().close().close();
}

void write_gate_section(const Facts& facts, Markup& out) {
  begin_section(out, "gate", "Gate");
  std::vector<Row> rows;
  for (const report::Diagnosis& one : facts.gate) {
    static constexpr std::string_view kStates[] = {"ok", "warning", "failed"};
    rows.push_back(
        {std::string(kStates[static_cast<std::size_t>(one.health)]), one.topic, one.message.text, one.message.remedy});
  }
  write_table(out, {"State", "Part", "What", "Help"}, rows);
  out.close();
}

void write_finding(const Facts& facts, std::size_t index, Markup& out) {
  const lint::Finding& finding = facts.findings.findings[index];
  const std::string node = finding.node.empty() ? std::string() : finding.node + ": ";
  out.leaf("p", {},
           visible_line(format("{}:{} {}[{}] {}{}", finding.line, finding.column, lint::severity_name(finding.severity),
                               finding.rule, node, finding.message.text)));
  if (index < facts.frames.size() && !facts.frames[index].text.empty()) {
    const Frame& frame = facts.frames[index];
    out.open("pre", {{"tabindex", "0"}}).leaf("span", {}, visible_line(frame.text));
    out.leaf("span", {{"class", "bad"}, {"aria-hidden", "true"}}, std::string(frame.caret, ' ') + "^").close();
  }
  if (!finding.message.remedy.empty())
    out.leaf("p", {{"class", "faint"}}, "help: " + visible_line(finding.message.remedy));
}

void write_findings_section(const Facts& facts, Markup& out) {
  begin_section(out, "findings", "Findings");
  out.leaf("p", {},
           format("{}, {} in {}; {} allowed by notes, {} in the baseline",
                  text::counted(facts.findings.errors, "error"), text::counted(facts.findings.warnings, "warning"),
                  text::counted(facts.findings.files, "file"), facts.findings.suppressed, facts.findings.baseline));
  std::vector<Row> rows;
  for (const auto& [rule, count] : findings_by_rule(facts)) rows.push_back({rule, format("{}", count)});
  if (!rows.empty()) write_table(out, {"Rule", "Findings"}, rows);
  const std::vector<lint::Finding>& all = facts.findings.findings;
  std::string path;
  bool open = false;
  for (std::size_t i = 0; i < all.size() && i < kMostFindings; ++i) {
    if (all[i].path != path) {
      if (open) out.close();
      path = all[i].path;
      open = true;
      out.open("details", {{"class", "change"}});
      const auto count = std::count_if(all.begin(), all.end(), [&](const lint::Finding& f) { return f.path == path; });
      out.leaf("summary", {}, format("{} ({})", visible_line(path), count));
    }
    write_finding(facts, i, out);
  }
  if (open) out.close();
  if (all.size() > kMostFindings) out.leaf("p", {}, format("{} more: kairon check --all", all.size() - kMostFindings));
  out.close();
}

std::string reached(const WorkflowFact& workflow, diff::ReachKind kind) {
  std::vector<std::string> words;
  for (const diff::Reach& one : workflow.reach)
    if (one.kind == kind) words.push_back(one.what);
  return text::join(words, "; ");
}

void write_workflows_section(const Facts& facts, Markup& out) {
  begin_section(out, "workflows", "Workflows");
  draw_calls(facts.workflows, out);
  std::vector<Row> rows;
  for (const WorkflowFact& one : facts.workflows) {
    const std::string hook = reached(one, diff::ReachKind::webhook);
    const std::string time = reached(one, diff::ReachKind::schedule);
    rows.push_back({one.name + (one.active ? "" : " (inactive)"), format("{}", one.nodes), format("{}", one.findings),
                    format("{}", one.tests), hook + (hook.empty() || time.empty() ? "" : "; ") + time,
                    reached(one, diff::ReachKind::workflow), reached(one, diff::ReachKind::table),
                    reached(one, diff::ReachKind::host), reached(one, diff::ReachKind::credential)});
  }
  write_table(out, {"Workflow", "Nodes", "Findings", "Tests", "Started by", "Calls", "Tables", "Hosts", "Credentials"},
              rows);
  out.close();
}

void write_coverage_section(const Facts& facts, Markup& out) {
  begin_section(out, "coverage", "Coverage");
  out.leaf("p", {}, coverage_line(facts));
  std::vector<Row> rows;
  for (const smoke::CoveredWorkflow& one : facts.coverage.workflows)
    if (one.tests.empty()) rows.push_back({one.name});
  if (!rows.empty()) write_table(out, {"Without a test"}, rows);
  out.close();
}

void write_migrations_section(const Facts& facts, Markup& out) {
  begin_section(out, "migrations", "Migrations");
  out.leaf("p", {}, format("{}, the newest first", text::counted(facts.migrations.size(), "migration")));
  for (std::size_t i = 0; i < facts.migrations.size() && i < kMostMigrations; ++i) {
    const MigrationFact& one = facts.migrations[i];
    out.open("details", {{"class", "change"}});
    out.leaf("summary", {}, format("{} ({})", visible_line(one.path), text::counted(one.effects.size(), "statement")));
    std::vector<Row> rows;
    for (const diff::SqlEffect& effect : one.effects) rows.push_back({effect.what, effect.lock});
    if (!rows.empty()) write_table(out, {"Statement", "Lock"}, rows);
    out.close();
  }
  out.close();
}

void write_trial_section(const Facts& facts, Markup& out) {
  begin_section(out, "trial", "Last trial of migrations");
  if (!facts.trial) {
    out.leaf("p", {}, "No trial is recorded on this machine; kairon migrate test makes one.");
    out.close();
    return;
  }
  const trial::LastTrial& trial = *facts.trial;
  out.leaf("p", {},
           visible_line(format("{} on {}, base: {}", trial.passed ? "passed" : "failed", trial.server, trial.base)));
  std::vector<Row> rows;
  for (const trial::TriedMigration& one : trial.migrations)
    rows.push_back({one.path, format("{:.1f} ms", one.milliseconds), text::join(one.locks, "; "),
                    text::join(one.schema_changes, "; ")});
  if (!rows.empty()) write_table(out, {"Migration", "Time", "Locks", "Changes of the schema"}, rows);
  out.close();
}

struct EventSection {
  std::string_view id;
  std::string_view title;
  std::string_view none;  ///< what is written when there are no events
};

void write_events(const EventSection& section, const std::vector<EventFact>& events, Markup& out) {
  begin_section(out, section.id, section.title);
  if (events.empty()) {
    out.leaf("p", {}, section.none);
  } else {
    draw_timeline(events, format("{} over time; the table below says the same", section.title), out);
    std::vector<Row> rows;
    for (auto event = events.rbegin(); event != events.rend(); ++event)
      rows.push_back({shown_time(event->at), event->environment, event->good ? "ok" : "failed", event->what});
    write_table(out, {"Time", "Environment", "Result", "What"}, rows);
  }
  out.close();
}

void write_health_section(const Facts& facts, Markup& out) {
  begin_section(out, "health", "Health");
  out.leaf("p", {},
           facts.servers.empty() ? "From this machine's records alone; kairon report --env NAME asks the servers."
                                 : visible_line(servers_line(facts)));
  std::vector<Row> rows;
  for (const health::HealthLine& one : facts.health)
    rows.push_back({std::string(health::condition_name(one.condition)), one.environment, one.check, one.message.text,
                    one.message.remedy});
  if (!rows.empty()) write_table(out, {"State", "Environment", "Check", "What", "Help"}, rows);
  out.close();
}

}  // namespace

std::string to_html(const Facts& facts) {
  Markup out;
  const std::string title = format("Kairon report: {}", visible_line(facts.repository));
  report::open_page(title, diff::picture_style(), out);
  out.leaf("h1", {}, title);
  out.leaf("p", {{"class", "faint"}},
           format("{}, commit {}; {}", shown_time(facts.made),
                  facts.commit.empty() ? "none" : facts.commit.substr(0, 12), visible_line(servers_line(facts))));
  write_contents(out);
  write_gate_section(facts, out);
  write_findings_section(facts, out);
  write_workflows_section(facts, out);
  write_coverage_section(facts, out);
  write_migrations_section(facts, out);
  write_trial_section(facts, out);
  write_events({"deployments", "Deployments", "No deployment is recorded on this machine."}, facts.deployments, out);
  write_events({"backups", "Backups and drills", "No backup is known on this machine."}, facts.backups, out);
  write_health_section(facts, out);
  return report::close_page(out);
}

}  // namespace kairon::overview
