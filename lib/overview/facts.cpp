#include "overview/facts.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include "base/environments.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/parallel.h"
#include "base/text.h"
#include "check/check.h"
#include "check/judge.h"
#include "doctor/checks.h"
#include "install/hooks.h"
#include "install/status.h"
#include "json/document.h"
#include "workflow/workflow.h"

namespace kairon::overview {

namespace {

constexpr std::size_t kMostFrames = 300;
constexpr std::size_t kFrameWidth = 100;
constexpr std::size_t kBeforeCaret = 40;

using repository::Snapshot;
using repository::SnapshotFile;

report::Diagnosis unknown(std::string topic, const Error& error) {
  return {report::Health::warn, std::move(topic), error.message()};
}

/// Runs one part; what stands in its way is said on the page instead.
template <typename Part>
void attempt(Facts& facts, std::string topic, Part part) {
  try {
    part();
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    facts.gate.push_back(unknown(std::move(topic), error));
  }
}

/// Whether a stage is on; the key's own words say which one it is.
report::Diagnosis stage_state(const config::Settings& settings, const config::Key<bool>& stage) {
  std::string why;
  const bool deploys = stage.name == config::kGateDeploy.name || stage.name == config::kGateMigrate.name ||
                       stage.name == config::kGateSmoke.name;
  const auto configured = [&](std::string_view name) { return settings.target(name).configured(); };
  if (settings.stage_enabled(stage, &why)) {
    if (!deploys || std::ranges::any_of(kEnvironments, configured))
      return {report::Health::ok, "stages", {format("on: {}", stage.help)}};
    return {report::Health::ok,
            "stages",
            {format("off: {}; no environment is configured", stage.help), "git config kairon.env-dev.n8nUrl URL"}};
  }
  return {report::Health::warn,
          "stages",
          {format("off: {}; {}", stage.help, why),
           why == "KAIRON_SKIP" ? "unset KAIRON_SKIP" : format("git config kairon.gate.{} on", stage.name)}};
}

/// How many rules can find something, and the names of the others.
report::Diagnosis rules_state(const config::Settings& settings) {
  const lint::Ruleset ruleset = check::ruleset_of(settings);
  std::vector<std::string> off;
  for (const lint::RuleInfo* rule : lint::all_rules())
    if (ruleset.effective(rule->id, rule->severity) == lint::Severity::off) off.emplace_back(rule->id);
  const std::size_t all = lint::all_rules().size();
  std::string said = format("{} of {} rules are on", all - off.size(), all);
  if (!off.empty()) said += "; off: " + text::join(off, ", ");
  return {report::Health::ok, "rules", {std::move(said)}};
}

void gather_gate(git::GitSource& source, const config::Settings& settings, const catalogue::Choice& nodes,
                 Facts& facts) {
  attempt(facts, "hooks", [&] {
    const std::string folder = install::installed_hooks_folder();
    for (report::Diagnosis& one : install::diagnose_repository(source.top(), folder))
      facts.gate.push_back(std::move(one));
  });
  attempt(facts, "rules", [&] { facts.gate.push_back(rules_state(settings)); });
  if (!nodes.catalogue)
    facts.gate.push_back(
        {report::Health::warn, "rules", {nodes.note + ": rules that need it are off", "kairon catalogue --help"}});
  for (const config::Key<bool>* stage :
       {&config::kGateTrial, &config::kGateMigrate, &config::kGateDeploy, &config::kGateSmoke, &config::kGateFence})
    facts.gate.push_back(stage_state(settings, *stage));
  for (report::Diagnosis& one : doctor::check_settings(settings)) facts.gate.push_back(std::move(one));
}

Frame frame_of(std::string_view line, std::size_t column) {
  // Columns count code points.
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < line.size(); ++i)
    if ((static_cast<unsigned char>(line[i]) & 0xC0U) != 0x80U) starts.push_back(i);
  starts.push_back(line.size());
  const std::size_t at = std::min(column == 0 ? 0 : column - 1, starts.size() - 1);
  const std::size_t first = at > kBeforeCaret ? at - kBeforeCaret : 0;
  const std::size_t last = std::min(first + kFrameWidth, starts.size() - 1);
  return {std::string(line.substr(starts[first], starts[last] - starts[first])), at - first};
}

void gather_frames(const Snapshot& now, Facts& facts) {
  std::map<std::string, const SnapshotFile*> files;
  for (const auto* list : {&now.workflows, &now.migrations})
    for (const SnapshotFile& file : *list) files.emplace(file.path, &file);
  std::string path;
  std::string text;
  std::vector<std::string_view> lines;
  for (const lint::Finding& finding : facts.findings.findings) {
    if (facts.frames.size() == kMostFrames) return;
    if (finding.path != path) {
      path = finding.path;
      const auto file = files.find(path);
      text = file == files.end() ? std::string() : now.read(*file->second);
      lines = text::lines(text);
    }
    facts.frames.push_back(
        finding.line == 0 || finding.line > lines.size() ? Frame{} : frame_of(lines[finding.line - 1], finding.column));
  }
}

void gather_findings(git::GitSource& source, const config::Settings& settings, const Snapshot& now,
                     const catalogue::Choice& nodes, Facts& facts) {
  check::Subject subject;
  subject.now = now;
  subject.read = [&source](const std::string& path) -> std::optional<std::string> {
    auto content = file::read_below(source.top(), path);
    return content.ok() ? std::optional(std::move(*content)) : std::nullopt;
  };
  check::JudgeOptions options;
  options.catalogue = &nodes;
  facts.findings = check::judge(&source, subject, settings, options).report;
  gather_frames(now, facts);
}

void gather_workflows(const Snapshot& now, Facts& facts) {
  std::vector<std::optional<WorkflowFact>> found(now.workflows.size());
  std::mutex reading;
  parallel::for_each(found.size(), [&](std::size_t i) {
    const SnapshotFile& file = now.workflows[i];
    std::unique_lock lock(reading);
    std::string text = now.read(file);
    lock.unlock();
    json::Document::Parsed parsed = json::Document::parse(std::move(text));
    if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root())) return;
    const workflow::Workflow workflow(std::move(parsed.document), file.path);
    const std::set<diff::Reach> reach = diff::reach_of(workflow);
    found[i] = WorkflowFact{file.path,
                            std::string(workflow.name()),
                            workflow.nodes().size(),
                            workflow.active(),
                            {reach.begin(), reach.end()},
                            0,
                            0};
  });
  std::map<std::string, std::size_t> findings, tests;
  for (const lint::Finding& finding : facts.findings.findings) ++findings[finding.path];
  for (const smoke::CoveredWorkflow& one : facts.coverage.workflows) tests[one.path] = one.tests.size();
  for (std::optional<WorkflowFact>& one : found) {
    if (!one) continue;
    one->findings = findings[one->path];
    one->tests = tests[one->path];
    facts.workflows.push_back(std::move(*one));
  }
}

void gather_migrations(const Snapshot& now, Facts& facts) {
  for (auto file = now.migrations.rbegin(); file != now.migrations.rend(); ++file) {
    if (file->path.ends_with("_rollback.sql") || file->path.ends_with(".down.sql")) continue;
    facts.migrations.push_back({file->path, diff::effects_of(sql::Script(now.read(*file)))});
  }
}

}  // namespace

Facts gather_facts(git::GitSource& source, const config::Settings& settings) {
  if (source.top().empty()) throw usage_error("kairon report needs the work tree of a repository");
  Facts facts;
  facts.repository = std::filesystem::path(source.top()).filename().string();
  facts.commit = source.resolve_commit("HEAD").value_or("");
  facts.made = std::time(nullptr);
  const Snapshot now = repository::work_tree_snapshot(source.top(), settings);
  const catalogue::Choice nodes = check::catalogue_of(settings);
  gather_gate(source, settings, nodes, facts);
  attempt(facts, "findings", [&] { gather_findings(source, settings, now, nodes, facts); });
  attempt(facts, "coverage", [&] { facts.coverage = smoke::work_tree_coverage(source, settings); });
  gather_workflows(now, facts);
  gather_migrations(now, facts);
  attempt(facts, "records", [&] { gather_records(source, settings, facts); });
  return facts;
}

}  // namespace kairon::overview
