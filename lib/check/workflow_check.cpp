#include "check/workflow_check.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "check/workflow_states.h"
#include "lint/support/called_results.h"
#include "lint/support/calls.h"
#include "lint/tree.h"
#include "repository/environment_example.h"

namespace kairon::check {

namespace {

using lint::FileVerdict;
using lint::Finding;
using lint::Tree;
using repository::SnapshotFile;

/// What makes two findings of two states the same one: positions move with unrelated edits.
using Identity = std::tuple<std::string, std::string, std::string, std::string>;

Identity identity_of(const Finding& finding) {
  return {finding.rule, finding.path, finding.node, finding.message.text};
}

bool is_tree_rule(std::string_view id) {
  const auto rules = lint::tree_rules();
  return std::any_of(rules.begin(), rules.end(), [id](const lint::TreeRule* rule) { return rule->info.id == id; });
}

Tree empty_tree(const repository::Snapshot& snapshot, lint::Upgrade target) {
  Tree tree;
  tree.target = target;
  tree.complete = snapshot.complete;
  tree.declared_variables = repository::declared_variables(snapshot);
  return tree;
}

/// Adds the workflows whose name no file of the new state has.
void add_removed(Tree& now, const Tree& before) {
  std::unordered_set<std::string_view> names;
  for (const lint::TreeFile& file : now.files)
    if (lint::is_live(file)) names.insert(file.facts.name);
  for (const lint::TreeFile& file : before.files) {
    if (!lint::is_live(file) || file.facts.name.empty() || names.contains(file.facts.name)) continue;
    now.removed.push_back({file.path, file.facts.name, file.facts.id});
  }
}

/// Rules that a run cannot judge by: their suppressions are not called unused.
struct RulesNotRun {
  std::vector<std::string_view> whole;      ///< where a file is judged as a whole
  std::vector<std::string_view> elsewhere;  ///< where only findings that a change elsewhere causes count
};

RulesNotRun rules_not_run(const CheckRequest& request) {
  RulesNotRun out;
  for (const lint::RuleInfo* info : lint::all_rules()) {
    out.elsewhere.push_back(info->id);
    const bool needs_tree = is_tree_rule(info->id) && !request.now->complete;
    const bool needs_database = lint::needs_database(info->id) && request.schema == nullptr;
    const bool needs_target = info->group() == "upgrade" && request.target.to == 0;
    if (needs_tree || needs_database || needs_target) out.whole.push_back(info->id);
  }
  for (const lint::WorkflowRule* rule : lint::workflow_rules()) {
    const bool lacks_catalogue = rule->needs == lint::Needs::catalogue && request.catalogue == nullptr;
    const bool lacks_target = rule->needs == lint::Needs::target && request.target.to == 0;
    if (lacks_catalogue || lacks_target) out.whole.push_back(rule->info.id);
  }
  return out;
}

/// How two lists of files, sorted by path, differ.
struct Difference {
  std::vector<bool> now;     ///< true for a file that is new or has another content than before
  std::vector<bool> before;  ///< true for a file that is gone or has another content now
};

Difference difference_of(const std::vector<SnapshotFile>& before, const std::vector<SnapshotFile>& now) {
  Difference out{std::vector<bool>(now.size()), std::vector<bool>(before.size())};
  std::size_t b = 0;
  std::size_t n = 0;
  while (b < before.size() || n < now.size()) {
    const int order = b == before.size() ? 1 : n == now.size() ? -1 : before[b].path.compare(now[n].path);
    if (order == 0 && before[b].identity == now[n].identity) {
      ++b;
      ++n;
      continue;
    }
    if (order <= 0) out.before[b++] = true;
    if (order >= 0) out.now[n++] = true;
  }
  return out;
}

bool are_sorted(const std::vector<SnapshotFile>& files) {
  return std::ranges::is_sorted(files, {}, &SnapshotFile::path);
}

/// Both states as the rules over all workflows see them: with every file, or with those that the change concerns.
struct Trees {
  Tree now;
  std::optional<Tree> before;
};

/// Makes the trees.
class TreeMaker {
 public:
  TreeMaker(const CheckRequest& request, WorkflowStates& states) : request_(request), states_(states) {}

  Trees make() {
    Trees trees;
    trees.now = empty_tree(*request_.now, request_.target);
    if (request_.base != nullptr) trees.before = empty_tree(*request_.base, request_.target);
    const auto& files = request_.now->workflows;
    const std::vector<SnapshotFile> none;
    const auto& old = request_.base == nullptr ? none : request_.base->workflows;
    if (is_partial(trees)) {
      const Difference difference = difference_of(old, files);
      read_changed(difference, old);
      choose(difference, trees.now.declared_variables);
      trees.now.all_names = [this] { return all_names(); };
    }
    for (std::size_t i = 0; i < files.size(); ++i)
      if (is_chosen(i))
        trees.now.files.push_back(
            {files[i].path, files[i].identity, states_.facts(i), states_.is_reported(files[i].path)});
    if (trees.before) add_before(old, trees);
    return trees;
  }

 private:
  /// Where everything is looked at, everything is needed. A variable that is declared now, or no longer, concerns files
  /// that did not change.
  [[nodiscard]] bool is_partial(const Trees& trees) const {
    if (!request_.only || !are_sorted(request_.now->workflows)) return false;
    if (request_.base == nullptr) return true;
    return are_sorted(request_.base->workflows) && trees.now.declared_variables == trees.before->declared_variables;
  }

  void read_changed(const Difference& difference, const std::vector<SnapshotFile>& old) {
    for (std::size_t i = 0; i < old.size(); ++i)
      if (difference.before[i]) changed_before_.emplace(old[i].path, states_.facts_before(old[i]));
  }

  void choose(const Difference& difference, const std::optional<std::vector<std::string>>& declared) {
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < difference.now.size(); ++i)
      if (difference.now[i] || states_.is_reported(request_.now->workflows[i].path)) changed.push_back(i);
    std::vector<lint::Links> links;
    for (const auto& [path, facts] : changed_before_) links.push_back(lint::links_of(facts));
    const std::vector<std::span<const std::uint64_t>> before(links.begin(), links.end());
    chosen_ = lint::related_files(states_.links(), changed, before, declared);
  }

  [[nodiscard]] bool is_chosen(std::size_t file) const {
    return !chosen_ || std::ranges::binary_search(*chosen_, file);
  }

  void add_before(const std::vector<SnapshotFile>& old, Trees& trees) {
    std::unordered_map<std::string_view, const lint::TreeFile*> now;
    for (const lint::TreeFile& file : trees.now.files) now.emplace(file.path, &file);
    for (const SnapshotFile& file : old) {
      const auto same = now.find(file.path);
      const bool reported = states_.is_reported(file.path);
      if (same != now.end() && same->second->oid == file.identity)
        trees.before->files.push_back({file.path, file.identity, same->second->facts, reported});
      else if (const auto known = changed_before_.find(file.path); known != changed_before_.end())
        trees.before->files.push_back({file.path, file.identity, known->second, reported});
      else if (!chosen_)
        trees.before->files.push_back({file.path, file.identity, states_.facts_before(file), reported});
    }
  }

  [[nodiscard]] std::vector<std::string> all_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < request_.now->workflows.size(); ++i) {
      const SnapshotFile& file = request_.now->workflows[i];
      const lint::TreeFile whole{file.path, file.identity, states_.facts(i), false};
      if (lint::is_live(whole)) names.emplace_back(lint::called_name(whole));
    }
    return names;
  }

  const CheckRequest& request_;
  WorkflowStates& states_;
  std::optional<std::vector<std::size_t>> chosen_;  ///< sorted; nothing: every file
  std::map<std::string, workflow::Facts> changed_before_;
};

class Run {
 public:
  Run(const CheckRequest& request, const lint::Ruleset& ruleset, VerdictCache& cache)
      : request_(request), ruleset_(ruleset), states_(request, cache), not_run_(rules_not_run(request)) {}

  void go(CheckResult& result) {
    states_.judge();
    add_tree_findings();
    add_schema_findings();
    for (auto& [path, verdict] : states_.verdicts()) finish_file(path, verdict, result);
  }

 private:
  void add_tree_findings() {
    TreeMaker maker(request_, states_);
    Trees trees = maker.make();
    std::set<Identity> old;
    if (trees.before) {
      add_removed(trees.now, *trees.before);
      for (const Finding& finding : lint::check_tree(*trees.before)) old.insert(identity_of(finding));
    }
    for (Finding& finding : lint::check_tree(trees.now)) {
      const bool reported = states_.is_reported(finding.path);
      if (!reported && (!trees.before || old.contains(identity_of(finding)))) continue;
      add_finding(std::move(finding), reported);
    }
    add_called_values(trees);
  }

  /// What called workflows give back decides what their callers may do with it.
  void add_called_values(const Trees& trees) {
    const lint::CallIndex now(trees.now);
    const std::optional<lint::CallIndex> before =
        trees.before ? std::optional<lint::CallIndex>(*trees.before) : std::nullopt;
    for (const lint::TreeFile& file : trees.now.files) {
      if (!lint::is_live(file) || file.facts.calls.empty()) continue;
      const bool reported = states_.is_reported(file.path);
      if (!reported && (!before || !states_.is_in_shard(file.path))) continue;
      const workflow::Surroundings results = lint::called_results(now, file);
      if (results.results.empty()) continue;
      if (!reported && lint::fingerprint(results) == lint::fingerprint(lint::called_results(*before, file))) continue;
      std::vector<Finding> findings = states_.findings_by(results, file);
      if (findings.empty()) continue;
      if (!reported) lint::remove_known(states_.findings_by(lint::called_results(*before, file), file), findings);
      const FileVerdict* verdict = states_.verdict_at(file.path);
      if (verdict != nullptr && (reported || elsewhere_.contains(file.path)))
        lint::remove_known(verdict->findings, findings);
      for (Finding& finding : findings) add_finding(std::move(finding), reported);
    }
  }

  /// A migration breaks statements of workflows that nobody touched.
  void add_schema_findings() {
    if (request_.schema == nullptr) return;
    for (const auto& [path, findings] : *request_.schema) {
      if (!states_.is_in_shard(path)) continue;
      const bool reported = states_.is_reported(path);
      for (const Finding& finding : findings)
        if (reported || finding.rule == "sql/drift" || finding.rule == "sql/column-use") add_finding(finding, reported);
    }
  }

  void add_finding(Finding finding, bool reported) {
    FileVerdict* verdict = states_.verdict_at(finding.path);
    if (verdict == nullptr) return;
    // What the file says by itself does not count there.
    if (!reported && elsewhere_.insert(finding.path).second) verdict->findings.clear();
    verdict->findings.push_back(std::move(finding));
  }

  /// Rule set, suppressions, and whether the file counts here at all.
  void finish_file(const std::string& path, FileVerdict& verdict, CheckResult& result) {
    const bool whole = states_.is_reported(path);
    if (!whole && !elsewhere_.contains(path)) return;
    if (whole) ++result.files;
    // The severity comes first: what is off here cannot use up a note.
    ruleset_.apply(verdict.findings);
    const std::size_t suppressed =
        lint::apply_suppressions(verdict.facts, path, verdict.findings, whole ? not_run_.whole : not_run_.elsewhere);
    result.suppressed += suppressed;
    ruleset_.apply(verdict.findings);
    std::move(verdict.findings.begin(), verdict.findings.end(), std::back_inserter(result.findings));
  }

  const CheckRequest& request_;
  const lint::Ruleset& ruleset_;
  WorkflowStates states_;
  RulesNotRun not_run_;
  std::set<std::string> elsewhere_;  ///< unchanged files that a change elsewhere breaks
};

}  // namespace

void check_workflows(const CheckRequest& request, const lint::Ruleset& ruleset, VerdictCache& cache,
                     CheckResult& result) {
  Run(request, ruleset, cache).go(result);
}

}  // namespace kairon::check
