#include "deploy/plan_compare.h"

#include <algorithm>
#include <utility>

#include "base/format.h"
#include "base/shell_word.h"
#include "base/text.h"
#include "n8n/credentials.h"

namespace kairon::deploy {

namespace {

constexpr const char* kIds = "credential ids";

// A setting written out in the file with n8n's default value may still be missing on the server.
bool settings_differ(const n8n::Tree& here, const n8n::Tree& there) {
  for (const auto& [key, value] : here.members())
    if (key.starts_with("saveData") && there[key] != value) return true;
  return false;
}

// The same names may still carry ids of credentials that were deleted.
bool credentials_right(const PlanInput& input, const n8n::Tree& remote) {
  if (!input.credentials) return true;
  const n8n::CredentialMap map(*input.credentials);
  bool right = true;
  n8n::Tree copy = n8n::Tree::object();
  copy.set("nodes", remote["nodes"]);
  n8n::rewrite_credentials(copy, [&](const n8n::CredentialUse& use) -> std::optional<n8n::Credential> {
    const Result<std::string> id = map.id_of(use);
    if (!use.disabled && id.ok() && *id != use.id) right = false;
    return std::nullopt;
  });
  return right;
}

void list_content(Step& step, const n8n::Tree& remote, const PlanInput& input) {
  step.changes = differences(step.live, step.wanted);
  const bool right = credentials_right(input, remote);
  step.has_content =
      !right || step.live["nodes"] != step.wanted["nodes"] || step.live["connections"] != step.wanted["connections"];
  const bool saves = settings_differ(step.body["settings"], remote["settings"]);
  step.has_settings = saves || step.live["settings"] != step.wanted["settings"];
  if (step.live == step.wanted && saves) step.changes.emplace_back("settings");
  if (!right) step.changes.emplace_back(kIds);
}

// An older 2.x that does not show groups does not take them, nor descriptions. One that was not read, because it is
// known to be there, goes along when something else is written.
void keep_changed_extras(Step& step, const n8n::Tree& remote) {
  const n8n::Tree* groups = step.extras.find("nodeGroups");
  if (groups != nullptr && remote.has("nodeGroups") && remote["nodeGroups"] != *groups) {
    step.changes.emplace_back("node groups");
    step.has_content = true;
  } else {
    step.extras.erase("nodeGroups");
  }
  const n8n::Tree* description = step.extras.find("description");
  const bool is_new = description != nullptr && remote.has("description") && remote["description"] != *description;
  if (is_new && remote.has("nodeGroups")) {
    step.changes.emplace_back("description");
  } else if (!step.has_content || !remote.has("nodeGroups")) {
    step.extras.erase("description");
  }
}

/// What an edit was made to: the draft, or what is published.
struct Edited {
  const n8n::Tree& form;
  std::string_view place;
};

std::optional<Problem> edit_of(const Step& step, const PlanInput& input, const Edited& edited) {
  if (input.is_ours(step.name, fingerprint(edited.form))) return std::nullopt;
  return Problem{
      step.path,
      {format("'{}' was edited on the server{}: {}", step.name, edited.place,
              text::join(differences(step.wanted, edited.form), "; ")),
       format("kairon deploy pull {} takes the edit into the work tree, --overwrite drops it", shell_word(step.name))}};
}

}  // namespace

std::optional<Problem> compare_step(Step& step, const n8n::Tree& remote, n8n::Tree wanted, const PlanInput& input) {
  step.id = remote["id"].string();
  step.before = remote;
  step.was_active = remote["active"].boolean_or(false);
  step.live = canonical(remote, server_names(input.remotes));
  step.wanted = std::move(wanted);
  list_content(step, remote, input);
  const bool is_changed = !step.changes.empty() && step.changes != std::vector<std::string>{kIds};
  keep_changed_extras(step, remote);
  const bool has_draft = step.active && n8n::has_unpublished_draft(remote);
  const n8n::Tree runs = has_draft ? canonical(n8n::live_version(remote), server_names(input.remotes)) : n8n::Tree();
  step.is_unpublished = has_draft && runs != step.live;
  if (step.is_unpublished) step.changes.emplace_back("another version is published");
  if (step.tags == n8n::tag_names(remote)) step.tags.clear();
  step.only_tags = step.changes.empty() && !step.tags.empty() && step.was_active == step.active;
  if (!step.tags.empty()) step.changes.push_back("tags: " + text::join(step.tags, ", "));
  const bool switches = step.was_active != step.active;
  step.action = !step.changes.empty() ? Action::update : switches ? Action::switch_state : Action::keep;
  if (switches) step.changes.emplace_back(step.active ? "activated" : "deactivated");
  if (input.overwrite || !input.is_ours) return std::nullopt;
  std::optional<Problem> problem;
  if (is_changed) problem = edit_of(step, input, {step.live, ""});
  if (!problem && step.is_unpublished) problem = edit_of(step, input, {runs, " and published"});
  return problem;
}

}  // namespace kairon::deploy
