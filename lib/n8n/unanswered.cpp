#include "n8n/unanswered.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "base/utc.h"
#include "n8n/content.h"

namespace kairon::n8n {

namespace {

constexpr std::array kNames = {"creation", "update", "activation", "deactivation", "deletion"};

std::string stamp_of(const Tree& workflow) {
  return workflow.has("updatedAt") ? workflow["updatedAt"].dump() : std::string();
}

// n8n may correct an id by the credential's name, and 2.x adds a webhookId.
bool same_credentials(const Tree& there, const Tree& sent) {
  if (there.members().size() != sent.members().size()) return false;
  return std::all_of(sent.members().begin(), sent.members().end(), [&](const Tree::Member& use) {
    const Tree& other = there[use.first];
    const bool same_id = use.second["id"].string().empty() || use.second["id"] == other["id"];
    return same_id && use.second["name"] == other["name"];
  });
}

bool same_node(const Tree& there, const Tree& sent) {
  return std::all_of(sent.members().begin(), sent.members().end(), [&](const Tree::Member& member) {
    const auto& [key, value] = member;
    return key == "credentials" ? same_credentials(there[key], value) : there[key] == value;
  });
}

bool same_nodes(const Tree& there, const Tree& sent) {
  const Tree::Array& a = there.items();
  const Tree::Array& b = sent.items();
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_node);
}

bool same_settings(const Tree& there, const Tree& sent) {
  return std::all_of(sent.members().begin(), sent.members().end(), [&](const Tree::Member& setting) {
    const auto& [key, value] = setting;
    return there[key] == value || (!there.has(key) && value == neutral_setting(key));
  });
}

// n8n 1.x carries out half of a PUT whose webhook is taken: the nodes are stored, and the workflow is switched off.
bool carries(const Tree& workflow, const Unanswered& write) {
  if (!same_nodes(workflow["nodes"], write.body["nodes"])) return false;
  const bool is_half = !write.had_nodes && !workflow["active"].boolean_or(false);
  return is_half || (workflow["name"] == write.body["name"] && workflow["connections"] == write.body["connections"] &&
                     same_settings(workflow["settings"], write.body["settings"]));
}

// `stamp` is the workflow's; "" when it does not count.
bool shows(const Tree& workflow, const Unanswered& write, std::string_view stamp) {
  if (write.kind == WriteKind::create)
    return workflow["name"].string() == write.name && !workflow["isArchived"].boolean_or(false);
  if (workflow["id"].string() != write.id) return false;
  switch (write.kind) {
    case WriteKind::update:
      return (stamp.empty() || stamp != write.stamp) && carries(workflow, write);
    case WriteKind::activate:
      return write.version.empty() ? workflow["active"].boolean_or(false)
                                   : workflow["activeVersionId"].string() == write.version;
    case WriteKind::deactivate:
      return !workflow["active"].boolean_or(false);
    default:
      return false;
  }
}

}  // namespace

bool has_effect(const Tree& workflow, const Unanswered& write) { return shows(workflow, write, ""); }

std::string_view to_string(WriteKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

std::string described(const Unanswered& write) {
  const std::string& name = write.name.empty() ? write.id : write.name;
  return format("the {} of '{}' that was sent at {}", write.version.empty() ? to_string(write.kind) : "publication",
                text::printable(name), utc_time(write.sent));
}

Tree to_tree(const Unanswered& write) {
  Tree out = Tree::object();
  out.set("kind", to_string(write.kind));
  out.set("id", write.id);
  out.set("name", write.name);
  out.set("body", write.body);
  out.set("version", write.version);
  out.set("stamp", write.stamp);
  out.set("sent", Tree::integer(write.sent));
  out.set("hadNodes", Tree::boolean(write.had_nodes));
  return out;
}

Unanswered unanswered_from(const Tree& tree) {
  Unanswered write;
  const auto kind = std::find(kNames.begin(), kNames.end(), tree["kind"].string());
  if (kind != kNames.end()) write.kind = static_cast<WriteKind>(kind - kNames.begin());
  write.id = tree["id"].string();
  write.name = tree["name"].string();
  write.body = tree["body"];
  write.version = tree["version"].string();
  write.stamp = tree["stamp"].string();
  write.sent = tree["sent"].integer_or(0);
  write.had_nodes = tree["hadNodes"].boolean_or(false);
  return write;
}

void UnansweredWrites::complete(Unanswered& write) const {
  const auto found = seen_.find(write.id);
  if (found == seen_.end()) return;
  write.stamp = found->second.stamp;
  write.had_nodes = same_nodes(found->second.nodes, write.body["nodes"]);
  if (write.name.empty()) write.name = found->second.name;
}

std::size_t UnansweredWrites::add(Unanswered write) {
  write.number = ++added_;
  waiting_.push_back(std::move(write));
  return added_;
}

bool UnansweredWrites::waits_for(std::size_t number) const {
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [number](const Unanswered& write) { return write.number == number; });
}

void UnansweredWrites::see(const Tree& workflow) {
  std::erase_if(waiting_, [&](const Unanswered& write) {
    return shows(workflow, write, ignores_stamps_ ? std::string() : stamp_of(workflow));
  });
  const std::string& id = workflow["id"].string();
  for (Unanswered& write : waiting_)
    if (write.id == id) write.had_nodes = same_nodes(workflow["nodes"], write.body["nodes"]);
  seen_[id] = {workflow["name"].string(), stamp_of(workflow), workflow["nodes"]};
}

void UnansweredWrites::see_absent(const std::string& id) {
  std::erase_if(waiting_, [&](const Unanswered& write) { return write.id == id; });
}

}  // namespace kairon::n8n
