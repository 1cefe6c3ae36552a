#include "commands/fix_target.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/format.h"
#include "check/check.h"
#include "json/document.h"
#include "lint/check.h"
#include "lint/ruleset.h"
#include "lint/support/calls.h"
#include "workflow/facts.h"

namespace kairon::commands {

namespace {

using workflow::Repair;
using workflow::Rewrite;

/// Calls of version 1, which name the workflow by its id alone; facts leave them out.
void add_old_calls(const workflow::Workflow& workflow, workflow::Facts& facts) {
  constexpr double kLocator = 1.1;
  for (const workflow::Node& node : workflow.nodes()) {
    if (!node.is_base("executeWorkflow") || node.version >= kLocator) continue;
    workflow::CallFact call;
    call.kind = workflow::CallFact::Kind::by_id;
    call.id = node.parameters["workflowId"].string();
    if (!call.id.empty()) facts.calls.push_back(std::move(call));
  }
}

lint::Tree read_tree(const repository::Snapshot& snapshot) {
  lint::Tree tree;
  for (const repository::SnapshotFile& file : snapshot.workflows) {
    auto parsed = json::Document::parse(snapshot.read(file));
    if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root())) continue;
    const workflow::Workflow workflow(std::move(parsed.document), file.path);
    workflow::Facts facts = workflow::collect_facts(workflow);
    add_old_calls(workflow, facts);
    tree.files.push_back({file.path, file.identity, std::move(facts), true});
  }
  return tree;
}

/// Findings by rule and node, which stay the same when lines move.
std::multiset<std::string> findings_in(const std::string& text, const std::string& path,
                                       const catalogue::Catalogue* catalogue, lint::Upgrade upgrade,
                                       const lint::Ruleset& ruleset) {
  std::vector<lint::Finding> findings = lint::check_workflow(text, path, catalogue, upgrade).findings;
  ruleset.apply(findings);
  std::multiset<std::string> keys;
  for (const lint::Finding& finding : findings)
    if (finding.severity >= lint::Severity::warning) keys.insert(format("{} at '{}'", finding.rule, finding.node));
  return keys;
}

/// The first finding of `after` that `before` lacks, "" when there is none.
std::string new_finding(const std::multiset<std::string>& before, const std::multiset<std::string>& after) {
  for (const std::string& key : after)
    if (after.count(key) > before.count(key)) return key;
  return {};
}

/// Two insertions at one place do not meet.
bool overlap(const std::vector<Repair>& edits) {
  for (std::size_t i = 1; i < edits.size(); ++i)
    if (edits[i].begin < edits[i - 1].end) return true;
  return false;
}

}  // namespace

std::map<std::string, workflow::Callers> callers_in(const repository::Snapshot& snapshot) {
  const lint::Tree tree = read_tree(snapshot);
  const lint::CallIndex index(tree);
  std::map<std::string, workflow::Callers> callers;
  bool any_may_be_called = false;  // by an expression
  const auto add = [&](const lint::TreeFile& caller, const lint::TreeFile& callee) {
    workflow::Callers& of = callers[callee.path];
    if (std::find(of.ids.begin(), of.ids.end(), caller.facts.id) == of.ids.end()) of.ids.push_back(caller.facts.id);
  };
  for (const lint::TreeFile& file : tree.files) {
    if (!lint::is_live(file)) continue;
    for (const workflow::CallFact& call : file.facts.calls) {
      const lint::TreeFile* callee = index.callee(file, call);
      if (callee != nullptr && callee != &file) {
        add(file, *callee);
        callers[callee->path].called = true;
      }
      any_may_be_called = any_may_be_called || (callee == nullptr && call.id.starts_with('='));
    }
    // An error workflow starts at its Error Trigger; the caller policy counts all the same.
    for (const lint::TreeFile& other : tree.files)
      if (!file.facts.error_workflow.empty() && other.facts.id == file.facts.error_workflow && &other != &file)
        add(file, other);
  }
  for (auto& [path, of] : callers)
    if (any_may_be_called || std::find(of.ids.begin(), of.ids.end(), "") != of.ids.end()) of.ids.clear();
  return callers;
}

std::vector<Repair> edits_of(const std::vector<Rewrite>& rewrites) {
  std::vector<Repair> edits;
  for (const Rewrite& rewrite : rewrites) edits.insert(edits.end(), rewrite.edits.begin(), rewrite.edits.end());
  std::stable_sort(edits.begin(), edits.end(), [](const Repair& a, const Repair& b) { return a.begin < b.begin; });
  return edits;
}

Chosen choose_rewrites(const std::string& text, const std::string& path, lint::Upgrade upgrade,
                       const workflow::Callers& callers, const config::Settings& settings) {
  Chosen chosen;
  auto parsed = json::Document::parse(text);
  if (!parsed.document) return chosen;
  const workflow::Workflow workflow(std::move(parsed.document), path);
  std::vector<Rewrite> possible = workflow::upgrade_rewrites(workflow, upgrade.from, upgrade.to, callers);
  if (possible.empty()) return chosen;
  const catalogue::Choice nodes = check::catalogue_of(settings);
  const lint::Ruleset ruleset = check::ruleset_of(settings);
  // A legacy node that becomes Code moves to the task runner: its rules count, whatever runs today.
  const lint::Upgrade judged{1, upgrade.to};
  const auto findings = [&](const std::vector<Rewrite>& rewrites) {
    return findings_in(workflow::apply(text, edits_of(rewrites)), path, nodes.catalogue.get(), judged, ruleset);
  };
  const std::multiset<std::string> before = findings({});
  if (!overlap(edits_of(possible)) && new_finding(before, findings(possible)).empty()) {
    chosen.rewrites = std::move(possible);
    return chosen;
  }
  for (Rewrite& rewrite : possible) {
    std::vector<Rewrite> wanted = chosen.rewrites;
    wanted.push_back(rewrite);
    if (overlap(edits_of(wanted))) {
      chosen.left_out.push_back(format("{}: not now, it meets another repair; run again", rewrite.what));
      continue;
    }
    const std::string brought = new_finding(before, findings(wanted));
    if (brought.empty()) {
      chosen.rewrites = std::move(wanted);
    } else {
      chosen.left_out.push_back(format("{}: left out, it would bring {}", rewrite.what, brought));
    }
  }
  return chosen;
}

}  // namespace kairon::commands
