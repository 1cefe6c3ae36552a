#include "workflow/repair.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/format.h"
#include "base/uuid.h"

namespace kairon::workflow {

namespace {

void replace(const json::Value& value, std::string text, std::string what, std::vector<Repair>& out) {
  out.push_back({value.begin_offset(), value.end_offset(), std::move(text), std::move(what)});
}

/// Members that an API export adds: a second copy of the nodes, and the owner's name and address
/// (`shared` of the public API, the others of the API that n8n's editor uses).
constexpr auto kAdded =
    std::to_array<std::string_view>({"activeVersion", "shared", "homeProject", "sharedWithProjects", "ownedBy"});

bool goes(std::string_view key) { return std::find(kAdded.begin(), kAdded.end(), key) != kAdded.end(); }

/// Takes a member out of its object together with the comma that it no longer needs.
void remove(const json::Value& object, const json::Value& member, std::string what, std::vector<Repair>& out) {
  json::Value before;
  json::Value after;
  bool seen = false;
  for (const json::Value child : object) {
    if (seen) {
      after = child;
      break;
    }
    if (child == member) {
      seen = true;
    } else if (!goes(child.key())) {
      before = child;
    }
  }
  const std::size_t begin = before ? before.end_offset() : member.key_value().begin_offset();
  const std::size_t end = before || !after ? member.end_offset() : after.key_value().begin_offset();
  out.push_back({begin, end, "", std::move(what)});
}

void repair_pin_data(const json::Value& owner, std::vector<Repair>& out) {
  const json::Value pinned = owner["pinData"];
  if (!pinned.empty()) replace(pinned, "{}", "pinData emptied", out);
}

void repair_credentials(const Node& node, std::vector<Repair>& out) {
  for (const json::Value credential : node.json["credentials"]) {
    if (!credential.is_object() || credential["name"].string().empty()) continue;
    const json::Value id = credential["id"];
    const std::string what =
        format("credential '{}' of '{}' is looked up by its name", credential["name"].string(), node.name);
    if (id && !id.is_null()) replace(id, "null", what, out);
    if (!id) out.push_back({credential.begin_offset() + 1, credential.begin_offset() + 1, "\"id\": null, ", what});
  }
}

/// A UUID that is the same each time: made from the workflow's id or name and the node's name.
std::string stable_id(const Workflow& workflow, const Node& node) {
  const std::string_view id = workflow.root()["id"].string();
  std::string key(id.empty() ? workflow.name() : id);
  key += '\n';
  key += node.name;
  return stable_uuid(key);
}

/// A webhook without webhookId is registered elsewhere by n8n 1.x, and gets a random one from 2.x.
void repair_webhook_id(const Workflow& workflow, const Node& node, std::vector<Repair>& out) {
  const bool owner = node.is_base("webhook") || node.is_base("formTrigger") || node.is_langchain("chatTrigger");
  if (!owner || node.disabled || node.json["webhookId"].present()) return;
  const std::size_t at = node.json.begin_offset() + 1;
  out.push_back({at, at, kairon::format("\"webhookId\": \"{}\", ", stable_id(workflow, node)),
                 kairon::format("'{}' gets a stable webhookId", node.name)});
}

}  // namespace

std::vector<Repair> safe_repairs(const Workflow& workflow) {
  std::vector<Repair> out;
  const json::Value root = workflow.root();
  repair_pin_data(root, out);
  const json::Value memory = root["staticData"];
  // n8n keeps and exports it as a text, too.
  if (!memory.empty() || (!memory.string().empty() && memory.string() != "{}"))
    replace(memory, "null", "staticData set to null", out);
  for (const std::string_view key : kAdded) {
    if (root[key]) remove(root, root[key], format("{} taken out", key), out);
  }
  for (const Node& node : workflow.nodes()) {
    repair_pin_data(node.json, out);
    repair_credentials(node, out);
    repair_webhook_id(workflow, node, out);
  }
  std::sort(out.begin(), out.end(),
            [](const Repair& a, const Repair& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  // Two members that stand side by side share the comma between them: the second keeps to its own part.
  for (std::size_t i = 1; i < out.size(); ++i) out[i].begin = std::max(out[i].begin, out[i - 1].end);
  return out;
}

std::string apply(std::string_view text, const std::vector<Repair>& repairs) {
  std::string out;
  std::size_t at = 0;
  for (const Repair& repair : repairs) {
    out += text.substr(at, repair.begin - at);
    out += repair.text;
    at = repair.end;
  }
  return out + std::string(text.substr(at));
}

}  // namespace kairon::workflow
