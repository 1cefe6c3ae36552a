#include <string>

#include "base/format.h"
#include "n8n/fake_server.h"

// What n8n stores, and which version of it runs.
namespace kairon::n8n {

namespace {

http::Response json_reply(int status, const Tree& body) {
  http::Response response;
  response.status = status;
  response.body = body.dump();
  return response;
}

http::Response json_message(int status, const std::string& text) {
  Tree body = Tree::object();
  body.set("message", text);
  return json_reply(status, body);
}

bool is_on(const Tree& workflow) { return workflow["active"].boolean_or(false); }

}  // namespace

void FakeServer::new_version(Tree& workflow) {
  if (dialect_ == Dialect::one) return;
  const std::string version = format("v{}", next_id_++);
  workflow.set("versionId", version);
  if (!workflow.has("activeVersionId")) workflow.set("activeVersionId", Tree());
  Tree content = Tree::object();
  for (const char* key : {"nodes", "connections"}) content.set(key, workflow[key]);
  versions_[version] = std::move(content);
}

void FakeServer::go_live(Tree& workflow) {
  workflow.set("active", Tree::boolean(true));
  workflow.set("live", workflow["nodes"]);
  if (dialect_ == Dialect::one) return;
  workflow.set("activeVersionId", workflow["versionId"]);
  workflow.set("activeVersion", versions_[workflow["versionId"].string()]);
}

void FakeServer::go_off(Tree& workflow) {
  workflow.set("active", Tree::boolean(false));
  if (dialect_ == Dialect::one) return;
  workflow.set("activeVersionId", Tree());
  workflow.set("activeVersion", Tree());
}

http::Response FakeServer::store(Tree& workflow, const Tree& body, bool publishes) {
  Tree next = workflow;
  for (const char* key : {"name", "nodes", "connections", "staticData", "nodeGroups", "description"})
    if (body.has(key)) next.set(key, body[key]);
  Tree settings = workflow["settings"];
  for (const auto& [key, value] : body["settings"].members()) settings.set(key, value);
  if (settings["executionTimeout"].integer_or(0) == -1) settings.erase("executionTimeout");
  if (settings["timezone"].string() == "DEFAULT") settings.erase("timezone");
  if (!settings.has("callerPolicy")) settings.set("callerPolicy", "workflowsFromSameOwner");
  settings.set("availableInMCP", Tree::boolean(settings["availableInMCP"].boolean_or(false)));
  next.set("settings", settings);
  repair(next);
  const bool is_new = next["nodes"] != workflow["nodes"] || next["connections"] != workflow["connections"];
  if (is_new) new_version(next);
  if (is_on(workflow) && publishes) {
    const std::string taken = conflict(next);
    const std::string missing = dialect_ == Dialect::two ? unpublished(next) : "";
    if (dialect_ == Dialect::two && !(taken + missing).empty()) {  // the draft is stored
      workflow = std::move(next);
      return taken.empty() ? json_message(400, missing) : json_message(409, taken);
    }
    if (!taken.empty()) {  // not atomic: off, new nodes, old version
      workflow.set("nodes", next["nodes"]);
      workflow.set("active", Tree::boolean(false));
      return json_message(400, taken);
    }
    // A PUT that changes no node makes no new version on 1.x.
    if (dialect_ == Dialect::two || is_new) go_live(next);
  } else if (dialect_ == Dialect::one && is_new) {
    next.set("live", next["nodes"]);
  }
  workflow = std::move(next);
  return json_reply(200, workflow);
}

http::Response FakeServer::activate(Tree& workflow, const std::string& version) {
  if (dialect_ == Dialect::one && !can_activate(workflow))
    return json_message(400, "Workflow has no node to start the workflow");
  Tree next = workflow;
  if (dialect_ == Dialect::two && !version.empty()) {
    const auto found = versions_.find(version);
    if (found == versions_.end()) return json_message(404, "Version not found");
    for (const auto& [key, value] : found->second.members()) next.set(key, value);
  }
  for (const Tree& node : next["nodes"].items())
    if (node["type"].string() == "n8n-nodes-base.tooNew")
      return json_message(400, "Unrecognized node type: n8n-nodes-base.tooNew");
  if (const std::string taken = conflict(next); !taken.empty())
    return json_message(dialect_ == Dialect::two ? 409 : 400, taken);
  if (dialect_ == Dialect::two)
    if (const std::string missing = unpublished(next); !missing.empty()) return json_message(400, missing);
  workflow.set("updatedAt", Tree::integer(clock_++));
  if (dialect_ == Dialect::one) {
    if (!workflow.has("live")) workflow.set("live", workflow["nodes"]);
    workflow.set("active", Tree::boolean(true));
    return json_reply(200, workflow);
  }
  const Tree draft = workflow;
  if (!version.empty()) {
    workflow = next;
    workflow.set("versionId", version);
  }
  go_live(workflow);
  for (const char* key : {"nodes", "connections", "versionId"}) workflow.set(key, draft[key]);
  return json_reply(200, workflow);
}

}  // namespace kairon::n8n
