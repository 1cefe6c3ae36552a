#include "deploy/counterparts.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "deploy/write_order.h"
#include "n8n/credentials.h"
#include "n8n/references.h"

namespace kairon::deploy {

Counterparts::Counterparts(std::vector<n8n::Tree> remotes, const Record& record) : remotes_(std::move(remotes)) {
  for (const n8n::Tree& old : record.snapshot) {
    if (remote(old["id"].string()) != nullptr) continue;
    std::string& id = new_ids_[old["id"].string()];
    for (const n8n::Tree& one : remotes_)
      if (one["name"] == old["name"] && !one["isArchived"].boolean_or(false) &&
          !record.known_ids.contains(one["id"].string()))
        id = one["id"].string();
  }
}

const n8n::Tree* Counterparts::remote(const std::string& id) const {
  const auto found =
      std::find_if(remotes_.begin(), remotes_.end(), [&](const n8n::Tree& one) { return one["id"].string() == id; });
  return found == remotes_.end() ? nullptr : &*found;
}

const std::string& Counterparts::now_id(const n8n::Tree& old) const {
  const auto found = new_ids_.find(old["id"].string());
  return found == new_ids_.end() ? old["id"].string() : found->second;
}

n8n::Tree Counterparts::wanted(const n8n::Tree& old) const {
  n8n::Tree out = old;
  n8n::rewrite_references(out, [this](const n8n::Reference& reference) -> std::optional<n8n::Callee> {
    const auto found = new_ids_.find(reference.id);
    if (found == new_ids_.end() || found->second.empty()) return std::nullopt;
    return n8n::Callee{found->second, reference.cached_name};
  });
  return out;
}

bool Counterparts::calls_pruned(const n8n::Tree& old) const {
  bool calls = false;
  n8n::each_reference(old, [&](const n8n::Reference& reference) {
    const auto found = new_ids_.find(reference.id);
    calls = calls || (found != new_ids_.end() && found->second.empty());
  });
  return calls;
}

bool Counterparts::calls_recreated(const n8n::Tree& old) const {
  bool calls = false;
  n8n::each_reference(old, [&](const n8n::Reference& reference) { calls = calls || new_ids_.contains(reference.id); });
  return calls;
}

void Counterparts::recreated(const n8n::Tree& old, std::string id) { new_ids_[old["id"].string()] = std::move(id); }

n8n::Tree Counterparts::body_for(const n8n::Tree& old, n8n::Dialect dialect) const {
  n8n::Tree body = n8n::sanitised(wanted(old), dialect);
  n8n::rewrite_credentials(body, [](const n8n::CredentialUse& use) {
    return n8n::Credential{use.id, use.name, use.type};
  });
  const n8n::Tree* now = remote(now_id(old));
  if (now == nullptr) {
    if (const n8n::Tree* data = old.find("staticData"); data != nullptr && !data->is_null())
      body.set("staticData", *data);
    return body;
  }
  // What is still there has gone on counting (polls, static data) since the snapshot.
  n8n::Tree& settings = *body.find("settings");
  for (const auto& [key, value] : (*now)["settings"].members())
    if (!settings.has(key) && !n8n::neutral_setting(key).is_null()) settings.set(key, n8n::neutral_setting(key));
  return body;
}

std::vector<const n8n::Tree*> sorted_callees_first(const std::vector<const n8n::Tree*>& workflows) {
  CallGraph graph;
  for (const n8n::Tree* old : workflows) {
    std::set<std::string>& callees = graph[(*old)["id"].string()];
    n8n::each_reference(*old, [&](const n8n::Reference& reference) { callees.insert(reference.id); });
  }
  std::vector<const n8n::Tree*> sorted;
  for (const auto& group : callees_first(graph))
    for (const std::string& id : group)
      sorted.push_back(*std::find_if(workflows.begin(), workflows.end(),
                                     [&](const n8n::Tree* one) { return (*one)["id"].string() == id; }));
  return sorted;
}

}  // namespace kairon::deploy
