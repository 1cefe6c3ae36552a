#pragma once
#include <string>
#include <vector>

#include "lint/finding.h"
#include "lint/rule.h"
#include "lint/tree.h"
#include "workflow/facts.h"
#include "workflow/surroundings.h"

namespace kairon::catalogue {
class Catalogue;
}  // namespace kairon::catalogue

namespace kairon::lint {

/// What one file's content says, whatever the settings are: kept in the verdict cache.
struct FileVerdict {
  std::vector<Finding> findings;  ///< as reported, before rule set, overrides and suppressions
  workflow::Facts facts;
  std::size_t ignored = 0;  ///< findings that a squawk-ignore comment took away
};

/// Runs every per-file rule over a workflow's text. Never throws on any content: what is wrong with
/// it is a finding. Without a catalogue the rules that need n8n's node descriptions find nothing, without a target
/// those that look at an upgrade.
[[nodiscard]] FileVerdict check_workflow(std::string text, const std::string& path,
                                         const catalogue::Catalogue* catalogue = nullptr, Upgrade target = {});

/// Returns what the rules over the flow of data find with what a database and other files say, and not without it.
[[nodiscard]] std::vector<Finding> findings_by(const workflow::Surroundings& surroundings, std::string text,
                                               const std::string& path);

/// Returns the facts of a workflow, what it gives back by `surroundings` included. Invalid facts for a text that is not
/// a workflow, or is not judged.
[[nodiscard]] workflow::Facts facts_by(const workflow::Surroundings& surroundings, std::string text,
                                       const std::string& path);

/// The facts of a workflow without judging it and without its code (no variables): for the state that
/// a change starts from. Invalid facts for a text that is not a workflow.
[[nodiscard]] workflow::Facts read_facts(std::string text, const std::string& path);

/// Runs the tree rules.
[[nodiscard]] std::vector<Finding> check_tree(const Tree& tree);

/// Takes out the findings that a node's note allows; returns how many. `findings` are those of one
/// file, per-file and tree rules together. A note that allowed nothing becomes a finding
/// `suppression/unused`, unless its rule is in `not_run` (a rule of a stage that did not run here).
std::size_t apply_suppressions(const workflow::Facts& facts, const std::string& path, std::vector<Finding>& findings,
                               const std::vector<std::string_view>& not_run);

}  // namespace kairon::lint
