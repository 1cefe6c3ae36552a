#pragma once
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "git/source.h"
#include "lint/tree.h"
#include "repository/snapshot.h"
#include "smoke/case.h"
#include "smoke/earned.h"

namespace kairon::smoke {

/// How a test gets to a workflow.
enum class Reach {
  webhook,  ///< its message enters there
  called,   ///< from a workflow that its message enters, over one or more calls; a branch may not be taken
  named     ///< the test bears its name, or expects it to be executed
};

/// A test and how it gets to the workflow.
struct CoveringTest {
  std::string name;  ///< test_name, or the file's path for a test of another kind
  std::string path;
  std::size_t line = 1;
  Reach reach = Reach::webhook;
};

struct CoveredWorkflow {
  std::string name;
  std::string path;
  std::vector<CoveringTest> tests;            ///< that can reach it: each test once, its strongest reach
  std::vector<std::string> executed_by = {};  ///< cases that executed it in the last smoke run
  WorkflowShare share = {};                   ///< of it that they executed
};

/// The smoke run that the executed shares are of.
struct CoverageRun {
  std::string commit;  ///< "" = the work tree
  std::string environment;
  std::string at;  ///< UTC, ISO 8601
};

struct CoverageReport {
  std::vector<CoveredWorkflow> workflows;  ///< by path; archived ones and broken files left out
  std::size_t cases = 0;
  std::size_t reachable = 0;            ///< workflows that a test can reach, by the files alone
  std::size_t executed = 0;             ///< workflows that a case executed
  WorkflowShare share = {};             ///< of all workflows together
  std::optional<CoverageRun> run = {};  ///< nothing: no smoke run of this content is recorded
  /// Cases whose message enters no workflow of this tree.
  std::vector<CoveringTest> lost;
  std::vector<CaseProblem> problems;
  /// Executed and reachable workflows of all, 0 to 100; 100 when there is none.
  [[nodiscard]] double executed_percent() const;
  [[nodiscard]] double reachable_percent() const;
};

/// What coverage is worked out from.
struct CoverageInput {
  std::vector<lint::TreeFile> workflows;
  std::vector<SmokeCase> cases;
  std::vector<std::string> other_tests;  ///< paths of test files that are no smoke cases
  std::string webhook_path;              ///< [smoke] webhookPath, for cases that name none
};

/// Which workflows the tests can reach, by the files alone: nothing is run.
[[nodiscard]] CoverageReport coverage_of(const CoverageInput& input);

/// Adds what the recorded run of this content executed.
void add_executed(CoverageReport& report, const std::vector<n8n::Local>& workflows, const CoverageRecord& record);

/// Both for the work tree of `source`: smoke files by `[smoke] path`, other tests in the folders `tests`
/// next to the workflows; what was executed as the last smoke run of the same content recorded it.
[[nodiscard]] CoverageReport work_tree_coverage(git::GitSource& source, const config::Settings& settings);

[[nodiscard]] std::string coverage_text(const CoverageReport& report);
[[nodiscard]] std::string coverage_json(const CoverageReport& report);

}  // namespace kairon::smoke
