#include "n8n/credential_store.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "http/url.h"
#include "n8n/credentials.h"

namespace kairon::n8n {

namespace {

Tree blank_value(const Tree& property) {
  const std::string& type = property["type"].string();
  if (!property["enum"].items().empty()) return property["enum"].items().front();
  if (type == "boolean") return Tree::boolean(false);
  if (type == "number") return Tree::integer(0);
  return Tree("");
}

/// The fields that `then` or `else` of a rule asks for: {"allOf": [{"required": [...]}, ...]}.
std::vector<std::string> required_by(const Tree& branch) {
  std::vector<std::string> names;
  for (const Tree& part : branch["allOf"].items())
    for (const Tree& name : part["required"].items()) names.push_back(name.string());
  return names;
}

/// {"properties": {"ssl": {"enum": [false]}}} against the values chosen so far.
bool condition_holds(const Tree& condition, const Tree& data) {
  const Tree::Object& wanted = condition["properties"].members();
  return !wanted.empty() && std::all_of(wanted.begin(), wanted.end(), [&](const Tree::Member& member) {
    const Tree* value = data.find(member.first);
    const Tree::Array& allowed = member.second["enum"].items();
    return value != nullptr && std::find(allowed.begin(), allowed.end(), *value) != allowed.end();
  });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> used_credentials(const std::vector<Local>& workflows) {
  std::set<std::pair<std::string, std::string>> used;
  for (const Local& local : workflows) {
    Tree copy = local.tree;
    rewrite_credentials(copy, [&](const CredentialUse& use) -> std::optional<Credential> {
      if (!use.disabled && !use.name.empty()) used.emplace(use.type, use.name);
      return std::nullopt;
    });
  }
  return {used.begin(), used.end()};
}

Result<std::vector<NewCredential>> parse_credentials(const std::string& text) {
  const Result<Tree> tree = Tree::parse(text);
  if (!tree.ok()) return Failure{"it is not JSON"};
  if (!tree->is_array())
    return Failure{"it is not an array", R"(write [{"name": "...", "type": "...", "data": {...}}])"};
  std::vector<NewCredential> out;
  for (const Tree& one : tree->items()) {
    NewCredential credential{one["type"].string(), one["name"].string(), one["data"]};
    if (credential.type.empty() || credential.name.empty())
      return Failure{format("entry {} has no type or no name", out.size() + 1)};
    if (!credential.data.is_object())
      return Failure{format("the data of '{}' is not an object", text::printable(credential.name)),
                     "export with: n8n export:credentials --all --decrypted"};
    out.push_back(std::move(credential));
  }
  return out;
}

Tree blank_data_of(const Tree& schema) {
  std::set<std::string> conditional;
  for (const Tree& rule : schema["allOf"].items())
    for (const char* branch : {"then", "else"})
      for (std::string& name : required_by(rule[branch])) conditional.insert(std::move(name));
  const Tree& properties = schema["properties"];
  Tree data = Tree::object();
  const auto add = [&](const std::string& name) {
    if (data.has(name)) return false;
    data.set(name, blank_value(properties[name]));
    return true;
  };
  for (const auto& [name, property] : properties.members())
    if (conditional.count(name) == 0) add(name);
  // A field that a condition brings in may be another condition's.
  for (bool changed = true; changed;) {
    changed = false;
    for (const Tree& rule : schema["allOf"].items()) {
      const bool applies = condition_holds(rule["if"], data);
      if (!applies) continue;
      for (const std::string& name : required_by(rule["then"])) changed = add(name) || changed;
    }
  }
  return data;
}

Tree blank_data(Api& api, const std::string& type) {
  const Reply reply = api.get("/credentials/schema/" + http::encode_component(type));
  return reply.ok() ? blank_data_of(reply.json) : Tree::object();
}

Result<void> create_credential(Api& api, const NewCredential& credential) {
  Tree body = Tree::object();
  body.set("name", Tree(credential.name));
  body.set("type", Tree(credential.type));
  body.set("data", credential.data);
  const Reply reply = api.send("POST", "/credentials", &body);
  if (reply.ok()) return {};
  return Failure{format("n8n refuses the {} credential '{}': {}", text::printable(credential.type),
                        text::printable(credential.name), reply.message)};
}

}  // namespace kairon::n8n
