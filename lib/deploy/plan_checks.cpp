#include "deploy/plan_checks.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"

namespace kairon::deploy {

namespace {

std::string shown(const n8n::TakenPath& taken) {
  return taken.space == "webhook" ? format("webhook {} {}", taken.method, text::printable(taken.path))
                                  : format("{} path {}", taken.space, text::printable(taken.path));
}

}  // namespace

void check_webhooks(const WebhookCheck& check) {
  std::map<n8n::TakenPath, std::string> owner;  // -> workflow
  std::set<std::string> touched;
  for (const Step& step : check.steps) {
    if (!step.id.empty()) touched.insert(step.id);
    if (!step.active) continue;
    for (const n8n::TakenPath& taken : n8n::taken_paths(step.body)) {
      const auto [place, fresh] = owner.emplace(taken, step.name);
      if (!fresh && place->second != step.name)
        check.problems.push_back({step.path,
                                  {format("'{}' and '{}' both want the {}", step.name, place->second, shown(taken)),
                                   "give one of them another path, or set active to false"}});
    }
  }
  for (const n8n::Tree& remote : check.remotes) {
    const std::string& id = remote["id"].string();
    if (touched.contains(id) || !remote["active"].boolean_or(false)) continue;
    for (const n8n::TakenPath& taken : n8n::taken_paths(n8n::live_version(remote))) {
      const auto place = owner.find(taken);
      if (place != owner.end())
        check.problems.push_back({place->second,
                                  {format("the {} of '{}' is taken by the server's workflow '{}' ({})", shown(taken),
                                          place->second, text::printable(remote["name"].string()), id),
                                   "deactivate that workflow in n8n, or choose another path"}});
    }
  }
  for (Step& step : check.steps) {
    if (!step.was_active) continue;
    for (const n8n::TakenPath& taken : n8n::taken_paths(n8n::live_version(step.before))) {
      const auto place = owner.find(taken);
      if (place != owner.end() && place->second != step.name) step.release_first = true;
    }
  }
}

void check_pruned(const std::vector<Step>& steps, const std::vector<n8n::Tree>& remotes, const CallGraph& calls,
                  std::vector<Problem>& problems) {
  std::map<std::string, std::string> pruned;  // id -> name
  std::set<std::string> touched;
  for (const Step& step : steps) {
    if (step.action == Action::prune) pruned[step.id] = step.name;
    if (!step.id.empty() && step.action != Action::retire) touched.insert(step.id);
  }
  const auto refuse = [&problems](const std::string& name, const std::string& caller) {
    problems.push_back({name,
                        {format("is gone from git and would be deleted, but '{}' still calls it", caller),
                         "take the call out first, or deploy without --prune"}});
  };
  for (const auto& [id, name] : pruned)
    for (const auto& [caller, callees] : calls)
      if (callees.contains(name)) refuse(name, caller);
  for (const n8n::Tree& remote : remotes) {
    if (touched.contains(remote["id"].string()) || remote["isArchived"].boolean_or(false)) continue;
    std::set<std::string> callees;
    n8n::each_reference(remote, [&](const n8n::Reference& reference) {
      const auto found = pruned.find(reference.id);
      if (found != pruned.end()) callees.insert(found->second);
    });
    for (const std::string& name : callees) refuse(name, remote["name"].string());
  }
}

void check_cycles(const CallGraph& calls, const std::set<std::string>& active, std::vector<Problem>& problems) {
  for (const std::vector<std::string>& group : callees_first(calls)) {
    if (group.size() < 2) continue;
    const bool all_active =
        std::all_of(group.begin(), group.end(), [&](const std::string& name) { return active.contains(name); });
    if (all_active)
      problems.push_back({group.front(),
                          {format("call each other, so this n8n can publish none of them: {}", text::join(group, ", ")),
                           "let one of them be called in another way (a webhook, a queue), or set active to false"}});
  }
}

}  // namespace kairon::deploy
