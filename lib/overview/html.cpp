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

class Page {
 public:
  explicit Page(const Facts& facts) : facts_(facts) {}

  std::string go() {
    const std::string title = format("Kairon report: {}", visible_line(facts_.repository));
    report::open_page(title, diff::picture_style(), out_);
    out_.leaf("h1", {}, title);
    out_.leaf("p", {{"class", "faint"}},
              format("{}, commit {}; {}", shown_time(facts_.made),
                     facts_.commit.empty() ? "none" : facts_.commit.substr(0, 12), visible_line(servers_line(facts_))));
    write_contents();
    write_gate();
    write_findings();
    write_workflows();
    write_coverage();
    write_migrations();
    write_trial();
    write_events("deployments", "Deployments", facts_.deployments, "No deployment is recorded on this machine.");
    write_events("backups", "Backups and drills", facts_.backups, "No backup is known on this machine.");
    write_health();
    return report::close_page(out_);
  }

 private:
  using Row = std::vector<std::string>;

  void write_contents() {
    static constexpr std::pair<std::string_view, std::string_view> kParts[] = {{"gate", "Gate"},
                                                                               {"findings", "Findings"},
                                                                               {"workflows", "Workflows"},
                                                                               {"coverage", "Coverage"},
                                                                               {"migrations", "Migrations"},
                                                                               {"trial", "Last trial"},
                                                                               {"deployments", "Deployments"},
                                                                               {"backups", "Backups and drills"},
                                                                               {"health", "Health"}};
    out_.open("nav", {{"aria-label", "Contents"}}).open("ul");
    for (const auto& [id, name] : kParts) out_.open("li").leaf("a", {{"href", format("#{}", id)}}, name).close();
    out_.close().close();
  }

  void begin(std::string_view id, std::string_view title) {
    out_.open("section", {{"id", std::string(id)}}).leaf("h2", {}, title);
  }

  void table(const Row& head, const std::vector<Row>& rows) {
    out_.open("div",
              {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", head.front() + " table"}});
    out_.open("table").open("thead").open("tr");
    for (const std::string& name : head) out_.leaf("th", {{"scope", "col"}}, name);
    out_.close().close().open("tbody");
    for (const Row& row : rows) {
      out_.open("tr");
      for (const std::string& text : row) out_.leaf("td", {}, visible_line(text));
      out_.close();
    }
    out_.close().close().close();
  }

  void write_gate() {
    begin("gate", "Gate");
    std::vector<Row> rows;
    for (const report::Diagnosis& one : facts_.gate) {
      static constexpr std::string_view kStates[] = {"ok", "warning", "failed"};
      rows.push_back({std::string(kStates[static_cast<std::size_t>(one.health)]), one.topic, one.detail, one.remedy});
    }
    table({"State", "Part", "What", "Help"}, rows);
    out_.close();
  }

  void write_findings() {
    begin("findings", "Findings");
    out_.leaf(
        "p", {},
        format("{}, {} in {}; {} allowed by notes, {} in the baseline", text::counted(facts_.findings.errors, "error"),
               text::counted(facts_.findings.warnings, "warning"), text::counted(facts_.findings.files, "file"),
               facts_.findings.suppressed, facts_.findings.baseline));
    std::vector<Row> rows;
    for (const auto& [rule, count] : findings_by_rule(facts_)) rows.push_back({rule, format("{}", count)});
    if (!rows.empty()) table({"Rule", "Findings"}, rows);
    const std::vector<lint::Finding>& all = facts_.findings.findings;
    std::string path;
    bool open = false;
    for (std::size_t i = 0; i < all.size() && i < kMostFindings; ++i) {
      if (all[i].path != path) {
        if (open) out_.close();
        path = all[i].path;
        open = true;
        out_.open("details", {{"class", "change"}});
        const auto count =
            std::count_if(all.begin(), all.end(), [&](const lint::Finding& f) { return f.path == path; });
        out_.leaf("summary", {}, format("{} ({})", visible_line(path), count));
      }
      write_finding(i);
    }
    if (open) out_.close();
    if (all.size() > kMostFindings)
      out_.leaf("p", {}, format("{} more: kairon check --all", all.size() - kMostFindings));
    out_.close();
  }

  void write_finding(std::size_t index) {
    const lint::Finding& finding = facts_.findings.findings[index];
    const std::string node = finding.node.empty() ? std::string() : finding.node + ": ";
    out_.leaf("p", {},
              visible_line(format("{}:{} {}[{}] {}{}", finding.line, finding.column,
                                  lint::severity_name(finding.severity), finding.rule, node, finding.message)));
    if (index < facts_.frames.size() && !facts_.frames[index].text.empty()) {
      const Frame& frame = facts_.frames[index];
      out_.open("pre", {{"tabindex", "0"}}).leaf("span", {}, visible_line(frame.text));
      out_.leaf("span", {{"class", "bad"}, {"aria-hidden", "true"}}, std::string(frame.caret, ' ') + "^").close();
    }
    if (!finding.help.empty()) out_.leaf("p", {{"class", "faint"}}, "help: " + visible_line(finding.help));
  }

  static std::string reached(const WorkflowFact& workflow, diff::ReachKind kind) {
    std::vector<std::string> words;
    for (const diff::Reach& one : workflow.reach)
      if (one.kind == kind) words.push_back(one.what);
    return text::join(words, "; ");
  }

  void write_workflows() {
    begin("workflows", "Workflows");
    draw_calls(facts_.workflows, out_);
    std::vector<Row> rows;
    for (const WorkflowFact& one : facts_.workflows) {
      const std::string hook = reached(one, diff::ReachKind::webhook);
      const std::string time = reached(one, diff::ReachKind::schedule);
      rows.push_back({one.name + (one.active ? "" : " (inactive)"), format("{}", one.nodes), format("{}", one.findings),
                      format("{}", one.tests), hook + (hook.empty() || time.empty() ? "" : "; ") + time,
                      reached(one, diff::ReachKind::workflow), reached(one, diff::ReachKind::table),
                      reached(one, diff::ReachKind::host), reached(one, diff::ReachKind::credential)});
    }
    table({"Workflow", "Nodes", "Findings", "Tests", "Started by", "Calls", "Tables", "Hosts", "Credentials"}, rows);
    out_.close();
  }

  void write_coverage() {
    begin("coverage", "Coverage");
    out_.leaf("p", {}, coverage_line(facts_));
    std::vector<Row> rows;
    for (const smoke::CoveredWorkflow& one : facts_.coverage.workflows)
      if (one.tests.empty()) rows.push_back({one.name});
    if (!rows.empty()) table({"Without a test"}, rows);
    out_.close();
  }

  void write_migrations() {
    begin("migrations", "Migrations");
    out_.leaf("p", {}, format("{}, the newest first", text::counted(facts_.migrations.size(), "migration")));
    for (std::size_t i = 0; i < facts_.migrations.size() && i < kMostMigrations; ++i) {
      const MigrationFact& one = facts_.migrations[i];
      out_.open("details", {{"class", "change"}});
      out_.leaf("summary", {},
                format("{} ({})", visible_line(one.path), text::counted(one.effects.size(), "statement")));
      std::vector<Row> rows;
      for (const diff::SqlEffect& effect : one.effects) rows.push_back({effect.what, effect.lock});
      if (!rows.empty()) table({"Statement", "Lock"}, rows);
      out_.close();
    }
    out_.close();
  }

  void write_trial() {
    begin("trial", "Last trial of migrations");
    if (!facts_.trial) {
      out_.leaf("p", {}, "No trial is recorded on this machine; kairon migrate test makes one.");
      out_.close();
      return;
    }
    const trial::LastTrial& trial = *facts_.trial;
    out_.leaf("p", {},
              visible_line(format("{} on {}, base: {}", trial.passed ? "passed" : "failed", trial.server, trial.base)));
    std::vector<Row> rows;
    for (const trial::TriedMigration& one : trial.migrations)
      rows.push_back({one.path, format("{:.1f} ms", one.milliseconds), text::join(one.locks, "; "),
                      text::join(one.schema_changes, "; ")});
    if (!rows.empty()) table({"Migration", "Time", "Locks", "Changes of the schema"}, rows);
    out_.close();
  }

  void write_events(std::string_view id, std::string_view title, const std::vector<EventFact>& events,
                    std::string_view none) {
    begin(id, title);
    if (events.empty()) {
      out_.leaf("p", {}, none);
    } else {
      draw_timeline(events, format("{} over time; the table below says the same", title), out_);
      std::vector<Row> rows;
      for (auto event = events.rbegin(); event != events.rend(); ++event)
        rows.push_back({shown_time(event->at), event->environment, event->good ? "ok" : "failed", event->what});
      table({"Time", "Environment", "Result", "What"}, rows);
    }
    out_.close();
  }

  void write_health() {
    begin("health", "Health");
    out_.leaf("p", {},
              facts_.servers.empty() ? "From this machine's records alone; kairon report --env NAME asks the servers."
                                     : visible_line(servers_line(facts_)));
    std::vector<Row> rows;
    for (const health::HealthLine& one : facts_.health)
      rows.push_back(
          {std::string(health::condition_name(one.condition)), one.environment, one.check, one.detail, one.remedy});
    if (!rows.empty()) table({"State", "Environment", "Check", "What", "Help"}, rows);
    out_.close();
  }

  const Facts& facts_;
  Markup out_;
};

}  // namespace

std::string to_html(const Facts& facts) { return Page(facts).go(); }

}  // namespace kairon::overview
