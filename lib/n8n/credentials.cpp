#include "n8n/credentials.h"

#include "base/format.h"
#include "base/text.h"

namespace kairon::n8n {

void rewrite_credentials(Tree& workflow, const std::function<std::optional<Credential>(const CredentialUse&)>& visit) {
  Tree* nodes = workflow.find("nodes");
  if (nodes == nullptr) return;
  for (Tree& node : nodes->items()) {
    Tree* credentials = node.find("credentials");
    if (credentials == nullptr || !credentials->is_object()) continue;
    const std::string name = node["name"].string();
    const bool disabled = node["disabled"].boolean_or(false);
    for (auto& [type, value] : credentials->members()) {
      const std::string& old_form = value.string();
      CredentialUse use{name, type, value["id"].string(), old_form.empty() ? value["name"].string() : old_form,
                        disabled};
      const std::optional<Credential> found = visit(use);
      if (!found) continue;
      Tree written = Tree::object();
      written.set("id", found->id.empty() ? Tree() : Tree(found->id));
      written.set("name", found->name);
      value = std::move(written);
    }
  }
}

CredentialMap::CredentialMap(const std::vector<Credential>& credentials) {
  for (const Credential& one : credentials) ids_[{one.type, one.name}].push_back(one.id);
}

Result<std::string> CredentialMap::id_of(const CredentialUse& use) const {
  if (use.name.empty())
    return Failure{format("node '{}' uses a {} credential without a name", use.node, use.type),
                   "choose the credential again in n8n's editor, so that the file carries its name"};
  const auto found = ids_.find({use.type, use.name});
  if (found == ids_.end())
    return Failure{
        format("node '{}' uses the {} credential '{}', which the server does not have", use.node, use.type, use.name),
        "create it on the server under exactly this name"};
  if (found->second.size() > 1)
    return Failure{format("the server has {} {} credentials named '{}' (ids {})", found->second.size(), use.type,
                          use.name, text::join(found->second, ", ")),
                   "rename all but one of them"};
  return found->second.front();
}

}  // namespace kairon::n8n
