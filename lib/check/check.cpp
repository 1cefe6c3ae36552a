#include "check/check.h"

#include <algorithm>
#include <map>

#include "base/format.h"
#include "base/text.h"
#include "check/migration_check.h"
#include "check/workflow_check.h"
#include "config/keys.h"
#include "lint/reporter.h"

namespace kairon::lint {
extern const RuleInfo kFileLink;
}  // namespace kairon::lint

namespace kairon::check {

namespace {

using lint::Finding;

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
  CheckResult result;
  check_workflows(request, ruleset, cache, result);
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
