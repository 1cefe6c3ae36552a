#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "n8n/executions.h"
#include "n8n/tree.h"
#include "repository/content.h"

namespace kairon::smoke {

/// Nodes of a workflow that ran, and the outputs of each that gave items.
using RanNodes = std::map<std::string, std::set<std::size_t>>;
/// By the workflow's name.
using RanWorkflows = std::map<std::string, RanNodes>;

/// Adds what an execution ran.
void add_ran(RanWorkflows& to, const n8n::Execution& execution);
/// Adds what another case or workflow ran.
void add_ran(RanWorkflows& to, const RanWorkflows& from);

/// So many of so many.
struct Share {
  std::size_t executed = 0;
  std::size_t total = 0;
  Share& operator+=(const Share& other);
};

/// How much of a workflow ran. Nodes: enabled ones that can run by themselves, so without notes and without the
/// sub-nodes of AI nodes, which the dev version leaves out. Branches: connected outputs of nodes that have more than
/// one.
struct WorkflowShare {
  Share nodes;
  Share branches;
};
[[nodiscard]] WorkflowShare share_of(const n8n::Tree& workflow, const RanNodes& ran);

/// What the last smoke run of one content executed.
struct CoverageRecord {
  std::string commit;  ///< "" = the work tree
  std::string environment;
  std::string at;  ///< UTC, ISO 8601
  /// By the case's name: the cases that passed.
  std::map<std::string, RanWorkflows> cases;
};

/// Stands for the workflows, the smoke tests and their mocks of a content, committed or not.
[[nodiscard]] std::string coverage_key(const repository::DeployContent& content);

/// Reads `<common>/kairon/coverage/<key>.json`; nothing when no run of that content is recorded.
[[nodiscard]] std::optional<CoverageRecord> read_coverage(const std::string& common_dir, const std::string& key);

/// Writes it, and removes the oldest records beyond 50. Throws Error(environment).
void write_coverage(const std::string& common_dir, const std::string& key, const CoverageRecord& record);

}  // namespace kairon::smoke
