#include "n8n/plan_checks.h"

#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"

namespace kairon::n8n {

namespace {

std::vector<std::string> keys_of(const Tree& workflow) {
  std::vector<std::string> keys;
  for (const Webhook& hook : webhooks_of(workflow))
    for (const std::string& method : hook.methods) keys.push_back(method + " " + hook.path);
  return keys;
}

}  // namespace

void check_webhooks(const WebhookCheck& check) {
  std::map<std::string, std::string> owner;  // "POST path" -> workflow
  std::set<std::string> touched;
  for (const Step& step : check.steps) {
    if (!step.id.empty()) touched.insert(step.id);
    if (!step.active) continue;
    for (const std::string& key : keys_of(step.body)) {
      const auto [place, fresh] = owner.emplace(key, step.name);
      if (!fresh && place->second != step.name)
        check.problems.push_back(
            {step.path,
             format("'{}' and '{}' both want the webhook {}", step.name, place->second, text::printable(key)),
             "give one of them another path, or set active to false"});
    }
  }
  for (const Tree& remote : check.remotes) {
    const std::string& id = remote["id"].string();
    if (touched.contains(id) || !remote["active"].boolean_or(false)) continue;
    for (const std::string& key : keys_of(remote)) {
      const auto place = owner.find(key);
      if (place != owner.end())
        check.problems.push_back(
            {place->second,
             format("the webhook {} of '{}' is taken by the server's workflow '{}' ({})", text::printable(key),
                    place->second, text::printable(remote["name"].string()), id),
             "deactivate that workflow in n8n, or choose another path"});
    }
  }
  for (Step& step : check.steps) {
    if (!step.was_active) continue;
    for (const std::string& key : keys_of(step.before)) {
      const auto place = owner.find(key);
      if (place != owner.end() && place->second != step.name) step.release_first = true;
    }
  }
}

}  // namespace kairon::n8n
