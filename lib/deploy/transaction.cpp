#include "deploy/transaction.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/utc.h"
#include "deploy/canonical.h"
#include "deploy/write.h"
#include "n8n/credentials.h"
#include "n8n/unanswered_note.h"

namespace kairon::deploy {

namespace {

std::set<std::string> names_of(const std::vector<n8n::Tree>& workflows) {
  std::set<std::string> names;
  for (const n8n::Tree& one : workflows)
    if (!one["isArchived"].boolean_or(false)) names.insert(one["name"].string());
  return names;
}

void count_credentials(const n8n::Tree& remote, const n8n::CredentialMap& map, Deployment::References& found) {
  n8n::Tree copy = remote;
  n8n::rewrite_credentials(copy, [&](const n8n::CredentialUse& use) -> std::optional<n8n::Credential> {
    const Result<std::string> id = map.id_of(use);
    if (id.ok() && *id == use.id) {
      ++found.credentials;
    } else if (!use.disabled) {
      found.dangling.push_back(format("'{}' {}: the {} credential '{}' has not the id {}", remote["name"].string(),
                                      use.node, use.type, use.name, use.id.empty() ? "(none)" : use.id));
    }
    return std::nullopt;
  });
}

// A reference by id whose name is another one on the server.
std::string what_is_wrong(const n8n::Reference& reference, const std::map<std::string, std::string>& names) {
  const auto callee = names.find(reference.id);
  if (callee == names.end()) return "no workflow " + reference.id;
  const bool exists =
      std::any_of(names.begin(), names.end(), [&](const auto& one) { return one.second == reference.cached_name; });
  return exists ? format("it calls '{}' and not '{}'", callee->second, reference.cached_name)
                : format("'{}' was renamed to '{}'", reference.cached_name, callee->second);
}

// Nodes of webhooks that a step makes live and whose path n8n works out.
std::vector<std::string> hooks_by_expression(const Step& step) {
  std::vector<std::string> nodes;
  if (step.active)
    for (const n8n::Webhook& hook : n8n::webhooks_of(step.body))
      if (hook.is_expression) nodes.push_back(hook.node);
  return nodes;
}

}  // namespace

void Deployment::refuse_open_record() const {
  const std::optional<std::string> text = journal_.open_record();
  if (!text) return;
  if (const int process = journal_.holder(); process != 0)
    throw environment_error(
        format("another process of this repository ({}) is deploying to {}", process, order_.environment),
        "wait until it has ended");
  if (const Result<Record> record = read_record(*text); record.ok() && !record->unanswered.empty())
    throw environment_error(format("a deployment to {} failed, and {} was not answered and may still be carried out",
                                   order_.environment, n8n::described(record->unanswered.front())),
                            format("kairon deploy {} --rollback looks for it, and undoes it", order_.environment));
  throw environment_error(
      format("a deployment to {} was interrupted and is neither finished nor undone", order_.environment),
      format("kairon deploy {0} --resume finishes it, kairon deploy {0} --rollback undoes it", order_.environment));
}

Plan Deployment::plan(const std::function<void(std::string_view)>& say) {
  refuse_open_record();
  remotes_ = api_.workflows_when_ready(say);
  return compute(nullptr);
}

std::optional<std::vector<n8n::Credential>> Deployment::known_credentials() {
  std::optional<std::vector<n8n::Credential>> credentials = api_.credentials();
  if (!credentials && !order_.n8n_database.empty()) credentials = n8n::credentials_in_database(order_.n8n_database);
  return credentials;
}

Plan Deployment::compute(const Record* resumed) {
  if (api_.publishes()) read_descriptions();
  const State state = read_state(journal_.state());
  PlanInput input;
  input.locals = order_.locals;
  input.remotes = remotes_;
  input.credentials = known_credentials();
  input.publishes = api_.publishes();
  input.only = order_.only;
  input.activate = order_.activate;
  input.overwrite = order_.overwrite || resumed != nullptr;
  input.prune = order_.prune;
  input.gone = resumed != nullptr ? resumed->gone : gone_from_git(state);
  input.is_ours = [this, &state](const std::string& name, const std::string& print) {
    const auto left = state.find(name);
    return (left != state.end() && left->second.print == print) || past_.has(name, print);
  };
  Plan plan = make_plan(std::move(input));
  for (const Step& step : plan.steps)
    if (order_.n8n_database.empty() && !hooks_by_expression(step).empty())
      plan.notes.push_back(
          format("the webhook path of '{}' is an expression: without n8nDatabase it cannot be seen "
                 "whether n8n registers it",
                 step.name));
  return plan;
}

std::set<std::string> Deployment::gone_from_git(const State& state) {
  std::set<std::string> gone;
  for (const auto& [name, print] : state) gone.insert(name);
  std::set<std::string> strangers = names_of(remotes_);
  for (const n8n::Local& local : order_.locals) {
    strangers.erase(local.name);
    gone.erase(local.name);
  }
  if (!strangers.empty() && order_.only.empty())
    for (const std::string& name : past_.names())
      if (strangers.contains(name)) gone.insert(name);
  return gone;
}

std::unique_ptr<n8n::Lock> Deployment::lock(n8n::StaleLock stale) {
  if (!order_.lock_database.empty()) return n8n::lock_in_database(order_.lock_database, order_.by);
  return n8n::lock_with_tag(
      api_, order_.by,
      {[this] { return journal_.lock_tag(); }, [this](std::string_view tag) { journal_.set_lock_tag(tag); }}, stale);
}

DeployResult Deployment::carry_out(Plan plan, const DeployHooks& hooks) {
  const file::Descriptor alone = journal_.hold();
  refuse_open_record();
  std::unique_ptr<n8n::Lock> held;
  if (plan.has_writes() || hooks.before) held = lock(n8n::StaleLock::respect);
  if (plan.has_writes()) refuse_changes_since(plan);
  const std::string note = hooks.before ? hooks.before() : std::string();
  if (plan.has_writes()) {
    if (hooks.before) refuse_changes_since(plan);  // a backup and migrations may have taken hours
    Record record = record_for(plan);
    record.note = note;
    journal_.set_sent("");
    journal_.begin(to_text(record));
    return write(std::move(plan), record, hooks.done);
  }
  DeployResult result;
  remember(plan);
  journal_.note(history_line("unchanged", &plan));
  result.requests = api_.requests();
  result.plan = std::move(plan);
  return result;
}

Record Deployment::record_for(const Plan& plan) const {
  Record record;
  record.environment = order_.environment;
  record.url = api_.base_url();
  record.commit = order_.commit;
  record.by = order_.by;
  record.begun = utc_now();
  record.prune = order_.prune;
  record.activate = order_.activate;
  record.left = read_state(journal_.state());
  record.only = order_.only;
  record.locals = order_.locals;  // all of them: they name what the chosen ones call
  for (const Step& step : plan.steps)
    if (step.action == Action::retire || step.action == Action::prune) record.gone.insert(step.name);
  add_plan(record, plan, remotes_);
  return record;
}

// Between the plan (and its approval) and the lock somebody else may have written.
void Deployment::refuse_changes_since(const Plan& plan) {
  const std::vector<n8n::Tree> now = api_.workflows();
  for (const Step& step : plan.steps) {
    const auto same_name = [&](const n8n::Tree& one) {
      return one["name"].string() == step.name && !one["isArchived"].boolean_or(false);
    };
    const auto found = std::find_if(now.begin(), now.end(), same_name);
    const bool same = found == now.end()
                          ? step.id.empty()
                          : (*found)["id"].string() == step.id && (*found)["updatedAt"] == step.before["updatedAt"] &&
                                (*found)["active"] == step.before["active"];  // which leaves updatedAt alone
    if (!same && step.action != Action::keep)
      throw environment_error(
          format("'{}' was changed on the server while this deployment was being prepared", step.name),
          "repeat the command");
  }
}

// An expression that gives nothing, like a variable that is not set on the server: n8n calls the workflow
// active and registers no webhook (N8N contract, section 1). The database of n8n tells.
Result<void> Deployment::refuse_unregistered(const Plan& plan) {
  std::map<std::pair<std::string, std::string>, std::string> wanted;
  for (const Step& step : plan.steps)
    if (step.action != Action::keep)
      for (const std::string& node : hooks_by_expression(step)) wanted[{step.id, node}] = step.name;
  if (wanted.empty() || order_.n8n_database.empty()) return {};
  const auto end = api_.time().now() + api_.patience().webhooks;
  for (;;) {
    const auto registered = n8n::webhooks_in_database(order_.n8n_database);
    const auto absent =
        std::find_if(wanted.begin(), wanted.end(), [&](const auto& one) { return !registered.contains(one.first); });
    if (absent == wanted.end()) return {};
    if (api_.time().now() >= end)
      return Failure{
          format("n8n says '{}' is active, but registered no webhook for its node '{}'", absent->second,
                 absent->first.second),
          "its path is an expression: set what it reads on the server (WEBHOOK_PATH), or write the path out"};
    api_.time().wait(std::chrono::milliseconds(50));
  }
}

DeployResult Deployment::write(Plan plan, const Record& record, const std::function<void(const Step&)>& done) {
  DeployResult result;
  // Killed while it is looked for, the write may still arrive: the next run has to know.
  const n8n::UnansweredNote note(
      api_, [this, &record] { keep_unanswered(record); }, [this](const n8n::Unanswered* write) { keep_sent(write); });
  try {
    Result<void> carried = carry_out_plan(api_, plan, done);
    if (carried.ok() && (api_.lost_writes() > 0 || !api_.unanswered().empty())) carried = refuse_late(plan);
    if (carried.ok()) carried = refuse_unregistered(plan);
    if (carried.ok()) {
      remember(plan);
      journal_.end(history_line("deployed", &plan));
      result.outcome = Outcome::deployed;
    } else {
      result.failure.remedy = carried.failure().remedy;
      undo_into(result, record, carried.failure().text);
    }
  } catch (const Error& error) {
    result.failure.remedy = error.message().remedy;
    undo_into(result, record, error.message().text);
    if (error.code() == ExitCode::interrupted && result.rollback && result.rollback->ok())
      result.outcome = Outcome::interrupted;
  }
  result.requests = api_.requests();
  result.writes = api_.writes();
  result.plan = std::move(plan);
  return result;
}

Record Deployment::open_record() const {
  std::optional<std::string> text = journal_.open_record();
  if (!text)
    throw usage_error(format("no interrupted deployment to {}", order_.environment),
                      "kairon deploy " + order_.environment);
  Result<Record> record = read_record(std::move(*text));
  if (!record.ok())
    throw environment_error(
        format("the open deploy journal in {} cannot be read: {}", journal_.folder(), record.failure().text));
  if (record->url != api_.base_url())
    throw environment_error(format("the interrupted deployment went to {}, but {} is {} now", record->url,
                                   order_.environment, api_.base_url()),
                            format("set kairon.env-{}.n8nUrl back for this one command", order_.environment));
  return std::move(record).value();
}

DeployResult Deployment::resume(const std::function<void(const Step&)>& done) {
  const file::Descriptor alone = journal_.hold();
  Record record = open_record();
  if (Result<n8n::Tree> sent = n8n::Tree::parse(journal_.sent()); sent.ok())
    api_.expect({n8n::unanswered_from(*sent)});  // it is what is wanted: the plan sends it again
  if (const auto late = still_possible(record); !late.empty())
    throw environment_error(format("{} was not answered and may still be carried out", n8n::described(late.front())),
                            format("kairon deploy {} --rollback looks for it", order_.environment));
  record.unanswered.clear();
  api_.wait_ready();
  const std::unique_ptr<n8n::Lock> held = lock(n8n::StaleLock::take_over);
  api_.time().wait(api_.patience().settle);  // what the killed run had under way
  order_.locals = record.locals;
  order_.only = record.only;
  order_.commit = record.commit;
  order_.prune = record.prune;
  order_.activate = record.activate;
  remotes_ = api_.workflows();
  Plan plan = compute(&record);
  if (!plan.problems.empty()) {
    DeployResult result;
    const Problem& first = plan.problems.front();
    result.failure.remedy = first.message.remedy;
    undo_into(result, record, first.where + ": " + first.message.text);
    return result;
  }
  add_plan(record, plan, remotes_);
  journal_.begin(to_text(record));
  return write(std::move(plan), record, done);
}

std::string Deployment::history_line(std::string_view result, const Plan* plan) const {
  json::Writer writer;
  writer.begin_object().key("at").string(utc_now()).key("environment").string(order_.environment);
  writer.key("commit").string(order_.commit).key("by").string(order_.by).key("result").string(result);
  writer.key("partial").boolean(!order_.only.empty());
  if (plan != nullptr) {
    const Effects effects = effects_of(*plan);
    for (const auto& [key, count] : {std::pair("create", effects.created),
                                     {"update", effects.updated},
                                     {"switch", effects.activated + effects.deactivated},
                                     {"unchanged", effects.unchanged},
                                     {"retire", effects.retired},
                                     {"prune", effects.deleted}})
      writer.key(key).integer(static_cast<long long>(count));
  }
  writer.key("requests").integer(static_cast<long long>(api_.requests()));
  return writer.end_object().take();
}

Deployment::References Deployment::check_references() {
  remotes_ = api_.workflows_when_ready();
  std::map<std::string, std::string> names;
  for (const n8n::Tree& remote : remotes_) names[remote["id"].string()] = remote["name"].string();
  std::set<std::string> ours;
  for (const n8n::Local& local : order_.locals) ours.insert(local.name);
  const std::optional<std::vector<n8n::Credential>> known = known_credentials();
  References found;
  for (const n8n::Tree& remote : remotes_) {
    if (remote["isArchived"].boolean_or(false) || !ours.contains(remote["name"].string())) continue;
    ++found.workflows;
    n8n::each_reference(remote, [&](const n8n::Reference& reference) {
      const auto callee = names.find(reference.id);
      const bool right =
          callee != names.end() && (reference.cached_name.empty() || reference.cached_name == callee->second);
      if (!right) {
        const std::string what = what_is_wrong(reference, names);
        found.dangling.push_back(
            format("'{}' {} ({}): {}", remote["name"].string(), reference.node, to_string(reference.kind), what));
      } else if (reference.kind == n8n::ReferenceKind::error_workflow) {
        ++found.errors;
      } else if (reference.kind == n8n::ReferenceKind::caller) {
        ++found.callers;
      } else {
        ++found.calls;
      }
    });
    if (known) count_credentials(remote, n8n::CredentialMap(*known), found);
  }
  return found;
}

}  // namespace kairon::deploy
