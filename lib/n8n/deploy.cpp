#include "n8n/deploy.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "n8n/canonical.h"
#include "n8n/write.h"

namespace kairon::n8n {

namespace {

std::set<std::string> names_of(const std::vector<Tree>& workflows) {
  std::set<std::string> names;
  for (const Tree& one : workflows)
    if (!one["isArchived"].boolean_or(false)) names.insert(one["name"].string());
  return names;
}

}  // namespace

Plan Deployment::plan(const std::function<void(std::string_view)>& say) {
  if (journal_.open_record())
    throw environment_error(
        format("a deployment to {} was interrupted and is neither finished nor undone", order_.environment),
        format("kairon deploy {0} --resume finishes it, kairon deploy {0} --rollback undoes it", order_.environment));
  api_.wait_ready(say);
  return compute(false);
}

Plan Deployment::compute(bool trust_server) {
  remotes_ = api_.workflows();
  const State state = read_state(journal_.state());
  PlanInput input;
  input.locals = order_.locals;
  input.remotes = remotes_;
  input.credentials = api_.credentials();
  if (!input.credentials && !order_.n8n_database.empty())
    input.credentials = credentials_in_database(order_.n8n_database);
  input.publishes = api_.publishes();
  input.only = order_.only;
  input.activate = order_.activate;
  input.overwrite = order_.overwrite || trust_server;
  input.prune = order_.prune;
  for (const auto& [name, print] : state) input.gone.insert(name);
  std::set<std::string> strangers = names_of(remotes_);
  for (const Local& local : order_.locals) {
    strangers.erase(local.name);
    input.gone.erase(local.name);
  }
  if (!strangers.empty() && order_.only.empty())
    for (const std::string& name : past_.names())
      if (strangers.contains(name)) input.gone.insert(name);
  input.is_ours = [this, &state](const std::string& name, const std::string& print) {
    const auto left = state.find(name);
    return (left != state.end() && left->second == print) || past_.has(name, print);
  };
  return make_plan(std::move(input));
}

std::unique_ptr<Lock> Deployment::lock(StaleLock stale) {
  if (!order_.lock_database.empty()) return lock_in_database(order_.lock_database, order_.by);
  return lock_with_tag(api_, order_.by, stale);
}

DeployResult Deployment::carry_out(Plan plan, const std::function<void(const Step&)>& done) {
  DeployResult result;
  if (!plan.has_writes()) {
    remember(plan);
    journal_.note(history_line("unchanged", &plan));
    result.requests = api_.requests();
    return result;
  }
  const std::unique_ptr<Lock> held = lock(StaleLock::respect);
  refuse_changes_since(plan);
  Record record;
  record.environment = order_.environment;
  record.url = api_.base_url();
  record.commit = order_.commit;
  record.by = order_.by;
  record.begun = utc_now();
  record.prune = order_.prune;
  record.activate = order_.activate;
  for (const Local& local : order_.locals)
    if (order_.only.empty() || order_.only.contains(local.name)) record.locals.push_back(local);
  for (const Step& step : plan.steps)
    if (step.action == Action::retire || step.action == Action::prune) record.gone.insert(step.name);
  add_plan(record, plan, remotes_);
  journal_.begin(to_text(record));
  return write(std::move(plan), record, done);
}

// Between the plan (and its approval) and the lock somebody else may have written.
void Deployment::refuse_changes_since(const Plan& plan) {
  const std::vector<Tree> now = api_.workflows();
  for (const Step& step : plan.steps) {
    const auto same_name = [&](const Tree& one) {
      return one["name"].string() == step.name && !one["isArchived"].boolean_or(false);
    };
    const auto found = std::find_if(now.begin(), now.end(), same_name);
    const bool same = found == now.end()
                          ? step.id.empty()
                          : (*found)["id"].string() == step.id && (*found)["updatedAt"] == step.before["updatedAt"];
    if (!same && step.action != Action::keep)
      throw environment_error(
          format("'{}' was changed on the server while this deployment was being prepared", step.name),
          "repeat the command");
  }
}

DeployResult Deployment::write(Plan plan, const Record& record, const std::function<void(const Step&)>& done) {
  DeployResult result;
  try {
    const Result<void> carried = carry_out_plan(api_, plan, done);
    if (carried.ok()) {
      remember(plan);
      journal_.end(history_line("deployed", &plan));
      result.outcome = Outcome::deployed;
    } else {
      result.remedy = carried.failure().remedy;
      undo_into(result, record, carried.failure().message);
    }
  } catch (const Error& error) {
    result.remedy = error.remedy();
    undo_into(result, record, error.message());
    if (error.code() == ExitCode::interrupted && result.rollback && result.rollback->ok())
      result.outcome = Outcome::interrupted;
  }
  result.requests = api_.requests();
  result.writes = api_.writes();
  return result;
}

void Deployment::undo_into(DeployResult& result, const Record& record, std::string why) {
  signals::clear();
  const signals::Shield shield;
  result.failure = std::move(why);
  try {
    result.rollback = roll_back(api_, record);
  } catch (const Error& error) {
    result.rollback = RollbackReport{{}, {error.message()}};
  }
  result.outcome = result.rollback->ok() ? Outcome::rolled_back : Outcome::rollback_failed;
  if (result.rollback->ok()) journal_.end(history_line("rolled back", nullptr));
}

Record Deployment::open_record() const {
  std::optional<std::string> text = journal_.open_record();
  if (!text)
    throw usage_error(format("no interrupted deployment to {}", order_.environment),
                      "kairon deploy " + order_.environment);
  Result<Record> record = read_record(std::move(*text));
  if (!record.ok())
    throw environment_error(
        format("the open deploy journal in {} cannot be read: {}", journal_.folder(), record.failure().message));
  return std::move(record).value();
}

DeployResult Deployment::resume(const std::function<void(const Step&)>& done) {
  Record record = open_record();
  api_.wait_ready();
  const std::unique_ptr<Lock> held = lock(StaleLock::take_over);
  order_.locals = record.locals;
  order_.commit = record.commit;
  order_.prune = record.prune;
  order_.activate = record.activate;
  Plan plan = compute(true);
  if (!plan.problems.empty()) {
    DeployResult result;
    const Problem& first = plan.problems.front();
    result.remedy = first.help;
    undo_into(result, record, first.where + ": " + first.message);
    return result;
  }
  add_plan(record, plan, remotes_);
  journal_.begin(to_text(record));
  return write(std::move(plan), record, done);
}

RollbackReport Deployment::undo() {
  const Record record = open_record();
  api_.wait_ready();
  const std::unique_ptr<Lock> held = lock(StaleLock::take_over);
  const signals::Shield shield;
  RollbackReport report = roll_back(api_, record);
  order_.commit = record.commit;
  if (report.ok()) journal_.end(history_line("rolled back", nullptr));
  return report;
}

void Deployment::remember(const Plan& plan) {
  State state = read_state(journal_.state());
  const Naming naming = [&plan] {
    std::set<std::string> known;
    for (const auto& [name, id] : plan.ids) known.insert(name);
    return Naming(plan.names_by_id, std::move(known));
  }();
  for (const Step& step : plan.steps) {
    if (step.action == Action::prune) state.erase(step.name);
    if (step.action == Action::prune || step.action == Action::retire) continue;
    state[step.name] = fingerprint(canonical(step.body, [&naming](const Reference& reference) {
      const Result<std::string> name = naming.name_of(reference);
      return name.ok() ? *name : "id:" + reference.id;
    }));
  }
  journal_.set_state(to_text(state));
}

std::string Deployment::history_line(std::string_view result, const Plan* plan) const {
  json::Writer writer;
  writer.begin_object().key("at").string(utc_now()).key("environment").string(order_.environment);
  writer.key("commit").string(order_.commit).key("by").string(order_.by).key("result").string(result);
  if (plan != nullptr)
    for (const Action action : {Action::create, Action::update, Action::keep, Action::retire, Action::prune})
      writer.key(to_string(action)).integer(static_cast<long long>(plan->count(action)));
  writer.key("requests").integer(static_cast<long long>(api_.requests()));
  return writer.end_object().take();
}

Deployment::References Deployment::check_references() {
  api_.wait_ready();
  const std::vector<Tree> remotes = api_.workflows();
  std::map<std::string, std::string> names;
  for (const Tree& remote : remotes) names[remote["id"].string()] = remote["name"].string();
  std::set<std::string> ours;
  for (const Local& local : order_.locals) ours.insert(local.name);
  References found;
  for (const Tree& remote : remotes) {
    if (remote["isArchived"].boolean_or(false) || !ours.contains(remote["name"].string())) continue;
    each_reference(remote, [&](const Reference& reference) {
      const auto callee = names.find(reference.id);
      const bool right =
          callee != names.end() && (reference.cached_name.empty() || reference.cached_name == callee->second);
      if (!right) {
        found.dangling.push_back(format("'{}' {} ({}): no workflow {}", remote["name"].string(), reference.node,
                                        to_string(reference.kind), reference.id));
      } else if (reference.kind == ReferenceKind::error_workflow) {
        ++found.errors;
      } else if (reference.kind == ReferenceKind::caller) {
        ++found.callers;
      } else {
        ++found.calls;
      }
    });
  }
  return found;
}

}  // namespace kairon::n8n
