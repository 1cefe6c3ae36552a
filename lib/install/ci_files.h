#pragma once
#include <string>

namespace kairon::install {

/// What differs between repositories in the workflow that `kairon ci init` writes.
struct CiPlan {
  std::string branch;      ///< whose pushes are checked: [kairon] deployBranch
  std::string migrations;  ///< [kairon] migrations
  int shards = 1;          ///< parts of the check that run at one time
  std::string source;      ///< url that the suite is cloned from, "" = the repository variable KAIRON_GATE_SOURCE
  std::string package;     ///< url of a .deb that is installed instead of building; "" = build once and cache
  bool smoke = false;      ///< also the smoke tests on a throw-away n8n
  std::string ref;         ///< its tag or branch, "" = the default branch
};

/// Path of the workflow, from the repository's top.
inline constexpr const char* kCiWorkflow = ".github/workflows/kairon.yml";

/// The GitHub workflow: `kairon check --range` in shards with its findings as SARIF and as annotations, and
/// the migrations' trial. Its shell steps read environment variables only, never ${{ }} inside a script.
[[nodiscard]] std::string ci_workflow(const CiPlan& plan);

/// The part of a .pre-commit-config.yaml (pre-commit, prek) that runs the gate.
[[nodiscard]] std::string pre_commit_snippet(const CiPlan& plan);

/// The part of a .gitlab-ci.yml: the check with code quality and JUnit reports, and the migrations' trial.
[[nodiscard]] std::string gitlab_snippet(const CiPlan& plan);

/// The part of a lefthook.yml that runs the gate.
[[nodiscard]] std::string lefthook_snippet();

}  // namespace kairon::install
