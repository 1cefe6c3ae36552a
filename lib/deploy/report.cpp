#include "deploy/report.h"

#include "base/format.h"
#include "base/message.h"
#include "base/shell_word.h"
#include "base/terminal.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::deploy {

namespace {

using terminal::Channel;
using terminal::Style;

void line(const std::string& text) { terminal::print(Channel::out, text); }

std::string_view past_tense(const Step& step) {
  switch (step.action) {
    case Action::create:
      return "created";
    case Action::update:
      return "updated";
    case Action::switch_state:
      return step.active ? "activated" : "deactivated";
    case Action::retire:
      return "retired";
    case Action::prune:
      return "deleted";
    case Action::keep:
      break;
  }
  return "unchanged";
}

void write_steps(json::Writer& writer, const Plan& plan) {
  writer.key("workflows").begin_array();
  for (const Step& step : plan.steps) {
    writer.begin_object().key("name").string(step.name).key("path").string(step.path);
    writer.key("action").string(to_string(step.action)).key("active").boolean(step.active);
    writer.key("changes").begin_array();
    for (const std::string& change : step.changes) writer.string(change);
    writer.end_array().end_object();
  }
  writer.end_array();
}

void write_problems(json::Writer& writer, const Plan& plan) {
  writer.key("problems").begin_array();
  for (const Problem& problem : plan.problems) {
    writer.begin_object().key("where").string(problem.where).key("message").string(problem.message.text);
    writer.key("help").string(problem.message.remedy).end_object();
  }
  writer.end_array();
}

/// What changes against what the server runs, both as they mean the same on every server.
std::string described(const ChangeWords::Describe& describe, const Step& step) {
  if (!describe || (step.action != Action::create && step.action != Action::update)) return {};
  return describe(step.name, step.live.is_null() ? std::string() : step.live.dump(), step.wanted.dump());
}

void write_result(json::Writer& writer, const DeployResult& result) {
  writer.key("outcome").string(outcome_name(result.outcome));
  writer.key("requests").integer(static_cast<long long>(result.requests));
  writer.key("writes").integer(static_cast<long long>(result.writes));
  if (!result.failure.text.empty()) writer.key("failure").string(result.failure.text);
  if (!result.rollback) return;
  writer.key("rollback").begin_object().key("done").begin_array();
  for (const std::string& one : result.rollback->done) writer.string(one);
  writer.end_array().key("problems").begin_array();
  for (const std::string& one : result.rollback->problems) writer.string(one);
  writer.end_array().key("unsettled").begin_array();
  for (const std::string& one : result.rollback->unsettled) writer.string(one);
  writer.end_array().key("note").string(result.rollback->note).end_object();
}

std::string error_lead(std::string_view where) {
  return format("{}: {} ", text::printable(where), terminal::styled(Channel::err, Style::red, "error:"));
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::nothing_to_do:
      return "unchanged";
    case Outcome::deployed:
      return "deployed";
    case Outcome::rolled_back:
      return "rolled back";
    case Outcome::unsettled:
      return "unsettled";
    case Outcome::rollback_failed:
      return "rollback failed";
    case Outcome::interrupted:
      break;
  }
  return "interrupted";
}

void print_plan(Channel channel, const std::string& environment, const Plan& plan, const ChangeWords& words) {
  const auto say = [channel](const std::string& text) { terminal::print(channel, text); };
  say(format("{}: {} to create, {} to update, {} to switch, {} gone from git, {} unchanged; {}, {}", environment,
             plan.count(Action::create), plan.count(Action::update), plan.count(Action::switch_state),
             plan.count(Action::retire) + plan.count(Action::prune), plan.count(Action::keep),
             text::counted(plan.resolved_calls, "reference"), text::counted(plan.resolved_errors, "error workflow")));
  for (const Step& step : plan.steps) {
    if (step.action == Action::keep) continue;
    const std::string line = described(words.line, step);
    say(format("  {:9} {}", to_string(step.action), line.empty() ? text::printable(step.name) : line));
    for (const std::string& change : step.changes) say("            " + text::printable(change));
    if (const std::string whole = described(words.whole, step); !whole.empty()) terminal::write(channel, whole);
  }
  for (const std::string& note : plan.notes) say("  note: " + text::printable(note));
  for (const Problem& problem : plan.problems) {
    terminal::print(Channel::err, rendered(error_lead(problem.where), printable(problem.message)));
  }
}

void print_step(const Step& step) { line(format("  {:11} {}", past_tense(step), text::printable(step.name))); }

void print_drift(const std::string& environment, const Drift& drift) {
  const auto error = [](const std::string& text) { terminal::print(Channel::err, "error: " + text); };
  for (const Edit& edit : drift.edited) {
    error(format("edited on the server since it was deployed: {}", shown(edit)));
    terminal::print(Channel::err,
                    format("help: kairon deploy pull {} takes the edit into the work tree, kairon deploy {} "
                           "--overwrite drops it",
                           shell_word(edit.workflow), environment));
  }
  for (const std::string& name : drift.absent) error(format("'{}' was deleted on the server", text::printable(name)));
  if (drift.same + drift.edited.size() == 0) return;
  line(format("{}: {} as deployed, {} edited since, {} deleted", environment, text::counted(drift.same, "workflow"),
              drift.edited.size(), drift.absent.size()));
}

std::string unsettled_help(const std::string& environment) {
  return format("help: kairon deploy {} --rollback looks for it again; ten minutes after it was sent it counts as lost",
                environment);
}

void print_rollback(const RollbackReport& report) {
  for (const std::string& one : report.done) line("  rollback: " + one);
  for (const std::string& one : report.problems) terminal::print(Channel::err, "  rollback: error: " + one);
  for (const std::string& one : report.unsettled)
    terminal::print(Channel::err, format("  rollback: error: {} was not answered and may still be carried out", one));
  if (!report.note.empty()) terminal::print(Channel::err, "note: " + report.note);
}

std::string effects_line(const DeployResult& result) {
  switch (result.outcome) {
    case Outcome::deployed:
    case Outcome::nothing_to_do:
      break;
    case Outcome::rolled_back:
    case Outcome::interrupted:
      return "every workflow is as before";
    case Outcome::unsettled:
      return "every workflow is as before, but a write may still be carried out";
    case Outcome::rollback_failed:
      return "not every workflow is as before";
  }
  const Effects effects = effects_of(result.plan);
  std::string line = format("{} created, {} updated", effects.created, effects.updated);
  for (const auto& [count, what] : {std::pair(effects.activated, "activated"),
                                    {effects.deactivated, "deactivated"},
                                    {effects.retired, "retired"},
                                    {effects.deleted, "deleted"}})
    if (count > 0) line += format(", {} {}", count, what);
  return line + format(", {} unchanged", effects.unchanged);
}

void print_result(const std::string& environment, const DeployResult& result, std::chrono::milliseconds elapsed) {
  if (!result.failure.text.empty()) {
    terminal::print(Channel::err, rendered(error_lead(environment), printable(result.failure)));
  }
  if (result.rollback) print_rollback(*result.rollback);
  if (result.outcome == Outcome::rollback_failed)
    terminal::print(Channel::err,
                    format("help: when the server is well again: kairon deploy {} --rollback", environment));
  if (result.outcome == Outcome::unsettled) terminal::print(Channel::err, unsettled_help(environment));
  line(format("{}: {} ({}; {}, {}, {} ms)", environment, outcome_name(result.outcome), effects_line(result),
              text::counted(result.requests, "request"), text::counted(result.writes, "write"), elapsed.count()));
}

std::string to_json(const std::string& environment, const Plan& plan, const std::vector<std::string>& migrations,
                    const DeployResult* result, std::chrono::milliseconds elapsed) {
  json::Writer writer(json::Writer::Style::pretty);
  writer.begin_object().key("version").integer(1).key("environment").string(environment);
  writer.key("references").begin_object().key("calls").integer(static_cast<long long>(plan.resolved_calls));
  writer.key("errorWorkflows").integer(static_cast<long long>(plan.resolved_errors)).end_object();
  writer.key("migrations").begin_array();
  for (const std::string& version : migrations) writer.string(version);
  writer.end_array();
  write_steps(writer, plan);
  write_problems(writer, plan);
  writer.key("notes").begin_array();
  for (const std::string& note : plan.notes) writer.string(note);
  writer.end_array();
  if (result != nullptr) write_result(writer, *result);
  writer.key("elapsed_ms").integer(elapsed.count());
  return writer.end_object().take();
}

}  // namespace kairon::deploy
