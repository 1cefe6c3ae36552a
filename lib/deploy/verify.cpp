#include "deploy/verify.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "deploy/canonical.h"
#include "http/url.h"
#include "n8n/content.h"

namespace kairon::deploy {

namespace {

std::string id_name(const n8n::Reference& reference) { return reference.id; }

}  // namespace

// Paths with parameters live below the node's webhookId; a parameter matches anything.
std::string probe_path(const n8n::Webhook& hook) {
  if (!text::contains("/" + hook.path, "/:")) return hook.path;
  std::vector<std::string> parts;
  for (const std::string_view part : text::split(hook.path, '/'))
    parts.emplace_back(part.starts_with(':') ? "x" : part);
  return hook.webhook_id + "/" + text::join(parts, "/");
}

std::optional<std::vector<std::string>> registered_methods(n8n::Api& api, const std::string& path) {
  // Those that are served least come first: the API key may not show every workflow of the server.
  constexpr std::array kMethods = {"PATCH", "PUT", "DELETE", "GET", "POST"};
  const auto free =
      std::find_if(kMethods.begin(), kMethods.end(), [&](const char* method) { return !api.may_run(method, path); });
  if (free == kMethods.end()) return std::nullopt;
  http::Request request;
  request.method = *free;
  request.url = api.base_url() + "/webhook/" + path;
  request.timeout = std::chrono::seconds(10);
  const http::Response response = api.plain(std::move(request));
  if (response.status != 404) return std::nullopt;
  // "This webhook is not registered for GET requests. Did you mean to make a PUT or POST request?"
  constexpr std::string_view kHint = "Did you mean to make";
  const std::size_t hint = response.body.find(kHint);
  std::vector<std::string> methods;
  if (hint == std::string::npos)
    return text::contains(response.body, "is not registered") ? std::optional(methods) : std::nullopt;
  const std::string_view rest = std::string_view(response.body).substr(hint, response.body.find('?', hint) - hint);
  for (const char* method : {"PATCH", "PUT", "DELETE", "GET", "POST", "HEAD"})
    if (text::contains(rest, method)) methods.emplace_back(method);
  return methods;
}

Probe probe_webhook(n8n::Api& api, const std::string& path, const std::vector<std::string>& methods) {
  const auto registered = registered_methods(api, path);
  if (!registered) return Probe::unknown;
  const bool ours = std::any_of(methods.begin(), methods.end(), [&](const std::string& method) {
    return std::find(registered->begin(), registered->end(), method) != registered->end();
  });
  return ours ? Probe::registered : Probe::absent;
}

Result<void> check_webhooks_live(n8n::Api& api, const n8n::Tree& sent) {
  constexpr std::chrono::milliseconds kPause{50};
  for (const n8n::Webhook& hook : n8n::webhooks_of(sent)) {
    if (hook.is_expression || hook.path.empty()) continue;
    Probe probe = Probe::absent;
    const auto end = api.time().now() + api.patience().webhooks;
    for (bool again = false; probe == Probe::absent && (!again || api.time().now() < end);) {
      if (std::exchange(again, true)) api.time().wait(kPause);
      probe = probe_webhook(api, probe_path(hook), hook.methods);
    }
    if (probe == Probe::absent)
      return Failure{format("n8n says it is active, but its webhook {} is not registered", text::printable(hook.path)),
                     hook.webhook_id.empty() ? "kairon fix --write gives its node a webhookId" : ""};
  }
  return {};
}

Result<n8n::Tree> verify_workflow(n8n::Api& api, const std::string& id, const n8n::Tree& sent, bool active) {
  n8n::Reply reply = api.workflow(id);
  if (!reply.ok()) return Failure{"cannot be read back: " + n8n::cause(reply)};
  const n8n::Tree& there = reply.json;
  if (there["active"].boolean_or(false) != active)
    return Failure{active ? "n8n did not activate it" : "n8n left it active"};
  const std::vector<std::string> changes = differences(canonical(there, id_name), canonical(sent, id_name));
  if (!changes.empty()) return Failure{"n8n stored something else: " + text::join(changes, "; ")};
  if (!active) return std::move(reply.json);
  const n8n::Tree& version = there["activeVersion"];
  if (version.is_object() && version["nodes"] != there["nodes"])
    return Failure{"n8n runs other nodes than it shows (activeVersion differs)"};
  if (Result<void> live = check_webhooks_live(api, sent); !live.ok()) return live.failure();
  return std::move(reply.json);
}

}  // namespace kairon::deploy
