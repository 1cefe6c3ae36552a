#include "lint/check.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

#include "base/format.h"
#include "base/signals.h"
#include "json/document.h"
#include "json/work.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/called_reads.h"
#include "lint/support/flow_reads.h"
#include "lint/support/search.h"
#include "lint/support/secrets.h"
#include "lint/trial_rules.h"
#include "workflow/code.h"
#include "workflow/workflow.h"

namespace kairon::lint {

extern const RuleInfo kJsonSyntax;
extern const RuleInfo kJsonDuplicateKey;
extern const RuleInfo kSuppressionUnused;

namespace {

/// The first line of a pointer file (git-lfs docs/spec.md): git hands hooks what is committed, and
/// with LFS that is not the content.
constexpr std::string_view kLfsPointer = "version https://git-lfs.github.com/spec/";

void report_lfs_pointer(const std::string& path, Reporter& report) {
  report.enter(kJsonSyntax, path, {});
  report.add({}, {}, "a Git LFS pointer is committed instead of the workflow, which cannot be checked",
             "exclude this path from LFS in .gitattributes, then git add --renormalize it");
}

void report_syntax(const json::SyntaxError& error, const std::string& path, Reporter& report) {
  report.enter(kJsonSyntax, path, {});
  report.add(error.position, {}, error.message, "repair the JSON text, or export the workflow again");
}

void report_duplicates(const json::Document& document, const std::string& path, const std::string& name,
                       Reporter& report) {
  report.enter(kJsonDuplicateKey, path, name);
  for (const json::DuplicateKey& duplicate : document.duplicate_keys()) {
    report.add(duplicate.second, {},
               format("duplicate key '{}' in one object, first in line {}", duplicate.key, duplicate.first.line),
               "only the last one counts: delete the one that is not meant");
  }
}

constexpr std::size_t kLongestName = 1000;

/// A name for findings, each of which has it: a name of megabytes would be copied into all of them.
std::string shown_name(std::string_view name) {
  std::size_t end = std::min(name.size(), kLongestName);
  while (end > 0 && end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return std::string(name.substr(0, end));
}

/// False for what nobody draws in n8n's editor, and what a few rules would need minutes for.
bool has_usual_size(const workflow::Workflow& workflow) {
  constexpr std::size_t kMostNodes = 5000;
  constexpr std::size_t kMostEdges = 20'000;
  constexpr std::size_t kMostSql = std::size_t{2} << 20U;  // about 2 s to parse when every statement is short
  const auto& nodes = workflow.nodes();
  std::size_t sql = 0;
  for (const workflow::Node& node : nodes) sql += node.parameters["query"].string().size();
  return sql <= kMostSql && workflow.name().size() <= kLongestName && nodes.size() <= kMostNodes &&
         workflow.edges().size() <= kMostEdges &&
         std::none_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.name.size() > kLongestName; });
}

/// A workflow that is too large for the rules: an error, and its secrets.
FileVerdict unjudged(const workflow::Workflow& workflow, const std::string& path, const std::string& name) {
  FileVerdict verdict;
  Reporter report(verdict.findings);
  report.enter(*find_rule("json/shape"), path, name);
  report.at(workflow.root(), nullptr, "the workflow is not judged: it is larger than n8n's editor can show",
            "split it: at most 5,000 nodes, 20,000 connections, 10,000 expressions, 512 KiB of code in one node, 2 MiB "
            "of queries, names of 1,000 bytes");
  hide_secrets(report_secrets(workflow, path, report), verdict.findings);
  return verdict;
}

/// The same of a text whose values are too many to be read in the time of a commit.
FileVerdict unjudged(const std::string& text, const std::string& path) {
  FileVerdict verdict;
  Reporter report(verdict.findings);
  report.enter(*find_rule("json/shape"), path, {});
  report.add({}, {}, "the workflow is not judged: it has more than 1.5 million values and keys",
             "split it, and keep rows of data out of workflows");
  std::vector<Finding> secrets = search_bytes(text, path);
  std::move(secrets.begin(), secrets.end(), std::back_inserter(verdict.findings));
  return verdict;
}

/// A change of an upgrade is one finding: that the target's descriptions lack the type or the value follows from it.
void fold_upgrades(std::vector<Finding>& findings) {
  std::set<std::pair<std::string, std::size_t>> told;
  for (const Finding& finding : findings)
    if (finding.rule.starts_with("upgrade/")) told.emplace(finding.node, finding.line);
  std::erase_if(findings, [&](const Finding& finding) {
    const bool follows = finding.rule == "node/unknown-type" || finding.rule == "node/invalid-option";
    return follows && told.contains({finding.node, finding.line});
  });
}

/// Judges the workflows that nodes hold as a text by what an upgrade changes; findings are at the node that holds one.
void report_nested(const WorkflowInput& outer, const std::string& path, std::vector<Finding>& findings) {
  for (const workflow::Node& node : outer.workflow.nodes()) {
    const json::Value text = node.parameters["workflowJson"];
    const bool holds = node.is_base("executeWorkflow") || node.is_langchain("toolWorkflow");
    if (!holds || !text.is_string() || text.string().starts_with('=') || json::is_laborious(text.string())) continue;
    auto parsed = json::Document::parse(std::string(text.string()));
    if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root())) continue;
    const workflow::Workflow inner(std::move(parsed.document), path);
    const workflow::Code code(inner);
    if (!has_usual_size(inner) || !code.is_complete()) continue;
    const WorkflowInput input{inner, code, nullptr, nullptr, outer.target};
    std::vector<Finding> found;
    Reporter report(found);
    for (const WorkflowRule* rule : workflow_rules()) {
      if (rule->needs != Needs::target) continue;
      report.enter(rule->info, path, shown_name(outer.workflow.name()));
      rule->check(input, report);
    }
    const json::Position position = text.position();
    for (Finding& finding : found) {
      finding.line = position.line;
      finding.column = position.column;
      finding.node = node.name;
      finding.message.text = format("in the workflow that '{}' holds: {}", node.name, finding.message.text);
      findings.push_back(std::move(finding));
    }
  }
}

/// The rules that read the kinds of values.
constexpr auto kRulesOfValues =
    std::to_array<std::string_view>({"code/return-shape", "code/unknown-method", "expression/unknown-method",
                                     "flow/missing-field", "flow/type-mismatch"});

std::vector<Finding> findings_of_values(WorkflowInput input, const std::string& path) {
  const FlowFacts flow = flow_facts(input);
  input.flow = &flow;
  std::vector<Finding> findings;
  Reporter report(findings);
  for (const WorkflowRule* rule : workflow_rules()) {
    if (std::find(kRulesOfValues.begin(), kRulesOfValues.end(), rule->info.id) == kRulesOfValues.end()) continue;
    report.enter(rule->info, path, shown_name(input.workflow.name()));
    rule->check(input, report);
  }
  return findings;
}

}  // namespace

std::vector<Finding> findings_by(const workflow::Surroundings& surroundings, std::string text,
                                 const std::string& path) {
  if (json::is_laborious(text)) return {};
  auto parsed = json::Document::parse(std::move(text));
  if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root())) return {};
  const workflow::Workflow workflow(std::move(parsed.document), path);
  if (workflow.archived() || !has_usual_size(workflow)) return {};
  const workflow::Code code(workflow);
  if (!code.is_complete()) return {};
  WorkflowInput input{workflow, code, nullptr, nullptr, {}};
  const std::vector<Finding> alone = findings_of_values(input, path);
  input.surroundings = &surroundings;
  std::vector<Finding> findings = findings_of_values(input, path);
  remove_known(alone, findings);
  Reporter report(findings);
  hide_secrets(report_secrets(workflow, path, report), findings);
  std::erase_if(findings, [](const Finding& finding) { return finding.rule.starts_with("secret/"); });
  return findings;
}

workflow::Facts facts_by(const workflow::Surroundings& surroundings, std::string text, const std::string& path) {
  if (json::is_laborious(text)) return {};
  auto parsed = json::Document::parse(std::move(text));
  if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root())) return {};
  const workflow::Workflow workflow(std::move(parsed.document), path);
  if (!has_usual_size(workflow)) return {};
  const workflow::Code code(workflow);
  workflow::Facts facts = workflow::collect_facts(workflow, code);
  if (workflow.archived() || !code.is_complete()) return facts;
  add_flow_facts(flow_facts({workflow, code, nullptr, nullptr, {}, &surroundings}), facts);
  return facts;
}

FileVerdict check_workflow(std::string text, const std::string& path, const catalogue::Catalogue* catalogue,
                           Upgrade target) {
  FileVerdict verdict;
  Reporter report(verdict.findings);
  if (text.starts_with(kLfsPointer)) {
    report_lfs_pointer(path, report);
    return verdict;
  }
  if (json::is_laborious(text)) return unjudged(text, path);
  auto parsed = json::Document::parse(std::move(text));
  if (!parsed.document) {
    report_syntax(*parsed.error, path, report);
    return verdict;
  }
  const workflow::Workflow workflow(std::move(parsed.document), path);
  const std::string name = shown_name(workflow.name());
  if (!has_usual_size(workflow)) return unjudged(workflow, path, name);
  const workflow::Code code(workflow);
  if (!code.is_complete()) return unjudged(workflow, path, name);
  WorkflowInput input{workflow, code, catalogue, nullptr, target};
  report_duplicates(workflow.document(), path, name, report);
  const bool shaped = workflow::Workflow::looks_like_workflow(workflow.root());
  FlowFacts flow;
  if (shaped && !workflow.archived()) flow = flow_facts(input);
  input.flow = &flow;
  for (const WorkflowRule* rule : workflow_rules()) {
    // A text that is not a workflow gets that one finding.
    if (!shaped && rule->info.id != "json/shape") continue;
    // An archived workflow never runs again: only what it gives away still matters.
    if (workflow.archived()) continue;
    if (rule->needs == Needs::catalogue && catalogue == nullptr) continue;
    if (rule->needs == Needs::target && target.to == 0) continue;
    signals::check();
    report.enter(rule->info, path, name);
    rule->check(input, report);
  }
  if (target.to != 0 && shaped && !workflow.archived()) report_nested(input, path, verdict.findings);
  if (target.to != 0) fold_upgrades(verdict.findings);
  hide_secrets(report_secrets(workflow, path, report), verdict.findings);
  if (!shaped) return verdict;
  verdict.facts = workflow::collect_facts(workflow, code);
  add_flow_facts(flow, verdict.facts);
  return verdict;
}

workflow::Facts read_facts(std::string text, const std::string& path) {
  if (json::is_laborious(text)) return {};
  auto parsed = json::Document::parse(std::move(text));
  if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root())) return {};
  const workflow::Workflow workflow(std::move(parsed.document), path);
  return has_usual_size(workflow) ? workflow::collect_facts(workflow) : workflow::Facts();
}

std::vector<Finding> check_tree(const Tree& tree) {
  std::vector<Finding> findings;
  Reporter report(findings);
  for (const TreeRule* rule : tree_rules()) {
    signals::check();
    report.enter(rule->info, {}, {});
    rule->check(tree, report);
  }
  report_called_reads(tree, report);
  // Facts keep no list of the secrets; a path or a name that is one is known by its shape.
  std::vector<std::string> secrets;
  for (const Finding& finding : findings) {
    for (const Secret& secret : find_secrets(finding.message.text))
      secrets.push_back(finding.message.text.substr(secret.match.begin, secret.match.end - secret.match.begin));
  }
  hide_secrets(secrets, findings);
  return findings;
}

std::size_t apply_suppressions(const workflow::Facts& facts, const std::string& path, std::vector<Finding>& findings,
                               const std::vector<std::string_view>& not_run) {
  std::size_t suppressed = 0;
  std::vector<Finding> unused;
  Reporter report(unused);
  report.enter(kSuppressionUnused, path, facts.name);
  for (const workflow::SuppressionFact& allowed : facts.suppressions) {
    const std::size_t hits = std::erase_if(findings, [&](const Finding& finding) {
      return finding.rule == allowed.rule && finding.node == allowed.place.node;
    });
    suppressed += hits;
    const bool judged = std::find(not_run.begin(), not_run.end(), allowed.rule) == not_run.end();
    if (hits != 0 || !judged || find_trial_rule(allowed.rule) != nullptr) continue;
    const bool known = find_rule(allowed.rule) != nullptr;
    report.add({allowed.place.line, allowed.place.column}, allowed.place.node,
               known ? format("'kairon: allow {}' suppresses nothing", allowed.rule)
                     : format("unknown rule '{}'", allowed.rule),
               known ? "delete the note" : "`kairon rules` lists them");
  }
  findings.insert(findings.end(), unused.begin(), unused.end());
  return suppressed;
}

}  // namespace kairon::lint
