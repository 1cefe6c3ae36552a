#include "deploy/read_back.h"

#include <algorithm>

#include "base/text.h"
#include "deploy/canonical.h"
#include "deploy/verify.h"
#include "n8n/content.h"

namespace kairon::deploy {

namespace {

std::string own_id(const n8n::Reference& reference) { return reference.id; }

}  // namespace

std::map<std::string, n8n::Tree> read_back(n8n::Api& api, const std::vector<std::string>& ids) {
  std::map<std::string, n8n::Tree> found;
  if (ids.size() == 1) {
    n8n::Reply reply = api.workflow(ids.front());
    if (reply.verdict == n8n::Verdict::not_found) return found;
    if (!reply.ok()) n8n::fail(reply, "reading a workflow back", api.base_url());
    found.emplace(ids.front(), std::move(reply.json));
  }
  if (ids.size() < 2) return found;
  for (n8n::Tree& one : api.workflows()) {
    const std::string id = one["id"].string();
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) found.emplace(id, std::move(one));
  }
  return found;
}

void keep_answer(n8n::Reply reply, std::map<std::string, n8n::Tree>& found) {
  if (!reply.ok() || !reply.json["nodes"].is_array() || !reply.json["settings"].is_object()) return;
  const std::string id = reply.json["id"].string();
  found.insert_or_assign(id, std::move(reply.json));
}

Result<void> check_stored(const n8n::Tree& there, const n8n::Tree& sent) {
  if (there.is_null()) return Failure{"it was deleted on the server meanwhile"};
  const std::vector<std::string> changes = differences(canonical(there, own_id), canonical(sent, own_id));
  if (!changes.empty()) return Failure{"n8n stored something else: " + text::join(changes, "; ")};
  return {};
}

Result<void> check_published(n8n::Api& api, const n8n::Tree& there, const n8n::Tree& sent, bool active) {
  if (there["active"].boolean_or(false) != active)
    return Failure{active ? "n8n did not publish it" : "n8n left it published"};
  if (Result<void> same = check_stored(there, sent); !same.ok() || !active) return same;
  if (n8n::has_unpublished_draft(there)) return Failure{"n8n runs another version than the one that was published"};
  return check_webhooks_live(api, sent);
}

}  // namespace kairon::deploy
