#include "base/error.h"
#include "base/format.h"
#include "n8n/credentials.h"
#include "n8n/plan.h"

namespace kairon::n8n {

namespace {

void bind_references(const Plan& plan, Tree& body) {
  std::set<std::string> known;
  for (const auto& [name, id] : plan.ids) known.insert(name);
  const Naming naming(plan.names_by_id, std::move(known));
  rewrite_references(body, [&](const Reference& reference) -> std::optional<Callee> {
    const Result<std::string> name = naming.name_of(reference);
    if (!name.ok()) return std::nullopt;  // a disabled node's; everything else was refused by the plan
    const bool has_name = !reference.cached_name.empty();
    return Callee{plan.ids.at(*name), has_name ? *name : ""};
  });
}

void bind_credentials(const Plan& plan, Tree& body) {
  const std::optional<CredentialMap> map =
      plan.credentials ? std::optional<CredentialMap>(*plan.credentials) : std::nullopt;
  rewrite_credentials(body, [&](const CredentialUse& use) -> std::optional<Credential> {
    const Result<std::string> id = map ? map->id_of(use) : Result<std::string>(std::string());
    return Credential{id.ok() ? *id : "", use.name, use.type};
  });
}

}  // namespace

Tree bind(const Plan& plan, const Step& step) {
  Tree body = step.body;
  bind_references(plan, body);
  bind_credentials(plan, body);
  Tree& settings = *body.find("settings");
  for (const auto& [key, value] : step.before["settings"].members()) {
    const Tree neutral = neutral_setting(key);
    if (!settings.has(key) && !neutral.is_null() && value != neutral) settings.set(key, neutral);
  }
  return body;
}

}  // namespace kairon::n8n
