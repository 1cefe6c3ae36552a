#include "smoke/coverage.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "deploy/transform.h"
#include "lint/check.h"

namespace kairon::smoke {

namespace {

namespace fs = std::filesystem;
using lint::TreeFile;

/// Letters and digits alone, lower case: "Route Event", "route-event" and "Route_Event" are one name.
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : text::lower(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) out += c;
  }
  return out;
}

/// The name that a test file is about: without `test`, `spec` or `regression` before or after it.
std::string subject_of(const std::string& path) {
  std::string stem = fs::path(path).filename().string();
  stem = folded(stem.substr(0, stem.rfind('.')));
  for (const std::string_view word : {"test", "tests", "spec", "regression"}) {
    if (stem.starts_with(word) && stem.size() > word.size()) stem.erase(0, word.size());
    if (stem.ends_with(word) && stem.size() > word.size()) stem.erase(stem.size() - word.size());
  }
  return stem;
}

bool is_named(const TreeFile& file, const std::string& subject) {
  return subject == folded(file.facts.name) || subject == folded(fs::path(file.path).stem().string());
}

/// A path of a webhook may have segments that stand for anything: `orders/:id`.
bool answers(std::string_view registered, std::string_view asked) {
  const auto wanted = text::split(registered, '/');
  const auto given = text::split(asked, '/');
  return wanted.size() == given.size() &&
         std::equal(wanted.begin(), wanted.end(), given.begin(),
                    [](std::string_view a, std::string_view b) { return a == b || a.starts_with(':'); });
}

class Coverage {
 public:
  explicit Coverage(const CoverageInput& input) : input_(input) {
    for (const TreeFile& file : input.workflows) {
      if (!file.facts.valid || file.facts.archived) continue;
      files_.push_back(&file);
      report_.workflows.push_back({.name = file.facts.name, .path = file.path, .tests = {}});
    }
  }

  CoverageReport go() {
    report_.cases = input_.cases.size();
    for (const SmokeCase& test : input_.cases) add_case(test);
    for (const std::string& path : input_.other_tests) add_named({path, path, 1, Reach::named}, subject_of(path));
    report_.reachable = static_cast<std::size_t>(
        std::count_if(report_.workflows.begin(), report_.workflows.end(),
                      [](const CoveredWorkflow& workflow) { return !workflow.tests.empty(); }));
    return std::move(report_);
  }

 private:
  void add_case(const SmokeCase& test) {
    CoveringTest covering{test.name, test.path, test.line, Reach::webhook};
    std::vector<std::size_t> entered = entered_by(test);
    if (entered.empty()) report_.lost.push_back(covering);
    std::set<std::size_t> seen(entered.begin(), entered.end());
    for (const std::size_t index : entered) add(index, covering);
    covering.reach = Reach::called;
    while (!entered.empty()) {
      const std::size_t caller = entered.back();
      entered.pop_back();
      for (const std::size_t callee : called_by(caller)) {
        if (!seen.insert(callee).second) continue;
        add(callee, covering);
        entered.push_back(callee);
      }
    }
    covering.reach = Reach::named;
    if (!test.workflow.empty()) add_named(covering, folded(test.workflow));
    add_named(covering, subject_of(test.path));
  }

  /// A webhook whose path only the server's environment knows (`={{ $env.WEBHOOK_PATH }}`) is where
  /// messages go that name no other place.
  [[nodiscard]] std::vector<std::size_t> entered_by(const SmokeCase& test) const {
    const std::string& path = test.webhook_path.empty() ? input_.webhook_path : test.webhook_path;
    std::vector<std::size_t> exact;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const workflow::Facts& facts = files_[i]->facts;
      const std::string on_dev = deploy::dev_path(facts.name, "");
      bool hit = !path.empty() && path.starts_with(on_dev);
      bool maybe = false;
      for (const workflow::WebhookFact& hook : facts.webhooks) {
        if (hook.space != "webhook" || hook.method != test.method) continue;
        hit = hit || (!hook.path.empty() && !path.empty() && answers(hook.path, path));
        maybe = maybe || hook.path.empty() || hook.path.starts_with('=');
      }
      if (hit) exact.push_back(i);
      if (maybe) open.push_back(i);
    }
    const bool elsewhere = !test.webhook_path.empty() && test.webhook_path != input_.webhook_path;
    return !exact.empty() || elsewhere ? exact : open;
  }

  [[nodiscard]] std::vector<std::size_t> called_by(std::size_t caller) const {
    std::vector<std::size_t> found;
    for (const workflow::CallFact& call : files_[caller]->facts.calls) {
      if (call.self) continue;
      for (std::size_t i = 0; i < files_.size(); ++i) {
        // As the deployment resolves it: by name; the id is of the server that the file came from.
        const workflow::Facts& facts = files_[i]->facts;
        if (call.name.empty() ? !call.id.empty() && facts.id == call.id : facts.name == call.name) found.push_back(i);
      }
    }
    return found;
  }

  void add_named(const CoveringTest& test, const std::string& subject) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (is_named(*files_[i], subject)) add(i, test);
    }
  }

  void add(std::size_t index, const CoveringTest& test) {
    auto& tests = report_.workflows[index].tests;
    const bool known = std::any_of(tests.begin(), tests.end(), [&](const CoveringTest& other) {
      return other.name == test.name && other.path == test.path;
    });
    if (!known) tests.push_back(test);
  }

  const CoverageInput& input_;
  std::vector<const TreeFile*> files_;  ///< those of report_.workflows
  CoverageReport report_;
};

/// The folders `tests` next to workflow files.
std::set<std::string> test_folders(const config::Settings& settings) {
  std::set<std::string> folders;
  for (const std::string& glob : settings.workflow_globs()) {
    const std::size_t slash = glob.rfind('/');
    const std::string folder = slash == std::string::npos ? std::string() : glob.substr(0, slash + 1);
    if (folder.find_first_of("*?[") == std::string::npos) folders.insert(folder + "tests");
  }
  for (const std::string& glob : settings.smoke_globs()) {
    const std::string folder = glob.substr(0, glob.find_first_of("*?["));
    folders.insert(folder.substr(0, folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/')));
  }
  return folders;
}

std::set<std::string> test_files(const std::string& top, const config::Settings& settings) {
  std::set<std::string> found;
  for (const std::string& folder : test_folders(settings)) {
    std::error_code failed;
    for (fs::recursive_directory_iterator it(fs::path(top) / folder, failed), end; !failed && it != end;
         it.increment(failed)) {
      std::error_code ignored;
      const std::string path = it->path().lexically_relative(top).generic_string();
      if (it->is_regular_file(ignored) && !it->is_symlink(ignored) && !settings.is_workflow_path(path))
        found.insert(path);
    }
  }
  return found;
}

bool matches_any(const std::vector<std::string>& globs, const std::string& path) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return text::glob_match(glob, path); });
}

double percent(std::size_t part, std::size_t all) {
  return all == 0 ? 100 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
}

void add_totals(CoverageReport& report, const std::vector<n8n::Local>& workflows,
                const std::map<std::string, RanWorkflows>& cases) {
  report.executed = 0;
  report.share = {};
  for (CoveredWorkflow& one : report.workflows) {
    RanNodes ran;
    one.executed_by.clear();
    for (const auto& [name, by_workflow] : cases) {
      const auto found = by_workflow.find(one.name);
      if (found == by_workflow.end()) continue;
      one.executed_by.push_back(name);
      for (const auto& [node, outputs] : found->second) ran[node].insert(outputs.begin(), outputs.end());
    }
    if (!one.executed_by.empty()) ++report.executed;
    for (const n8n::Local& local : workflows)
      if (local.path == one.path) one.share = share_of(local.tree, ran);
    report.share.nodes += one.share.nodes;
    report.share.branches += one.share.branches;
  }
}

/// Broken files have no content that could be deployed, so none that was executed.
std::optional<repository::DeployContent> content_of(git::GitSource& source, const config::Settings& settings) {
  try {
    return repository::read_content(source, settings, "");
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    return std::nullopt;
  }
}

}  // namespace

double CoverageReport::executed_percent() const { return percent(executed, workflows.size()); }
double CoverageReport::reachable_percent() const { return percent(reachable, workflows.size()); }

void add_executed(CoverageReport& report, const std::vector<n8n::Local>& workflows, const CoverageRecord& record) {
  report.run = CoverageRun{record.commit, record.environment, record.at};
  add_totals(report, workflows, record.cases);
}

CoverageReport coverage_of(const CoverageInput& input) { return Coverage(input).go(); }

CoverageReport work_tree_coverage(git::GitSource& source, const config::Settings& settings) {
  const std::string& top = source.top();
  CoverageInput input;
  input.webhook_path = settings.value(config::kSmokeWebhookPath);
  const repository::Snapshot tree = repository::work_tree_snapshot(top, settings);
  for (const repository::SnapshotFile& file : tree.workflows)
    input.workflows.push_back({file.path, file.identity, lint::read_facts(tree.read(file), file.path)});
  std::vector<CaseProblem> problems;
  for (const std::string& path : test_files(top, settings)) {
    if (!matches_any(settings.smoke_globs(), path)) {
      if (!path.ends_with("/mocks.json")) input.other_tests.push_back(path);
      continue;
    }
    auto content = file::read_below(top, path, json::kMaxBytes);
    if (!content.ok()) throw environment_error(content.failure().text);
    CaseFile read = read_cases(path, std::move(*content));
    std::move(read.cases.begin(), read.cases.end(), std::back_inserter(input.cases));
    std::move(read.problems.begin(), read.problems.end(), std::back_inserter(problems));
  }
  CoverageReport report = coverage_of(input);
  report.problems = std::move(problems);
  const auto content = content_of(source, settings);
  if (!content) return report;
  if (const auto record = read_coverage(source.common_dir(), coverage_key(*content)))
    add_executed(report, content->workflows, *record);
  else
    add_totals(report, content->workflows, {});
  return report;
}

}  // namespace kairon::smoke
