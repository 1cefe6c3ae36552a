#include "check/check.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/format.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/migration_check.h"
#include "config/keys.h"
#include "lint/check.h"
#include "lint/reporter.h"
#include "lint/support/calls.h"
#include "lint/tree.h"
#include "repository/environment_example.h"

namespace kairon::lint {
extern const RuleInfo kFileLink;
}  // namespace kairon::lint

namespace kairon::check {

namespace {

using lint::FileVerdict;
using lint::Finding;
using lint::Tree;

/// What makes two findings of two states the same one: positions move with unrelated edits.
using Identity = std::tuple<std::string, std::string, std::string, std::string>;

Identity identity_of(const Finding& finding) { return {finding.rule, finding.path, finding.node, finding.message}; }

bool is_tree_rule(std::string_view id) {
  const auto rules = lint::tree_rules();
  return std::any_of(rules.begin(), rules.end(), [id](const lint::TreeRule* rule) { return rule->info.id == id; });
}

Tree empty_tree(const repository::Snapshot& snapshot) {
  Tree tree;
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
    if (!file.facts.valid || file.facts.name.empty() || names.contains(file.facts.name)) continue;
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
    if (needs_tree || needs_database) out.whole.push_back(info->id);
  }
  for (const lint::WorkflowRule* rule : lint::workflow_rules()) {
    const bool lacks_catalogue = rule->needs == lint::Needs::catalogue && request.catalogue == nullptr;
    const bool lacks_target = rule->needs == lint::Needs::target && request.target.to == 0;
    if (lacks_catalogue || lacks_target) out.whole.push_back(rule->info.id);
  }
  return out;
}

/// What decides a verdict besides the file's content.
std::string catalogue_id(const CheckRequest& request) {
  std::string id;
  if (request.catalogue != nullptr) id = "+" + request.catalogue->fingerprint();
  if (request.target.to != 0) id += kairon::format("+target{}-{}", request.target.from, request.target.to);
  return id;
}

class Run {
 public:
  Run(const CheckRequest& request, const lint::Ruleset& ruleset, VerdictCache& cache)
      : request_(request),
        ruleset_(ruleset),
        cache_(cache),
        catalogue_id_(catalogue_id(request)),
        not_run_(rules_not_run(request)) {}

  CheckResult go() {
    std::map<std::string, FileVerdict> verdicts = judge_all(*request_.now);
    add_tree_findings(verdicts);
    add_schema_findings(verdicts);
    CheckResult result;
    for (auto& [path, verdict] : verdicts) finish_file(path, verdict, result);
    return result;
  }

 private:
  /// Files are read one after another (libgit2's handles are not shared) and judged side by side.
  std::map<std::string, FileVerdict> judge_all(const repository::Snapshot& snapshot) {
    std::vector<FileVerdict> judged(snapshot.workflows.size());
    std::mutex reading;
    terminal::Progress progress("kairon: judging");
    std::size_t read = 0;
    parallel::for_each(judged.size(), [&](std::size_t i) {
      const repository::SnapshotFile& file = snapshot.workflows[i];
      // Another catalogue may judge the same content differently.
      const std::string identity = file.identity + catalogue_id_;
      signals::check();
      if (auto known = cache_.find(identity, file.path)) {
        judged[i] = std::move(*known);
        return;
      }
      std::unique_lock lock(reading);
      progress.update(format("{} of {} files", ++read, judged.size()));
      std::string text = snapshot.read(file);
      lock.unlock();
      judged[i] = lint::check_workflow(std::move(text), file.path, request_.catalogue, request_.target);
      cache_.remember(identity, file.path, judged[i]);
    });
    std::map<std::string, FileVerdict> verdicts;
    for (std::size_t i = 0; i < judged.size(); ++i) verdicts.emplace(snapshot.workflows[i].path, std::move(judged[i]));
    return verdicts;
  }

  [[nodiscard]] bool is_reported(const std::string& path) const {
    return (!request_.only || request_.only->contains(path)) && is_in_shard(path);
  }

  [[nodiscard]] bool is_in_shard(const std::string& path) const {
    return request_.shards == 1 || hash::fnv1a(path) % static_cast<std::uint64_t>(request_.shards) ==
                                       static_cast<std::uint64_t>(request_.shard);
  }

  /// The facts of a file of the state before: those of the new state when it did not change, the
  /// cached ones, else read without judging it.
  workflow::Facts facts_before(const repository::SnapshotFile& file,
                               const std::unordered_map<std::string_view, const lint::TreeFile*>& now) {
    const auto same = now.find(file.path);
    if (same != now.end() && same->second->oid == file.identity) return same->second->facts;
    if (auto known = cache_.find(file.identity + catalogue_id_, file.path)) return std::move(known->facts);
    return lint::read_facts(request_.base->read(file), file.path);
  }

  Tree tree_now(const std::map<std::string, FileVerdict>& verdicts) const {
    Tree tree = empty_tree(*request_.now);
    for (const repository::SnapshotFile& file : request_.now->workflows) {
      tree.files.push_back({file.path, file.identity, verdicts.at(file.path).facts, is_reported(file.path)});
    }
    return tree;
  }

  Tree tree_before(const Tree& now) {
    Tree tree = empty_tree(*request_.base);
    std::unordered_map<std::string_view, const lint::TreeFile*> by_path;
    for (const lint::TreeFile& file : now.files) by_path.emplace(file.path, &file);
    for (const repository::SnapshotFile& file : request_.base->workflows) {
      tree.files.push_back({file.path, file.identity, facts_before(file, by_path), is_reported(file.path)});
    }
    return tree;
  }

  void add_tree_findings(std::map<std::string, FileVerdict>& verdicts) {
    Tree now = tree_now(verdicts);
    std::set<Identity> old;
    if (request_.base != nullptr) {
      const Tree before = tree_before(now);
      add_removed(now, before);
      for (const Finding& finding : lint::check_tree(before)) old.insert(identity_of(finding));
    }
    for (Finding& finding : lint::check_tree(now)) {
      const bool caused_here =
          is_reported(finding.path) || (request_.base != nullptr && !old.contains(identity_of(finding)));
      const auto verdict = verdicts.find(finding.path);
      if (!caused_here || verdict == verdicts.end()) continue;
      if (!is_reported(finding.path)) elsewhere_.insert(finding.path);
      verdict->second.findings.push_back(std::move(finding));
    }
  }

  /// A migration breaks statements of workflows that nobody touched.
  void add_schema_findings(std::map<std::string, FileVerdict>& verdicts) {
    if (request_.schema == nullptr) return;
    for (const auto& [path, findings] : *request_.schema) {
      const auto verdict = verdicts.find(path);
      if (verdict == verdicts.end() || !is_in_shard(path)) continue;
      if (!is_reported(path)) elsewhere_.insert(path);
      verdict->second.findings.insert(verdict->second.findings.end(), findings.begin(), findings.end());
    }
  }

  /// Rule set, suppressions, and whether the file counts here at all.
  void finish_file(const std::string& path, FileVerdict& verdict, CheckResult& result) {
    const bool whole = is_reported(path);
    if (!whole && !elsewhere_.contains(path)) return;
    if (whole) ++result.files;
    if (!whole) {
      std::erase_if(verdict.findings,
                    [](const Finding& finding) { return !is_tree_rule(finding.rule) && finding.rule != "sql/drift"; });
    }
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
  VerdictCache& cache_;
  std::string catalogue_id_;
  RulesNotRun not_run_;
  std::set<std::string> elsewhere_;  ///< unchanged files that a change elsewhere breaks
};

/// Reports links and submodules at watched paths: their content is not judged, so they must not pass.
void add_links(const CheckRequest& request, const lint::Ruleset& ruleset, CheckResult& result) {
  std::vector<Finding> findings;
  lint::Reporter report(findings);
  std::set<std::string> seen;
  for (const repository::SnapshotFile& link : request.now->links) {
    const auto is_known = [&](const repository::SnapshotFile& old) {
      return old.path == link.path && old.identity == link.identity;
    };
    const bool known =
        request.base != nullptr && std::any_of(request.base->links.begin(), request.base->links.end(), is_known);
    const bool reported = !request.only || request.only->contains(link.path) || !known;
    if (!reported || !seen.insert(link.path).second) continue;
    report.enter(lint::kFileLink, link.path, {});
    if (link.path == repository::kSettingsFile)
      report.add({}, {}, format("settings are not read through a {}, so the gate judges without them", link.identity),
                 "commit the file itself: git rm --cached .kairon && rm .kairon, then write the settings again");
    else
      report.add(
          {}, {}, format("a {} hides files that the gate looks at", link.identity),
          "commit the files themselves, or name the folder they live in: git config -f .kairon kairon.workflows");
  }
  ruleset.apply(findings);
  std::move(findings.begin(), findings.end(), std::back_inserter(result.findings));
}

}  // namespace

CheckResult run_check(const CheckRequest& request, const lint::Ruleset& ruleset, VerdictCache& cache) {
  CheckResult result = Run(request, ruleset, cache).go();
  add_links(request, ruleset, result);
  check_migrations(request, ruleset, cache, result);
  lint::sort_findings(result.findings);
  return result;
}

catalogue::Choice catalogue_of(const config::Settings& settings) {
  return catalogue::choose(settings.value(config::kN8nVersion));
}

std::vector<config::Notice> notices_of(const config::Settings& settings) {
  std::vector<config::Notice> notices = settings.notices();
  for (const std::string& rule : settings.subsections(config::kLintSeverity)) {
    if (lint::find_rule(rule) != nullptr) continue;
    std::vector<std::string_view> ids;
    for (const lint::RuleInfo* info : lint::all_rules()) ids.push_back(info->id);
    const std::string_view near = text::nearest(rule, ids);
    notices.push_back({{format("{}: [lint \"{}\"] severity: unknown rule",
                               settings.find(config::kLintSeverity, rule)->source, text::printable(rule)),
                        near.empty() ? std::string("`kairon rules` lists them") : format("did you mean {}?", near)}});
  }
  return notices;
}

lint::Ruleset ruleset_of(const config::Settings& settings) {
  lint::Ruleset ruleset(settings.kairon_ruleset() ? lint::RulesetName::kairon : lint::RulesetName::n8n);
  if (settings.value(config::kLintProfile) == "strict") ruleset.be_strict();
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    if (const auto setting = settings.find(config::kLintSeverity, rule->id)) {
      ruleset.override_severity(rule->id, setting->value, setting->source);
    }
  }
  return ruleset;
}

std::set<std::string> changed_paths(const repository::Snapshot& before, const repository::Snapshot& now) {
  std::set<std::string> changed;
  const auto compare = [&changed](const std::vector<repository::SnapshotFile>& old,
                                  const std::vector<repository::SnapshotFile>& fresh) {
    std::map<std::string_view, std::string_view> known;
    for (const repository::SnapshotFile& file : old) known.emplace(file.path, file.identity);
    for (const repository::SnapshotFile& file : fresh) {
      const auto hit = known.find(file.path);
      if (hit == known.end() || hit->second != file.identity) changed.insert(file.path);
      if (hit != known.end()) known.erase(hit);
    }
    for (const auto& [path, identity] : known) changed.emplace(path);
  };
  compare(before.workflows, now.workflows);
  compare(before.migrations, now.migrations);
  compare(before.others, now.others);
  compare(before.links, now.links);
  return changed;
}

std::string verdict_path(const git::GitSource& source) { return source.git_dir() + "/kairon/verdicts"; }

}  // namespace kairon::check
