#include "n8n/content.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/uuid.h"

namespace kairon::n8n {

namespace {

using namespace std::string_view_literals;

constexpr std::array kNodeKeys = {
    "id"sv,       "name"sv,        "webhookId"sv,        "disabled"sv,       "notesInFlow"sv,      "notes"sv,
    "type"sv,     "typeVersion"sv, "executeOnce"sv,      "position"sv,       "alwaysOutputData"sv, "retryOnFail"sv,
    "maxTries"sv, "parameters"sv,  "waitBetweenTries"sv, "continueOnFail"sv, "onError"sv,          "credentials"sv};

constexpr std::array kSettingKeys = {"saveExecutionProgress"sv,
                                     "saveManualExecutions"sv,
                                     "saveDataErrorExecution"sv,
                                     "saveDataSuccessExecution"sv,
                                     "executionTimeout"sv,
                                     "errorWorkflow"sv,
                                     "timezone"sv,
                                     "executionOrder"sv,
                                     "callerPolicy"sv,
                                     "callerIds"sv,
                                     "timeSavedPerExecution"sv,
                                     "availableInMCP"sv};

// 2.x takes binaryMode and credentialResolverId as well, and throws them away.
constexpr std::array kNewSettingKeys = {"timeSavedMode"sv, "redactionPolicy"sv};

// Keys of a file that no request takes and that somebody would miss.
constexpr std::array kMissedKeys = {"description"sv, "nodeGroups"sv, "parentFolder"sv, "parentFolderId"sv};

// What a version of 2.x's history has.
constexpr std::array kVersioned = {"nodes", "connections"};

template <typename Keys>
bool holds(const Keys& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// A stable uuid, so that a file without node ids is the same on every deployment.
std::string made_id(std::string_view workflow, std::string_view node) {
  const std::string digits = hash::hex(hash::fnv1a(workflow)) + hash::hex(hash::fnv1a(node));
  return format("{}-{}-4{}-8{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(13, 3),
                digits.substr(17, 3), digits.substr(20, 12));
}

Tree sanitised_node(const Tree& node, std::string_view workflow) {
  Tree out = Tree::object();
  for (const auto& [key, value] : node.members())
    if (holds(kNodeKeys, key) && !value.is_null()) out.set(key, value);
  if (out["id"].string().empty()) out.set("id", made_id(workflow, node["name"].string()));
  if (!out["parameters"].is_object()) out.set("parameters", Tree::object());
  return out;
}

Tree sanitised_settings(const Tree& settings, Dialect dialect) {
  Tree out = Tree::object();
  for (const auto& [key, value] : settings.members()) {
    const bool known = holds(kSettingKeys, key) || (dialect == Dialect::two && holds(kNewSettingKeys, key));
    if (known && !value.is_null()) out.set(key, value);
  }
  return out;
}

std::string_view short_type(const Tree& node) {
  const std::string_view type = node["type"].string();
  return type.substr(type.rfind('.') + 1);
}

std::vector<std::string> methods_of(const Tree& parameters) {
  const Tree& method = parameters["httpMethod"];
  std::vector<std::string> methods;
  for (const Tree& one : method.items()) methods.push_back(text::upper(one.string()));
  if (methods.empty()) methods.push_back(method.string().empty() ? "GET" : text::upper(method.string()));
  return methods;
}

std::string trimmed_path(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

}  // namespace

bool owns_path(const Tree& node) {
  return is_type(node, "webhook") || is_type(node, "formTrigger") || is_type(node, "chatTrigger");
}

void give_webhook_ids(const Tree& local, Tree& body) {
  const std::string& id = local["id"].string();
  for (Tree& node : body.find("nodes")->items()) {
    if (!owns_path(node) || node["disabled"].boolean_or(false) || !node["webhookId"].string().empty()) continue;
    node.set("webhookId",
             stable_uuid((id.empty() ? local["name"] : local["id"]).string() + "\n" + node["name"].string()));
  }
}

std::vector<std::string> dropped_keys(const Tree& workflow, Dialect dialect) {
  std::set<std::string> keys;
  for (const std::string_view key : kMissedKeys) {
    const Tree& value = workflow[key];
    if (!value.is_null() && !(value.empty() && value.string().empty())) keys.emplace(key);
  }
  for (const Tree& share : workflow["shared"].items())
    if (share["project"]["type"].string() == "team") keys.insert("project");
  const Tree settings = sanitised_settings(workflow["settings"], dialect);
  for (const auto& [key, value] : workflow["settings"].members())
    if (!settings.has(key) && !value.is_null()) keys.insert("settings." + key);
  for (const Tree& node : workflow["nodes"].items())
    for (const auto& [key, value] : node.members())
      if (!holds(kNodeKeys, key) && key != "createdAt" && key != "updatedAt") keys.insert("nodes." + key);
  return {keys.begin(), keys.end()};
}

std::string project_of(const Tree& workflow) {
  for (const Tree& share : workflow["shared"].items())
    if (share["role"].string() == "workflow:owner") return share["projectId"].string();
  return {};
}

Tree extras_of(const Tree& workflow) {
  Tree extras = Tree::object();
  if (const Tree& text = workflow["description"]; !text.string().empty()) extras.set("description", text);
  if (const Tree& groups = workflow["nodeGroups"]; !groups.items().empty()) extras.set("nodeGroups", groups);
  return extras;
}

std::vector<std::string> tag_names(const Tree& workflow) {
  std::set<std::string> names;
  for (const Tree& tag : workflow["tags"].items())
    if (const std::string& name = tag.is_string() ? tag.string() : tag["name"].string(); !name.empty())
      names.insert(name);
  return {names.begin(), names.end()};
}

Result<Local> read_local(std::string path, std::string text) {
  Result<Tree> tree = Tree::parse(std::move(text));
  if (!tree.ok()) return Failure{format("{}: {}", path, tree.failure().text), "kairon check " + path};
  if (!(*tree)["nodes"].is_array() || !(*tree)["connections"].is_object())
    return Failure{path + ": no workflow (nodes and connections are missing)", "kairon check " + path};
  Local local;
  local.name = (*tree)["name"].string();
  if (local.name.empty()) return Failure{path + ": the workflow has no name", "give it a name: references go by name"};
  local.path = std::move(path);
  local.id = (*tree)["id"].string();
  local.active = (*tree)["active"].boolean_or(false);
  local.tree = std::move(tree).value();
  return local;
}

Tree sanitised(const Tree& workflow, Dialect dialect) {
  Tree out = Tree::object();
  const std::string& name = workflow["name"].string();
  out.set("name", name);
  Tree& nodes = out.set("nodes", Tree::array());
  for (const Tree& node : workflow["nodes"].items()) nodes.push(sanitised_node(node, name));
  Tree& connections = out.set("connections", workflow["connections"]);
  if (!connections.is_object()) connections = Tree::object();
  out.set("settings", sanitised_settings(workflow["settings"], dialect));
  return out;
}

Tree live_version(const Tree& workflow) {
  Tree live = workflow;
  if (!has_unpublished_draft(workflow)) return live;
  for (const char* key : kVersioned) live.set(key, workflow["activeVersion"][key]);
  return live;
}

bool has_unpublished_draft(const Tree& workflow) {
  const Tree& live = workflow["activeVersion"];
  if (!workflow["active"].boolean_or(false) || !live["nodes"].is_array()) return false;
  if (!workflow["versionId"].string().empty() && workflow["versionId"] == workflow["activeVersionId"]) return false;
  return std::any_of(kVersioned.begin(), kVersioned.end(),
                     [&](const char* key) { return live.has(key) && live[key] != workflow[key]; });
}

// N8N contract, section 5: executionTimeout -1 and timezone DEFAULT delete the key.
Tree neutral_setting(std::string_view key) {
  if (key == "executionTimeout") return Tree::integer(-1);
  if (key == "timeSavedPerExecution") return Tree::integer(0);
  if (key == "timezone") return "DEFAULT";
  if (key == "errorWorkflow" || key == "callerIds") return "";
  if (key == "saveDataErrorExecution" || key == "saveDataSuccessExecution") return "all";
  if (key == "callerPolicy") return "workflowsFromSameOwner";
  if (key == "executionOrder") return "v0";
  if (key == "availableInMCP" || key == "saveExecutionProgress") return Tree::boolean(false);
  if (key == "saveManualExecutions") return Tree::boolean(true);
  return {};
}

bool is_type(const Tree& node, std::string_view name) {
  const std::string_view type = node["type"].string();
  return short_type(node) == name &&
         (type.starts_with("n8n-nodes-base.") || type.starts_with("@n8n/n8n-nodes-langchain."));
}

std::vector<Webhook> webhooks_of(const Tree& workflow) {
  std::vector<Webhook> found;
  for (const Tree& node : workflow["nodes"].items()) {
    if (!is_type(node, "webhook") || node["disabled"].boolean_or(false)) continue;
    const Tree& parameters = node["parameters"];
    Webhook hook;
    hook.node = node["name"].string();
    hook.methods = methods_of(parameters);
    hook.webhook_id = node["webhookId"].string();
    hook.path = trimmed_path(parameters["path"].string());
    hook.is_expression = hook.path.starts_with('=');
    if (hook.path.empty()) hook.path = hook.webhook_id;
    found.push_back(std::move(hook));
  }
  return found;
}

std::vector<TakenPath> taken_paths(const Tree& workflow) {
  std::vector<TakenPath> taken;
  for (const Webhook& hook : webhooks_of(workflow)) {
    const bool dynamic = hook.path.starts_with(':') || text::contains(hook.path, "/:");
    for (const std::string& method : hook.methods)
      taken.push_back({"webhook", method, dynamic ? hook.webhook_id + "/" + hook.path : hook.path});
  }
  for (const Tree& node : workflow["nodes"].items()) {
    const bool chat = is_type(node, "chatTrigger") && node["parameters"]["public"].boolean_or(false);
    const bool form = is_type(node, "formTrigger");
    if (node["disabled"].boolean_or(false) || !(chat || form || is_type(node, "mcpTrigger"))) continue;
    const Tree& parameters = node["parameters"];
    const Tree& option = parameters["options"]["path"];
    std::string path = chat ? "" : trimmed_path((form && option.is_string() ? option : parameters["path"]).string());
    if (path.empty()) path = node["webhookId"].string();
    if (!path.empty()) taken.push_back({chat ? "chat" : form ? "form" : "mcp", "POST", path});
  }
  return taken;
}

bool can_activate(const Tree& workflow) {
  constexpr std::array kNever = {"manualTrigger"sv, "executeWorkflowTrigger"sv, "errorTrigger"sv, "evaluationTrigger"sv,
                                 "manualChatTrigger"sv};
  constexpr std::array kAlso = {"webhook"sv, "cron"sv, "interval"sv, "emailReadImap"sv};
  const Tree::Array& nodes = workflow["nodes"].items();
  return std::any_of(nodes.begin(), nodes.end(), [&](const Tree& node) {
    const std::string_view type = short_type(node);
    if (node["disabled"].boolean_or(false) || holds(kNever, type)) return false;
    return holds(kAlso, type) || type.ends_with("Trigger");
  });
}

}  // namespace kairon::n8n
