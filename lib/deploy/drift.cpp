#include "deploy/drift.h"

#include <map>

#include "base/format.h"
#include "base/text.h"
#include "deploy/canonical.h"
#include "deploy/deployments.h"
#include "deploy/plan.h"
#include "n8n/content.h"

namespace kairon::deploy {

namespace {

// What a deployment writes besides nodes, connections and settings.
std::vector<std::string> other_changes(const Left& left, const n8n::Tree& remote, const DriftQuestion& question) {
  std::vector<std::string> changes;
  if (const bool active = remote["active"].boolean_or(false); left.active && *left.active != active)
    changes.emplace_back(active ? "activated" : kSwitchedOff);
  if (left.tags && *left.tags != n8n::tag_names(remote)) changes.emplace_back("tags");
  if (left.groups && remote.has("nodeGroups") && *left.groups != remote["nodeGroups"])
    changes.emplace_back("node groups");
  if (left.description.empty() || !question.description) return changes;
  if (const auto print = question.description(remote); print && *print != left.description)
    changes.emplace_back("description");
  return changes;
}

bool left_so(const std::optional<Deployed>& deployed, const n8n::Tree& remote, const std::string& print,
             const DriftQuestion& question) {
  if (!deployed) return false;
  const auto found = deployed->workflows.find(remote["name"].string());
  return found != deployed->workflows.end() && found->second.print == print &&
         other_changes(found->second, remote, question).empty();
}

Edit edit_of(const n8n::Tree& remote, const n8n::Tree& now, const Left& left, const DriftQuestion& question) {
  Edit edit{remote["name"].string(), remote["updatedAt"].string(), {}, false};
  if (question.content && left.print != fingerprint(now))
    if (const std::optional<n8n::Tree> before = question.content(edit.workflow, left.print))
      edit.changes = differences(*before, now);
  for (std::string& change : other_changes(left, remote, question)) edit.changes.push_back(std::move(change));
  return edit;
}

}  // namespace

DriftQuestion drift_question(const Journal& journal, const std::string& database, Past& past) {
  DriftQuestion question;
  if (std::optional<State> state = comparable_state(journal.state()); state && !state->empty())
    question.here = Deployed{*std::move(state), {}, {}};
  if (!database.empty())
    if (Result<std::optional<LastState>> last = last_state(database, journal.environment()); last.ok() && *last)
      if (std::optional<State> state = comparable_state((*last)->state); state && !state->empty())
        question.last = Deployed{*std::move(state), (*last)->commit, (*last)->by};
  question.content = [&past](const std::string& name, const std::string& print) { return past.find(name, print); };
  return question;
}

Drift find_drift(const std::vector<n8n::Tree>& remotes, const DriftQuestion& question) {
  Drift drift;
  const std::optional<Deployed>& newest = question.last ? question.last : question.here;
  if (!newest) return drift;
  std::map<std::string, const n8n::Tree*> by_name;
  for (const n8n::Tree& remote : remotes)
    if (!remote["isArchived"].boolean_or(false)) by_name.emplace(remote["name"].string(), &remote);
  const NameOf name_of = server_names(remotes);
  for (const auto& [name, left] : newest->workflows) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) {
      drift.absent.push_back(name);
      continue;
    }
    const n8n::Tree& remote = *found->second;
    const n8n::Tree runs = canonical(n8n::live_version(remote), name_of);
    const std::string is = fingerprint(runs);
    const bool ours = left_so(question.here, remote, is, question);
    if (!ours && !left_so(question.last, remote, is, question)) {
      drift.edited.push_back(edit_of(remote, runs, left, question));
      continue;
    }
    if (const n8n::Tree draft = canonical(remote, name_of); draft != runs) {
      drift.edited.push_back(edit_of(remote, draft, left, question));
      drift.edited.back().is_draft = true;
      continue;
    }
    ++drift.same;
    if (!ours && question.here) drift.by_others.push_back(name);
  }
  return drift;
}

std::string shown(const Edit& edit) {
  std::string text = text::printable(edit.workflow);
  if (edit.is_draft) text += ", a draft that is not published";
  const std::string changes = text::join(edit.changes, "; ");
  if (edit.at.empty() && changes.empty()) return text;
  text += edit.at.empty() ? " (" : format(" (at {}{}", edit.at, changes.empty() ? "" : ": ");
  return text + changes + ")";
}

}  // namespace kairon::deploy
