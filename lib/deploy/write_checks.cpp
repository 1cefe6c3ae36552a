#include "deploy/write_checks.h"

#include "base/format.h"
#include "base/text.h"
#include "n8n/credentials.h"

namespace kairon::deploy {

Failure refused(const Step& step, std::string_view doing, const n8n::Reply& reply) {
  return {format("'{}' could not be {}: {}", text::printable(step.name), doing, n8n::cause(reply))};
}

Result<void> stop_retired(n8n::Api& api, const Step& step, std::string_view doing,
                          const std::function<void(const Step&)>& done) {
  if (step.action != Action::retire || !step.was_active) return {};
  const n8n::Reply reply = api.deactivate(step.id);
  if (!reply.ok()) return refused(step, doing, reply);
  if (done) done(step);
  return {};
}

Result<void> delete_pruned(n8n::Api& api, const Step& step, std::string_view doing,
                           const std::function<void(const Step&)>& done) {
  if (step.action != Action::prune) return {};
  if (step.was_active)
    if (const n8n::Reply reply = api.deactivate(step.id); !reply.ok()) return refused(step, doing, reply);
  const n8n::Reply reply = api.remove(step.id);
  if (!reply.ok()) return refused(step, "deleted", reply);
  if (done) done(step);
  return {};
}

Result<void> check_credentials(const n8n::Tree& stored, const std::optional<std::vector<n8n::Credential>>& known) {
  const std::optional<n8n::CredentialMap> map = known ? std::optional<n8n::CredentialMap>(*known) : std::nullopt;
  Result<void> result;
  n8n::Tree copy = stored;
  n8n::rewrite_credentials(copy, [&](const n8n::CredentialUse& use) -> std::optional<n8n::Credential> {
    if (use.disabled || !result.ok()) return std::nullopt;
    const Result<std::string> right = map ? map->id_of(use) : Result<std::string>(use.id);
    if (!right.ok()) result = right.failure();
    if (right.ok() && (right->empty() || *right != use.id))
      result = Failure{format("node '{}' uses the {} credential '{}', which the server does not have exactly once",
                              use.node, use.type, use.name),
                       "create the credential on the server under exactly this name"};
    return std::nullopt;
  });
  return result;
}

}  // namespace kairon::deploy
