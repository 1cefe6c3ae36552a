#include <map>

#include "deploy/canonical.h"
#include "deploy/transaction.h"

// What a deployment leaves on the server, and how that is found again.
namespace kairon::deploy {

namespace {

// A server without drafts takes neither descriptions nor node groups.
bool takes_extras(const n8n::Api& api, const Plan& plan, const Step& step) {
  return plan.dialect == n8n::Dialect::two && api.drafts() && (step.before.is_null() || step.before.has("nodeGroups"));
}

}  // namespace

// The list shows no descriptions. Each that is not known costs a request.
void Deployment::read_descriptions() {
  for (const n8n::Local& local : order_.locals) {
    const std::string& text = local.tree["description"].string();
    if (text.empty() || (!order_.only.empty() && !order_.only.contains(local.name))) continue;
    for (n8n::Tree& remote : remotes_) {
      if (remote["name"].string() != local.name || remote["isArchived"].boolean_or(false)) continue;
      if (descriptions_.known(remote) == Descriptions::digest(text)) continue;
      if (std::optional<n8n::Tree> there = descriptions_.read(remote)) remote.set("description", *std::move(there));
    }
  }
}

void Deployment::remember(const Plan& plan) {
  State state = read_state(journal_.state());
  const n8n::Naming naming = [&plan] {
    std::set<std::string> known;
    for (const auto& [name, id] : plan.ids) known.insert(name);
    return n8n::Naming(plan.names_by_id, std::move(known));
  }();
  const NameOf name_of = [&naming](const n8n::Reference& reference) {
    const Result<std::string> name = naming.name_of(reference);
    return name.ok() ? *name : "id:" + reference.id;
  };
  std::map<std::string, const n8n::Local*> locals;
  for (const n8n::Local& local : order_.locals) locals[local.name] = &local;
  for (const Step& step : plan.steps) {
    if (step.action == Action::prune) state.erase(step.name);
    if (const auto old = state.find(step.name); step.action == Action::retire && old != state.end())
      old->second.active = false;
    const auto local = locals.find(step.name);
    if (step.action == Action::prune || step.action == Action::retire || local == locals.end()) continue;
    state[step.name] = left_by(plan, step, local->second->tree, name_of);
  }
  journal_.set_state(to_text(state));
  if (plan.dialect == n8n::Dialect::two) descriptions_.save();
}

Left Deployment::left_by(const Plan& plan, const Step& step, const n8n::Tree& file, const NameOf& name_of) {
  Left left{fingerprint(canonical(step.body, name_of))};
  left.active = step.active;
  // A file without tags leaves those of the server alone.
  if (std::vector<std::string> tags = n8n::tag_names(file); !tags.empty()) left.tags = std::move(tags);
  if (!takes_extras(api_, plan, step)) return left;
  const n8n::Tree extras = n8n::extras_of(file);
  if (const n8n::Tree* groups = extras.find("nodeGroups")) left.groups = *groups;
  // What the server answered decides: one that does not keep the text is not asked for it.
  const std::string wanted = Descriptions::digest(extras["description"].string());
  const auto seen = api_.described().find(step.id);
  const bool is_kept = seen != api_.described().end() ? Descriptions::digest(seen->second.text.string()) == wanted
                                                      : descriptions_.known(step.before) == wanted;
  if (is_kept) left.description = wanted;
  return left;
}

Drift Deployment::check_drift(const std::string& database) {
  DriftQuestion question = drift_question(journal_, database, past_);
  question.description = [this](const n8n::Tree& remote) { return descriptions_.print_of(remote); };
  Drift drift = find_drift(remotes_, question);
  descriptions_.save();
  return drift;
}

}  // namespace kairon::deploy
