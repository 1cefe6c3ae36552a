#include "base/error.h"
#include "base/format.h"
#include "deploy/plan.h"
#include "n8n/credentials.h"

namespace kairon::deploy {

namespace {

void bind_references(const Plan& plan, n8n::Tree& body) {
  std::set<std::string> known;
  for (const auto& [name, id] : plan.ids) known.insert(name);
  const n8n::Naming naming(plan.names_by_id, std::move(known));
  n8n::rewrite_references(body, [&](const n8n::Reference& reference) -> std::optional<n8n::Callee> {
    const Result<std::string> name = naming.name_of(reference);
    if (!name.ok()) return std::nullopt;  // a disabled node's; everything else was refused by the plan
    const bool has_name = !reference.cached_name.empty();
    return n8n::Callee{plan.ids.at(*name), has_name ? *name : ""};
  });
}

void bind_credentials(const Plan& plan, n8n::Tree& body) {
  const std::optional<n8n::CredentialMap> map =
      plan.credentials ? std::optional<n8n::CredentialMap>(*plan.credentials) : std::nullopt;
  n8n::rewrite_credentials(body, [&](const n8n::CredentialUse& use) -> std::optional<n8n::Credential> {
    const Result<std::string> id = map ? map->id_of(use) : Result<std::string>(std::string());
    return n8n::Credential{id.ok() ? *id : "", use.name, use.type};
  });
}

// 2.x makes a new id up at each save of a node without one, and takes the node for changed.
void keep_webhook_ids(const n8n::Tree& before, n8n::Tree& body) {
  for (n8n::Tree& node : body.find("nodes")->items()) {
    if (node.has("webhookId")) continue;
    for (const n8n::Tree& old : before["nodes"].items())
      if (old["name"] == node["name"] && old["type"] == node["type"] && old.has("webhookId"))
        node.set("webhookId", old["webhookId"]);
  }
}

}  // namespace

n8n::Tree empty_workflow(const std::string& name) {
  n8n::Tree body = n8n::Tree::object();
  body.set("name", name);
  body.set("nodes", n8n::Tree::array());
  body.set("connections", n8n::Tree::object());
  body.set("settings", n8n::Tree::object());
  return body;
}

n8n::Tree bind(const Plan& plan, const Step& step) {
  n8n::Tree body = step.body;
  keep_webhook_ids(step.before, body);
  for (const auto& [key, value] : step.extras.members()) body.set(key, value);
  bind_references(plan, body);
  bind_credentials(plan, body);
  n8n::Tree& settings = *body.find("settings");
  for (const auto& [key, value] : step.before["settings"].members()) {
    const n8n::Tree neutral = n8n::neutral_setting(key);
    if (!settings.has(key) && !neutral.is_null() && value != neutral) settings.set(key, neutral);
  }
  return body;
}

}  // namespace kairon::deploy
