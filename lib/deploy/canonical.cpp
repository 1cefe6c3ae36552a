#include "deploy/canonical.h"

#include <algorithm>

#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "n8n/content.h"
#include "n8n/credentials.h"

namespace kairon::deploy {

namespace {

n8n::Tree sorted(const n8n::Tree& tree) {
  if (tree.is_array()) {
    n8n::Tree out = n8n::Tree::array();
    for (const n8n::Tree& item : tree.items()) out.push(sorted(item));
    return out;
  }
  if (!tree.is_object()) return tree;
  n8n::Tree out = n8n::Tree::object();
  for (const auto& [key, value] : tree.members()) out.members().emplace_back(key, sorted(value));
  std::stable_sort(out.members().begin(), out.members().end(),
                   [](const n8n::Tree::Member& a, const n8n::Tree::Member& b) { return a.first < b.first; });
  return out;
}

void drop_defaults(n8n::Tree& node) {
  for (const char* key :
       {"disabled", "notesInFlow", "executeOnce", "alwaysOutputData", "retryOnFail", "continueOnFail"})
    if (node.has(key) && !node[key].boolean_or(true)) node.erase(key);
  for (const char* key : {"notes", "credentials"})
    if (node.has(key) && node[key].empty() && node[key].string().empty()) node.erase(key);
  if (node["onError"].string() == "stopWorkflow") node.erase("onError");
}

// 2.x gives a random webhookId to each node whose type declares webhooks. No path of ours depends on it, except where
// give_webhook_ids() writes one.
void drop_made_webhook_id(n8n::Tree& node) {
  if (!n8n::owns_path(node)) node.erase("webhookId");
}

void drop_neutral(n8n::Tree& settings) {
  std::erase_if(settings.members(), [](const n8n::Tree::Member& member) {
    return member.second == n8n::neutral_setting(member.first) || member.second == n8n::Tree("DEFAULT");
  });
}

void name_references(n8n::Tree& workflow, const NameOf& name_of) {
  n8n::rewrite_references(workflow, [&](const n8n::Reference& reference) -> std::optional<n8n::Callee> {
    return n8n::Callee{"name:" + name_of(reference), ""};
  });
  for (n8n::Tree& node : workflow.find("nodes")->items()) {
    n8n::Tree* parameters = node.find("parameters");
    n8n::Tree* locator = parameters == nullptr ? nullptr : parameters->find("workflowId");
    if (locator == nullptr || !locator->is_object() || !(*locator)["value"].string().starts_with("name:")) continue;
    locator->erase("cachedResultName");
    locator->erase("cachedResultUrl");
  }
}

// A path like "parameters.jsCode" for each leaf that differs, at most three levels deep.
void list_changes(const n8n::Tree& a, const n8n::Tree& b, const std::string& path, int depth,
                  std::vector<std::string>& out) {
  if (a == b) return;
  if (depth == 0 || !a.is_object() || !b.is_object()) {
    out.push_back(path);
    return;
  }
  const auto below = [&path](const std::string& key) { return path.empty() ? key : path + "." + key; };
  for (const auto& [key, value] : a.members()) list_changes(value, b[key], below(key), depth - 1, out);
  for (const auto& [key, value] : b.members())
    if (!a.has(key)) list_changes({}, value, below(key), depth - 1, out);
}

const n8n::Tree* find_node(const n8n::Tree& workflow, const std::string& name) {
  for (const n8n::Tree& node : workflow["nodes"].items())
    if (node["name"].string() == name) return &node;
  return nullptr;
}

}  // namespace

n8n::Tree canonical(const n8n::Tree& workflow, const NameOf& name_of) {
  n8n::Tree out = n8n::sanitised(workflow, n8n::Dialect::two);
  name_references(out, name_of);
  n8n::rewrite_credentials(out, [](const n8n::CredentialUse& use) {
    return n8n::Credential{"", use.name.empty() ? "id:" + use.id : use.name, use.type};
  });
  for (n8n::Tree& node : out.find("nodes")->items()) {
    drop_defaults(node);
    drop_made_webhook_id(node);
  }
  out.find("settings")->erase("redactionPolicy");  // dropped by a server without the licence
  drop_neutral(*out.find("settings"));
  return sorted(out);
}

std::string fingerprint(const n8n::Tree& canonical_form) { return hash::sha256(canonical_form.dump()); }

std::vector<std::string> differences(const n8n::Tree& before, const n8n::Tree& after) {
  std::vector<std::string> lines;
  for (const n8n::Tree& node : before["nodes"].items()) {
    const std::string& name = node["name"].string();
    const n8n::Tree* other = find_node(after, name);
    if (other == nullptr) {
      lines.push_back(format("node '{}': removed", text::printable(name)));
    } else if (node != *other) {
      std::vector<std::string> changes;
      list_changes(node, *other, "", 2, changes);
      lines.push_back(format("node '{}': {}", text::printable(name), text::join(changes, ", ")));
    }
  }
  for (const n8n::Tree& node : after["nodes"].items())
    if (find_node(before, node["name"].string()) == nullptr)
      lines.push_back(format("node '{}': added", text::printable(node["name"].string())));
  if (lines.empty() && before["nodes"] != after["nodes"]) lines.emplace_back("order of the nodes");
  if (before["connections"] != after["connections"]) lines.emplace_back("connections");
  std::vector<std::string> settings;
  list_changes(before["settings"], after["settings"], "", 1, settings);
  if (!settings.empty()) lines.push_back("settings: " + text::join(settings, ", "));
  return lines;
}

}  // namespace kairon::deploy
