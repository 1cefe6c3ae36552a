#include "deploy/plan.h"

#include <algorithm>
#include <utility>

#include "base/format.h"
#include "base/shell_word.h"
#include "base/text.h"
#include "deploy/plan_checks.h"
#include "deploy/plan_compare.h"
#include "n8n/credentials.h"

namespace kairon::deploy {

namespace {

/// The workflows of both sides by name, and the problems of names that are not unique.
class Names {
 public:
  Names(const PlanInput& input, Plan& plan) : input_(input), plan_(plan) {
    index_locals();
    for (const n8n::Tree& remote : input_.remotes) {
      const std::string& name = remote["name"].string();
      if (remote["isArchived"].boolean_or(false)) {
        archived_[name] = remote["id"].string();
        continue;
      }
      if (!remotes_.emplace(name, &remote).second) doubled_.insert(name);
      plan_.ids[name] = remote["id"].string();
    }
    std::set<std::string> known;
    for (const auto& [name, local] : locals_) known.insert(name);
    for (const auto& [name, remote] : remotes_) known.insert(name);
    naming_.emplace(plan_.names_by_id, std::move(known));
  }

  const std::map<std::string, const n8n::Local*>& locals() const { return locals_; }
  const n8n::Local& local(const std::string& name) const { return *locals_.at(name); }
  bool has_local(const std::string& name) const { return locals_.contains(name); }
  /// Returns null when the server has no workflow of that name.
  const n8n::Tree* remote(const std::string& name) const {
    const auto found = remotes_.find(name);
    return found == remotes_.end() ? nullptr : found->second;
  }
  /// Names the archived workflows that `created` ones have the name of, in one note.
  void note_archived(const std::vector<std::string>& created) {
    std::vector<std::string> both;
    for (const std::string& name : created)
      if (const auto found = archived_.find(name); found != archived_.end())
        both.push_back(format("{} ({})", name, found->second));
    if (!both.empty())
      plan_.notes.push_back(format("the server has archived workflows of these names, which stay as they are: {}",
                                   text::join(both, ", ")));
  }
  Result<std::string> name_of(const n8n::Reference& reference) const { return naming_->name_of(reference); }

  /// Makes a problem of a name that several workflows of the server have, once.
  void refuse_doubled(const std::string& name, const std::string& where) {
    if (!doubled_.erase(name)) return;
    std::vector<std::string> ids;
    for (const n8n::Tree& remote : input_.remotes)
      if (remote["name"].string() == name && !remote["isArchived"].boolean_or(false))
        ids.push_back(remote["id"].string());
    std::set<std::string> projects;
    for (const n8n::Tree& remote : input_.remotes)
      if (remote["name"].string() == name && !remote["isArchived"].boolean_or(false))
        projects.insert(n8n::project_of(remote));
    if (projects.size() > 1)
      return problem(where,
                     format("the server has {} workflows named '{}' in {} projects (ids {})", ids.size(), name,
                            projects.size(), text::join(ids, ", ")),
                     "use the API key of a user who sees one of the projects, or rename one of them in n8n");
    problem(where, format("the server has {} workflows named '{}' (ids {})", ids.size(), name, text::join(ids, ", ")),
            "rename, archive or delete all but one of them in n8n");
  }

  void problem(std::string where, std::string message, std::string help) {
    plan_.problems.push_back({std::move(where), {std::move(message), std::move(help)}});
  }

 private:
  void index_locals() {
    for (const n8n::Local& local : input_.locals) {
      const auto [place, fresh] = locals_.emplace(local.name, &local);
      if (!fresh)
        problem(local.path, format("has the same workflow name '{}' as {}", local.name, place->second->path),
                "rename one of them: references go by name");
      if (!local.id.empty()) plan_.names_by_id[local.id] = local.name;
    }
    for (const std::string& name : input_.only)
      if (!locals_.contains(name)) problem(name, "is not a workflow of the repository", "see kairon deploy --dry-run");
  }

  const PlanInput& input_;
  Plan& plan_;
  std::map<std::string, const n8n::Local*> locals_;
  std::map<std::string, const n8n::Tree*> remotes_;
  std::set<std::string> doubled_;
  std::map<std::string, std::string> archived_;  ///< name -> id
  std::optional<n8n::Naming> naming_;
};

bool is_wanted(const PlanInput& input, const std::string& name) {
  return input.only.empty() || input.only.contains(name);
}

/// Resolves what the files refer to: workflows into the plan's calls, and credentials.
class References {
 public:
  References(const PlanInput& input, Names& names, Plan& plan) : input_(input), names_(names), plan_(plan) {}

  void resolve_references() {
    for (const auto& [name, local] : names_.locals()) {
      std::set<std::string>& callees = plan_.calls[name];
      if (!is_wanted(input_, name)) continue;
      names_.refuse_doubled(name, local->path);
      n8n::each_reference(
          local->tree, [&, &local = *local](const n8n::Reference& reference) { resolve(local, reference, callees); });
    }
  }

  void resolve_credentials() {
    if (!input_.credentials)
      plan_.notes.emplace_back(
          "no list of the server's credentials (1.x, and no n8nDatabase set): n8n looks them up by name, each answer "
          "is checked");
    const n8n::CredentialMap map(input_.credentials.value_or(std::vector<n8n::Credential>{}));
    std::map<std::pair<std::string, std::string>, MissingCredential> missing;  // by type and name
    for (auto& [name, local] : names_.locals()) {
      if (!is_wanted(input_, name)) continue;
      n8n::Tree copy = local->tree;
      n8n::rewrite_credentials(
          copy, [&, &local = *local](const n8n::CredentialUse& use) -> std::optional<n8n::Credential> {
            const bool only_name = !input_.credentials && !use.name.empty();
            const Result<std::string> id = only_name ? Result<std::string>(std::string()) : map.id_of(use);
            if (id.ok() || use.disabled) return std::nullopt;
            const std::string unnamed = use.name.empty() ? local.path + "\n" + use.node : std::string();
            MissingCredential& one = missing[{use.type, use.name + unnamed}];
            one.places.push_back({local.path, use.node});
            one.failure = id.failure();
            return std::nullopt;
          });
    }
    for (const auto& [key, one] : missing)
      names_.problem(one.places.front().first, one.failure.text + users_of(one), one.failure.remedy);
  }

 private:
  /// A credential that does not resolve, and the (path, node) of all that use it.
  struct MissingCredential {
    Failure failure;
    std::vector<std::pair<std::string, std::string>> places;
  };

  // One cause is one problem: " (43 nodes in 12 workflows)".
  static std::string users_of(const MissingCredential& one) {
    if (one.places.size() < 2) return {};
    std::set<std::string> paths;
    for (const auto& [path, node] : one.places) paths.insert(path);
    return format(" ({} in {})", text::counted(one.places.size(), "node"), text::counted(paths.size(), "workflow"));
  }

  void resolve(const n8n::Local& local, const n8n::Reference& reference, std::set<std::string>& callees) {
    const Result<std::string> callee = names_.name_of(reference);
    if (!callee.ok()) {
      if (reference.disabled) return;  // n8n never follows it
      const std::string at = reference.node.empty() ? "" : format("node '{}' ", text::printable(reference.node));
      names_.problem(local.path, format("{}({}) {}", at, to_string(reference.kind), callee.failure().text),
                     callee.failure().remedy);
      return;
    }
    names_.refuse_doubled(*callee, local.path);
    if (!input_.only.empty() && !is_wanted(input_, *callee) && names_.remote(*callee) == nullptr)
      names_.problem(local.path, format("needs '{}', which is not on the server yet", *callee),
                     "add --only " + shell_word(*callee));
    callees.insert(*callee);
    const bool is_call =
        reference.kind == n8n::ReferenceKind::execute_workflow || reference.kind == n8n::ReferenceKind::tool_workflow;
    if (is_call) ++plan_.resolved_calls;
    if (reference.kind == n8n::ReferenceKind::error_workflow) ++plan_.resolved_errors;
  }

  const PlanInput& input_;
  Names& names_;
  Plan& plan_;
};

/// What the API does not take, said once with the workflows that have it.
class DroppedKeys {
 public:
  void add(const n8n::Local& local, const Step& step, n8n::Dialect dialect) {
    const bool takes_extras = step.before.has("nodeGroups");  // compare_step leaves out those that are there
    for (const std::string& key : n8n::dropped_keys(local.tree, dialect))
      if (!step.extras.has(key) && !(takes_extras && (key == "description" || key == "nodeGroups")) &&
          (!step.before.has(key) || step.before[key] != local.tree[key]))
        names_[key].push_back(local.name);
  }

  void note(std::vector<std::string>& notes) const {
    std::vector<std::string> parts;
    for (const auto& [key, names] : names_)
      parts.push_back(
          format("{} ({})", key, names.size() > 3 ? text::counted(names.size(), "workflow") : text::join(names, ", ")));
    if (!parts.empty())
      notes.push_back(format("not deployed, because n8n's API does not take or keep it: {}", text::join(parts, ", ")));
  }

 private:
  std::map<std::string, std::vector<std::string>> names_;  ///< by key
};

class Planner {
 public:
  explicit Planner(PlanInput input) : input_(std::move(input)), names_(input_, plan_) {
    plan_.dialect = input_.publishes ? n8n::Dialect::two : n8n::Dialect::one;
    plan_.credentials = input_.credentials;
  }

  Plan run() {
    References references(input_, names_, plan_);
    references.resolve_references();
    references.resolve_credentials();
    choose_active();
    for (const std::string& name : order()) add_step(name);
    switch_off_last();
    dropped_.note(plan_.notes);
    std::vector<std::string> created;
    for (const Step& step : plan_.steps)
      if (step.action == Action::create) created.push_back(step.name);
    names_.note_archived(created);
    add_gone();
    check_webhooks({plan_.steps, input_.remotes, plan_.problems});
    check_pruned(plan_.steps, input_.remotes, plan_.calls, plan_.problems);
    if (input_.publishes) check_cycles(plan_.calls, active_, plan_.problems);
    return std::move(plan_);
  }

 private:
  void choose_active() {
    for (const auto& [name, local] : names_.locals()) {
      if (!local->active && !input_.activate.contains(name)) continue;
      if (input_.publishes || n8n::can_activate(local->tree)) {
        active_.insert(name);
      } else {
        plan_.notes.push_back(format("'{}' is active in its file, but has no trigger that n8n could activate", name));
      }
    }
    if (input_.publishes) active_ = with_callees(plan_.calls, std::move(active_));
  }

  std::vector<std::string> order() {
    std::vector<std::string> names;
    for (const std::vector<std::string>& group : callees_first(plan_.calls)) {
      const bool cycle = group.size() > 1 || plan_.calls.at(group.front()).contains(group.front());
      for (const std::string& name : group) {
        if (cycle) in_cycle_.insert(name);
        if (is_wanted(input_, name)) names.push_back(name);
      }
    }
    return names;
  }

  // What is switched off is still called by what has not been updated yet: callers first, at the end.
  void switch_off_last() {
    const auto begin = std::stable_partition(plan_.steps.begin(), plan_.steps.end(),
                                             [](const Step& step) { return step.active || !step.was_active; });
    std::reverse(begin, plan_.steps.end());
  }

  void add_step(const std::string& name) {
    const n8n::Local& local = names_.local(name);
    Step step;
    step.name = name;
    step.path = local.path;
    step.body = n8n::sanitised(local.tree, plan_.dialect);
    n8n::give_webhook_ids(local.tree, step.body);
    step.tags = n8n::tag_names(local.tree);
    if (input_.publishes) step.extras = n8n::extras_of(local.tree);
    step.active = active_.contains(name);
    const n8n::Tree* remote = names_.remote(name);
    if (remote == nullptr) {
      step.action = Action::create;
      step.wanted = canonical_body(step);
      step.needs_stub = in_cycle_.contains(name);
    } else {
      if (std::optional<Problem> edited = compare_step(step, *remote, canonical_body(step), input_))
        plan_.problems.push_back(*std::move(edited));
    }
    if (step.action != Action::keep) dropped_.add(local, step, plan_.dialect);
    plan_.steps.push_back(std::move(step));
  }

  [[nodiscard]] n8n::Tree canonical_body(const Step& step) const {
    return canonical(step.body, [this](const n8n::Reference& reference) {
      const Result<std::string> name = names_.name_of(reference);
      return name.ok() ? *name : "id:" + reference.id;
    });
  }

  void add_gone() {
    if (!input_.only.empty()) return;
    for (const std::string& name : input_.gone) {
      const n8n::Tree* remote = names_.remote(name);
      if (names_.has_local(name) || remote == nullptr) continue;
      names_.refuse_doubled(name, name);
      refuse_edited_gone(name, *remote);
      Step step;
      step.name = name;
      step.id = (*remote)["id"].string();
      step.before = *remote;
      step.was_active = step.before["active"].boolean_or(false);
      step.action = input_.prune ? Action::prune : Action::retire;
      step.changes.emplace_back(input_.prune ? "deleted" : step.was_active ? "deactivated" : "inactive already");
      plan_.steps.push_back(std::move(step));
    }
  }

  // A deletion cannot be taken back from git when what is deleted was never there.
  void refuse_edited_gone(const std::string& name, const n8n::Tree& remote) {
    if (!input_.prune || input_.overwrite || !input_.is_ours) return;
    if (input_.is_ours(name, fingerprint(canonical(remote, server_names(input_.remotes))))) return;
    names_.problem(name, "is gone from git and would be deleted, but was edited on the server",
                   "deploy without --prune only deactivates it; --prune --overwrite deletes it with the edit");
  }

  PlanInput input_;
  Plan plan_;
  Names names_;
  DroppedKeys dropped_;
  std::set<std::string> active_;
  std::set<std::string> in_cycle_;
};

}  // namespace

std::string_view to_string(Action action) {
  switch (action) {
    case Action::create:
      return "create";
    case Action::update:
      return "update";
    case Action::switch_state:
      return "switch";
    case Action::keep:
      return "unchanged";
    case Action::retire:
      return "retire";
    case Action::prune:
      break;
  }
  return "prune";
}

bool Plan::has_writes() const {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return step.action != Action::keep && (step.action != Action::retire || step.was_active);
  });
}

std::size_t Plan::count(Action action) const {
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [action](const Step& step) { return step.action == action; }));
}

Effects effects_of(const Plan& plan) {
  Effects effects;
  const auto counter = [&effects](const Step& step) -> std::size_t& {
    switch (step.action) {
      case Action::create:
        return effects.created;
      case Action::update:
        return effects.updated;
      case Action::switch_state:
        return step.active ? effects.activated : effects.deactivated;
      case Action::retire:
        return effects.retired;
      case Action::prune:
        return effects.deleted;
      case Action::keep:
        break;
    }
    return effects.unchanged;
  };
  for (const Step& step : plan.steps)
    if (step.action != Action::retire || step.before["active"].boolean_or(false)) ++counter(step);
  return effects;
}

NameOf server_names(const std::vector<n8n::Tree>& remotes) {
  std::map<std::string, std::string> names;
  for (const n8n::Tree& remote : remotes) names[remote["id"].string()] = remote["name"].string();
  return [names = std::move(names)](const n8n::Reference& reference) {
    const auto found = names.find(reference.id);
    return found == names.end() ? "id:" + reference.id : found->second;
  };
}

Plan make_plan(PlanInput input) { return Planner(std::move(input)).run(); }

}  // namespace kairon::deploy
