#include "health/n8n.h"

#include <algorithm>
#include <ctime>
#include <functional>
#include <map>

#include "base/format.h"
#include "base/shell_word.h"
#include "base/text.h"
#include "deploy/verify.h"
#include "n8n/credentials.h"
#include "n8n/lock.h"
#include "postgres/connection.h"

namespace kairon::health {

namespace {

using n8n::Tree;

constexpr std::size_t kNamed = 5;  // of a long list, so many are named

std::string listed(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kNamed);
  std::string list = text::join(std::span(names).first(shown), ", ");
  if (names.size() > shown) list += format(" and {} more", names.size() - shown);
  return list;
}

bool counts(const Tree& workflow) { return !workflow["isArchived"].boolean_or(false); }
bool is_active(const Tree& workflow) { return counts(workflow) && workflow["active"].boolean_or(false); }

void look_at_activation(n8n::Api& api, const std::vector<Tree>& remotes, const ActiveInGit& in_git,
                        HealthLines& lines) {
  std::set<std::string> active = in_git.triggered;
  if (!in_git.only_called.empty() && api.publishes())
    active.insert(in_git.only_called.begin(), in_git.only_called.end());
  if (active.empty()) return;
  std::set<std::string> running;
  for (const Tree& remote : remotes)
    if (is_active(remote)) running.insert(remote["name"].string());
  std::vector<std::string> off;
  std::set_difference(active.begin(), active.end(), running.begin(), running.end(), std::back_inserter(off));
  if (off.empty())
    return lines.ok("active", format("all {} workflows that are active in git are active here", active.size()));
  lines.degraded("active", format("active in git and not on the server: {}", listed(off)),
                 "activate them in n8n, or: kairon deploy " + lines.environment(), off);
}

void look_at_edits(const std::vector<Tree>& remotes, const N8nQuestions& questions, HealthLines& lines) {
  const deploy::DriftQuestion& question = *questions.deployed;
  deploy::Drift drift = deploy::find_drift(remotes, question);
  // The line "active" names those that were only switched off.
  drift.same += std::erase_if(drift.edited, [&questions](const deploy::Edit& edit) {
    return edit.changes == std::vector<std::string>{deploy::kSwitchedOff} &&
           (questions.active.triggered.contains(edit.workflow) || questions.active.only_called.contains(edit.workflow));
  });
  if (drift.same == 0 && !drift.any()) return;  // nothing was deployed yet
  if (!drift.any()) {
    const std::string others =
        drift.by_others.empty()
            ? ""
            : format(", {} of them by {} (commit {})", drift.by_others.size(), text::printable(question.last->by),
                     text::printable(question.last->commit.substr(0, 12)));
    return lines.ok("edits", format("{} as deployed{}", text::counted(drift.same, "workflow"), others));
  }
  std::vector<std::string> parts;
  std::vector<std::string> subjects;
  for (const deploy::Edit& edit : drift.edited) {
    parts.push_back(deploy::shown(edit));
    subjects.push_back(edit.workflow);
  }
  for (const std::string& name : drift.absent) {
    parts.push_back(text::printable(name) + " (deleted)");
    subjects.push_back(name);
  }
  lines.degraded(
      "edits", format("{} edited on the server since the last deployment: {}", parts.size(), listed(parts)),
      format("kairon deploy pull {} takes the edit into the work tree, kairon deploy {} --overwrite drops it",
             shell_word(subjects.front()), lines.environment()),
      subjects);
}

void look_at_executions(n8n::Api& api, const std::vector<Tree>& remotes, const N8nQuestions& questions,
                        HealthLines& lines) {
  const n8n::Reply reply = api.get("/executions?status=error&limit=250");
  if (!reply.ok() || !reply.json["data"].is_array()) n8n::fail(reply, "reading the executions", api.base_url());
  std::map<std::string, std::string> names;
  for (const Tree& remote : remotes) names[remote["id"].string()] = remote["name"].string();
  const std::string since = iso_time(std::chrono::system_clock::now() - questions.window);
  const std::string window = shown_duration(questions.window);
  std::map<std::string, std::size_t> failed;
  std::string first_id;
  std::size_t total = 0;
  std::size_t fresh = 0;
  for (const Tree& execution : reply.json["data"].items()) {
    const Tree& stopped = execution["stoppedAt"];
    const std::string& when = (stopped.is_string() ? stopped : execution["startedAt"]).string();
    if (execution["mode"].string() == "manual" || when < since) continue;
    const std::string& id = execution["workflowId"].string();
    if (first_id.empty()) first_id = id;
    ++failed[names.contains(id) ? names[id] : "a deleted workflow"];
    ++total;
    if (when > questions.looked_at) ++fresh;
  }
  if (total == 0) return lines.ok("executions", format("none failed within {}", window));
  std::vector<std::string> parts;
  std::vector<std::string> subjects;
  for (const auto& [name, count] : failed) {
    parts.push_back(format("{} ({})", name, count));
    subjects.push_back(name);
  }
  const std::string news =
      questions.looked_at.empty() ? "" : format(", {} of them since the last look at {}", fresh, questions.looked_at);
  lines.degraded("executions", format("{} failed within {}{}: {}", total, window, news, listed(parts)),
                 format("see {}/workflow/{}/executions", api.base_url(), first_id), subjects);
}

struct Hooks {
  std::map<std::string, std::map<std::string, std::string>> paths;  ///< path -> method -> workflow
  std::vector<std::pair<std::string, std::string>> by_expression;   ///< workflow id and node
  std::vector<std::string> conflicts;                               ///< n8n registers only the first silently
  std::map<std::string, std::string> names;
};

Hooks hooks_of(const std::vector<Tree>& remotes) {
  Hooks hooks;
  for (const Tree& remote : remotes) {
    if (!is_active(remote)) continue;
    const std::string& name = remote["name"].string();
    hooks.names[remote["id"].string()] = name;
    for (const n8n::Webhook& hook : n8n::webhooks_of(remote)) {
      if (hook.is_expression) {
        hooks.by_expression.emplace_back(remote["id"].string(), hook.node);
        continue;
      }
      std::map<std::string, std::string>& owners = hooks.paths[deploy::probe_path(hook)];
      for (const std::string& method : hook.methods) {
        const auto [owner, is_first] = owners.emplace(method, name);
        if (!is_first)
          hooks.conflicts.push_back(format("{} ({} {}, which {} has as well)", name, method, hook.path, owner->second));
      }
    }
  }
  return hooks;
}

void look_at_webhooks(n8n::Api& api, const std::vector<Tree>& remotes, const std::string& n8n_database,
                      HealthLines& lines) {
  const Hooks hooks = hooks_of(remotes);
  std::set<std::string> absent(hooks.conflicts.begin(), hooks.conflicts.end());
  std::vector<std::string> unclear;
  std::size_t live = 0;
  for (const auto& [path, owners] : hooks.paths) {
    const auto registered = deploy::registered_methods(api, path);
    for (const auto& [method, workflow] : owners) {
      if (!registered)
        unclear.push_back(format("{} {}", method, path));
      else if (std::find(registered->begin(), registered->end(), method) == registered->end())
        absent.insert(format("{} ({} {})", workflow, method, path));
      else
        ++live;
    }
  }
  if (!hooks.by_expression.empty() && !n8n_database.empty()) {
    const auto nodes = n8n::webhooks_in_database(n8n_database);
    for (const auto& hook : hooks.by_expression) {
      if (nodes.contains(hook))
        ++live;
      else
        absent.insert(format("{} (node {})", hooks.names.at(hook.first), hook.second));
    }
  } else {
    for (const auto& [id, node] : hooks.by_expression) unclear.push_back(format("{}/{}", hooks.names.at(id), node));
  }
  const std::vector<std::string> gone(absent.begin(), absent.end());
  if (!gone.empty())
    return lines.degraded(
        "webhooks", format("{} not registered although their workflows are active: {}", gone.size(), listed(gone)),
        "switch the workflow off and on in n8n; two workflows with one path cannot both be active", gone);
  if (!unclear.empty())
    return lines.unknown("webhooks",
                         format("{} registered, {} could not be asked: {}", live, unclear.size(), listed(unclear)),
                         format("git config kairon.env-{}.n8nDatabase CONNECTION", lines.environment()));
  lines.ok("webhooks", format("{} registered", live));
}

void look_at_credentials(n8n::Api& api, std::vector<Tree>& remotes, const std::string& n8n_database,
                         HealthLines& lines) {
  std::optional<std::vector<n8n::Credential>> known = api.credentials();
  if (!known && n8n_database.empty())
    return lines.unknown("credentials", "n8n 1.x lists them only in its database",
                         format("git config kairon.env-{}.n8nDatabase CONNECTION", lines.environment()));
  if (!known) known = n8n::credentials_in_database(n8n_database);
  std::set<std::pair<std::string, std::string>> existing;
  for (const n8n::Credential& one : *known) existing.emplace(one.type, one.id);
  std::vector<std::string> absent;
  std::size_t uses = 0;
  for (Tree& remote : remotes) {
    if (!counts(remote)) continue;
    n8n::rewrite_credentials(remote, [&](const n8n::CredentialUse& use) -> std::optional<n8n::Credential> {
      if (use.disabled) return std::nullopt;
      ++uses;
      if (!existing.contains({use.type, use.id}))
        absent.push_back(format("{}/{} ({} '{}')", remote["name"].string(), use.node, use.type, use.name));
      return std::nullopt;
    });
  }
  if (absent.empty()) return lines.ok("credentials", format("all {} references exist", uses));
  lines.degraded("credentials",
                 format("{} of {} references point to no credential: {}", absent.size(), uses, listed(absent)),
                 "create the credential in n8n, then: kairon deploy " + lines.environment(), absent);
}

}  // namespace

ActiveInGit active_in_git(const std::vector<n8n::Local>& locals) {
  ActiveInGit found;
  for (const n8n::Local& local : locals)
    if (local.active) (n8n::can_activate(local.tree) ? found.triggered : found.only_called).insert(local.name);
  return found;
}

void look_at_n8n(n8n::Api& api, const N8nQuestions& questions, HealthLines& lines) {
  const auto begun = std::chrono::steady_clock::now();
  std::vector<Tree> remotes;
  try {
    remotes = api.workflows_when_ready();
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    return lines.unreachable("n8n", error.message().text, error.message().remedy);
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  const auto active = std::count_if(remotes.begin(), remotes.end(), is_active);
  lines.ok("n8n", format("ready, {}, {} active, answered in {} ms", text::counted(remotes.size(), "workflow"), active,
                         took.count()));
  lines.attempt("active", [&] { look_at_activation(api, remotes, questions.active, lines); });
  if (questions.deployed) look_at_edits(remotes, questions, lines);
  lines.attempt("executions", [&] { look_at_executions(api, remotes, questions, lines); });
  lines.attempt("webhooks", [&] { look_at_webhooks(api, remotes, questions.n8n_database, lines); });
  lines.attempt("credentials", [&] { look_at_credentials(api, remotes, questions.n8n_database, lines); });
}

std::string iso_time(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  const auto rest = time - std::chrono::system_clock::from_time_t(seconds);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                parts.tm_hour, parts.tm_min, parts.tm_sec,
                std::chrono::duration_cast<std::chrono::milliseconds>(rest).count());
}

std::string shown_duration(std::chrono::seconds duration) {
  const long long seconds = duration.count();
  if (seconds >= 2 * 86400) return format("{} d", seconds / 86400);
  if (seconds >= 2 * 3600) return format("{} h", seconds / 3600);
  if (seconds >= 2 * 60) return format("{} min", seconds / 60);
  return format("{} s", seconds);
}

}  // namespace kairon::health
