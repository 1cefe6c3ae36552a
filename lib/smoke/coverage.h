#pragma once
#include <string>
#include <vector>

#include "config/settings.h"
#include "lint/tree.h"
#include "repository/snapshot.h"
#include "smoke/case.h"

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
  std::vector<CoveringTest> tests;  ///< each test once, its strongest reach
};

struct CoverageReport {
  std::vector<CoveredWorkflow> workflows;  ///< by path; archived ones and broken files left out
  std::size_t cases = 0;
  std::size_t covered = 0;
  /// Cases whose message enters no workflow of this tree.
  std::vector<CoveringTest> lost;
  std::vector<CaseProblem> problems;
  /// Covered workflows of all, 0 to 100; 100 when there is none.
  [[nodiscard]] double share() const;
};

/// What coverage is worked out from.
struct CoverageInput {
  std::vector<lint::TreeFile> workflows;
  std::vector<SmokeCase> cases;
  std::vector<std::string> other_tests;  ///< paths of test files that are no smoke cases
  std::string webhook_path;              ///< [smoke] webhookPath, for cases that name none
};

/// Which workflows the tests exercise, by the files alone: nothing is run.
[[nodiscard]] CoverageReport coverage_of(const CoverageInput& input);

/// The same for the work tree at `top`: smoke files by `[smoke] path`, other tests in the folders
/// `tests` beside the workflows.
[[nodiscard]] CoverageReport work_tree_coverage(const std::string& top, const config::Settings& settings);

[[nodiscard]] std::string coverage_text(const CoverageReport& report);
[[nodiscard]] std::string coverage_json(const CoverageReport& report);

}  // namespace kairon::smoke
