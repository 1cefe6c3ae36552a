#include "n8n/references.h"

#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "n8n/content.h"

namespace kairon::n8n {

namespace {

using Visit = std::function<std::optional<Callee>(const Reference&)>;

bool is_expression(std::string_view value) { return value.starts_with('='); }

// executeWorkflow: source database (default); toolWorkflow: the same parameter names.
bool refers_by_id(const Tree& parameters) {
  const std::string& source = parameters["source"].string();
  return source.empty() || source == "database";
}

void rewrite_locator(Tree& locator, Reference reference, const Visit& visit) {
  reference.id = locator["value"].string();
  reference.cached_name = locator["cachedResultName"].string();
  if (is_expression(reference.id)) return;
  const std::optional<Callee> target = visit(reference);
  if (!target) return;
  locator.set("value", target->id);
  if (!target->name.empty() || locator.has("cachedResultName")) locator.set("cachedResultName", target->name);
  if (locator.has("cachedResultUrl")) locator.set("cachedResultUrl", "/workflow/" + target->id);
}

void rewrite_node(Tree& node, const Visit& visit) {
  Reference reference;
  const bool is_call = is_type(node, "executeWorkflow");
  if (!is_call && !is_type(node, "toolWorkflow")) return;
  reference.kind = is_call ? ReferenceKind::execute_workflow : ReferenceKind::tool_workflow;
  reference.node = node["name"].string();
  reference.disabled = node["disabled"].boolean_or(false);
  Tree* parameters = node.find("parameters");
  if (parameters == nullptr || !refers_by_id(*parameters)) return;
  Tree* id = parameters->find("workflowId");
  if (id != nullptr && id->is_object()) return rewrite_locator(*id, std::move(reference), visit);
  reference.id = id == nullptr ? "" : id->string();
  if (is_expression(reference.id)) return;
  if (const std::optional<Callee> target = visit(reference)) parameters->set("workflowId", target->id);
}

void rewrite_callers(Tree& settings, const Visit& visit) {
  std::vector<std::string> ids;
  for (const std::string_view part : text::split(settings["callerIds"].string(), ',')) {
    Reference reference;
    reference.kind = ReferenceKind::caller;
    reference.id = text::trim(part);
    if (reference.id.empty()) continue;
    const std::optional<Callee> target = visit(reference);
    ids.push_back(target ? target->id : reference.id);
  }
  if (!ids.empty()) settings.set("callerIds", text::join(ids, ","));
}

}  // namespace

std::string_view to_string(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::execute_workflow:
      return "executeWorkflow";
    case ReferenceKind::tool_workflow:
      return "toolWorkflow";
    case ReferenceKind::error_workflow:
      return "settings.errorWorkflow";
    case ReferenceKind::caller:
      break;
  }
  return "settings.callerIds";
}

void rewrite_references(Tree& workflow, const Visit& visit) {
  if (Tree* nodes = workflow.find("nodes"))
    for (Tree& node : nodes->items()) rewrite_node(node, visit);
  Tree* settings = workflow.find("settings");
  if (settings == nullptr || !settings->is_object()) return;
  Reference reference;
  reference.kind = ReferenceKind::error_workflow;
  reference.id = (*settings)["errorWorkflow"].string();
  // "DEFAULT" is what the editor writes for "no workflow".
  if (!reference.id.empty() && reference.id != "DEFAULT")
    if (const std::optional<Callee> target = visit(reference)) settings->set("errorWorkflow", target->id);
  rewrite_callers(*settings, visit);
}

void each_reference(const Tree& workflow, const std::function<void(const Reference&)>& visit) {
  Tree copy = Tree::object();
  copy.set("nodes", workflow["nodes"]);
  copy.set("settings", workflow["settings"]);
  rewrite_references(copy, [&](const Reference& reference) -> std::optional<Callee> {
    visit(reference);
    return std::nullopt;
  });
}

Result<std::string> Naming::name_of(const Reference& reference) const {
  const auto by_id = names_by_id_.find(reference.id);
  const bool id_known = by_id != names_by_id_.end() && known_.contains(by_id->second);
  const bool name_known = known_.contains(reference.cached_name);
  if (id_known && name_known && by_id->second != reference.cached_name)
    return Failure{format("says '{}', but its id is that of '{}'", reference.cached_name, by_id->second),
                   "choose the workflow again in n8n's editor, or correct cachedResultName"};
  if (name_known) return reference.cached_name;
  if (id_known) return by_id->second;
  if (reference.id.empty()) return Failure{"names no workflow", "choose one in n8n's editor"};
  const std::string& shown = reference.cached_name.empty() ? reference.id : reference.cached_name;
  return Failure{format("names '{}', which is neither in the repository nor on the server", shown),
                 "add that workflow's file, or choose another one"};
}

}  // namespace kairon::n8n
