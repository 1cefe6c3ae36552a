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

bool left_so(const std::optional<Deployed>& deployed, const std::string& name, const std::string& print) {
  if (!deployed) return false;
  const auto found = deployed->workflows.find(name);
  return found != deployed->workflows.end() && found->second == print;
}

Edit edit_of(const n8n::Tree& remote, const n8n::Tree& now, const std::string& print, const DriftQuestion& question) {
  Edit edit{remote["name"].string(), remote["updatedAt"].string(), {}, false};
  if (question.content)
    if (const std::optional<n8n::Tree> before = question.content(edit.workflow, print))
      edit.changes = differences(*before, now);
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
  for (const auto& [name, print] : newest->workflows) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) {
      drift.absent.push_back(name);
      continue;
    }
    const n8n::Tree& remote = *found->second;
    const n8n::Tree runs = canonical(n8n::live_version(remote), name_of);
    const std::string is = fingerprint(runs);
    const bool ours = left_so(question.here, name, is);
    if (!ours && !left_so(question.last, name, is)) {
      drift.edited.push_back(edit_of(remote, runs, print, question));
      continue;
    }
    if (const n8n::Tree draft = canonical(remote, name_of); draft != runs) {
      drift.edited.push_back(edit_of(remote, draft, print, question));
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
