#include "n8n/served.h"

#include <algorithm>

#include "n8n/content.h"

namespace kairon::n8n {

namespace {

bool has_parameters(std::string_view path) {
  return path.starts_with(':') || path.find("/:") != std::string_view::npos;
}

auto slashes(std::string_view path) { return std::count(path.begin(), path.end(), '/'); }

}  // namespace

void ServedMethods::see(const Tree& workflow) {
  see_nodes(workflow);
  see_nodes(workflow["activeVersion"]);
}

void ServedMethods::see_nodes(const Tree& version) {
  for (const Webhook& hook : webhooks_of(version))
    for (const std::string& method : hook.methods)
      hooks_.insert({method.starts_with('=') ? "" : method, hook.is_expression ? "" : hook.path,
                     has_parameters(hook.path) ? hook.webhook_id : ""});
  // Triggers of other services take paths below their own id, with methods that only n8n knows.
  for (const Tree& node : version["nodes"].items())
    if (const std::string& id = node["webhookId"].string(); !id.empty() && !is_type(node, "webhook"))
      hooks_.insert({"", id + "/", ""});
}

bool ServedMethods::may_run(std::string_view method, std::string_view path) const {
  return std::any_of(hooks_.begin(), hooks_.end(), [&](const Hook& hook) {
    return (hook.method.empty() || hook.method == method) && hook.matches(path);
  });
}

bool ServedMethods::Hook::matches(std::string_view asked) const {
  if (path.empty() || path == asked) return true;
  if (path.ends_with('/')) return asked.starts_with(path);
  if (webhook_id.empty()) return false;
  return asked.starts_with(webhook_id + "/") && slashes(asked.substr(webhook_id.size() + 1)) == slashes(path);
}

}  // namespace kairon::n8n
