#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "lint/upgrade.h"

namespace kairon::workflow {
class Workflow;
class Code;
struct Facts;
struct Surroundings;
}  // namespace kairon::workflow

namespace kairon::catalogue {
class Catalogue;
}  // namespace kairon::catalogue

namespace kairon::lint {

class Reporter;
struct Tree;
struct FlowFacts;

/// Which rule set a rule belongs to (DESIGN: `ruleset`).
enum class Scope : std::uint8_t {
  always,         ///< same in both
  softer_in_n8n,  ///< error in `kairon`, warning in `n8n`
  kairon_only,    ///< off in `n8n`
  by_evidence,    ///< depends on data and traffic: a warning, which a trial may confirm; an error with profile strict
  style,          ///< off, unless profile is strict
  n8n_defaults_only  ///< in `n8n`, findings milder than the rule's own severity are off
};

/// What `kairon rules`, `kairon explain` and lib/lint/RULES.md say of a rule. Its bad and good example
/// are tests/fixtures/rules/<id>/{bad,good}/. A rule that is only a RuleInfo is reported by the reader
/// or the driver.
struct RuleInfo {
  std::string_view id;  ///< "node/unreachable", also its file lint/rules/node/unreachable.cpp
  Severity severity;    ///< the default in ruleset `kairon`
  Scope scope;
  std::string_view summary;  ///< what the file does, as a clause that begins with a verb: "drops a column"
  std::string_view why;      ///< what goes wrong at run time, with the source of the fact
  std::string_view fix;      ///< what to do

  /// The part before the slash.
  [[nodiscard]] std::string_view group() const { return id.substr(0, id.find('/')); }
};

/// What a per-file workflow rule sees.
struct WorkflowInput {
  const workflow::Workflow& workflow;
  const workflow::Code& code;  ///< every piece of JavaScript of the file, parsed once for all rules
  /// n8n's descriptions of its nodes; null when there are none: the rules that need them are off.
  const catalogue::Catalogue* catalogue = nullptr;
  /// lint/support/flow_reads.h, worked out once for the rules that share it; null when it was not.
  const FlowFacts* flow = nullptr;
  Upgrade target = {};
  const workflow::Surroundings* surroundings = nullptr;  ///< what other files and a database say; null: nothing
};

/// What a rule cannot do without.
enum class Needs : std::uint8_t { nothing, catalogue, target };

/// A rule that judges one workflow by itself. Its findings are cached by content.
struct WorkflowRule {
  RuleInfo info;
  void (*check)(const WorkflowInput& input, Reporter& report);
  Needs needs = Needs::nothing;  ///< a rule that lacks what it needs is not run
};

/// A rule over the facts of all workflows of the tree (names, calls, webhook paths).
struct TreeRule {
  RuleInfo info;
  void (*check)(const Tree& tree, Reporter& report);
};

/// Returns the metadata of every rule, sorted by id.
[[nodiscard]] std::span<const RuleInfo* const> all_rules();
[[nodiscard]] std::span<const WorkflowRule* const> workflow_rules();
[[nodiscard]] std::span<const TreeRule* const> tree_rules();
/// True for the rules of lint/schema_rule.h, which say nothing where no database was asked.
[[nodiscard]] bool needs_database(std::string_view id);
/// Null for an unknown rule.
[[nodiscard]] const RuleInfo* find_rule(std::string_view id);

}  // namespace kairon::lint
