#include "overview/servers.h"

#include <algorithm>
#include <cmath>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/process.h"
#include "base/text.h"
#include "deploy/deployments.h"
#include "health/probe.h"
#include "json/document.h"
#include "target/session.h"

namespace kairon::overview {

namespace {

/// The clocks of two machines, and the time between the two records of one deployment.
constexpr double kSameDeployment = 120;

/// What the environment's database remembers; through the tunnel where there is one.
Result<std::vector<deploy::PastDeployment>> deployments_of(const config::Settings& settings, const std::string& name) {
  const config::Target target = settings.target(name);
  if (target.database.empty()) return std::vector<deploy::PastDeployment>();
  if (target.ssh_host.empty() || !target.configured()) return deploy::past_deployments(target.database, name);
  const target::DeploySession session(target::required_target(settings, name));
  return deploy::past_deployments(session.target().database, name);
}

void write_health(json::Writer& writer, const std::vector<health::HealthLine>& lines) {
  writer.key("health").begin_array();
  for (const health::HealthLine& line : lines) {
    writer.begin_object().key("check").string(line.check).key("detail").string(line.message.text);
    writer.key("status").string(health::condition_name(line.condition)).key("remedy").string(line.message.remedy);
    writer.key("reached").boolean(line.reach == health::Reach::reached).end_object();
  }
  writer.end_array();
}

void write_deployments(json::Writer& writer, const Result<std::vector<deploy::PastDeployment>>& past) {
  writer.key("problem").string(past.ok() ? std::string() : past.failure().text);
  writer.key("deployments").begin_array();
  if (past.ok()) {
    for (const deploy::PastDeployment& one : *past) {
      writer.begin_object().key("at").integer(one.at).key("result").string(one.row.result);
      writer.key("commit").string(one.row.commit).key("by").string(one.row.by).end_object();
    }
  }
  writer.end_array();
}

health::Condition condition_of(std::string_view name) {
  for (const health::Condition one : {health::Condition::ok, health::Condition::degraded})
    if (health::condition_name(one) == name) return one;
  return health::Condition::unknown;
}

bool is_known(const std::vector<EventFact>& events, const EventFact& event) {
  return std::any_of(events.begin(), events.end(), [&](const EventFact& one) {
    return one.environment == event.environment && one.what == event.what &&
           std::abs(std::difftime(one.at, event.at)) <= kSameDeployment;
  });
}

/// The first line of what a child said on its way out.
std::string first_words(const std::string& errors) {
  const std::vector<std::string_view> lines = text::lines(errors);
  return lines.empty() ? std::string("it said nothing") : text::printable(lines.front());
}

}  // namespace

std::string look_at(git::GitSource& source, const config::Settings& settings, const std::string& name) {
  const auto window = std::chrono::duration_cast<std::chrono::seconds>(settings.value(config::kHealthWindow));
  json::Writer writer;
  writer.begin_object();
  write_health(writer, health::look_at_environment({settings, &source, window}, name, ""));
  try {
    write_deployments(writer, deployments_of(settings, name));
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    write_deployments(writer, Failure{error.message().text});
  }
  return writer.end_object().take();
}

bool add_answer(const std::string& name, std::string_view answer, Facts& facts) {
  const json::Document::Parsed parsed = json::Document::parse(std::string(answer));
  if (!parsed.document || !parsed.document->root()["health"].is_array()) return false;
  const json::Value root = parsed.document->root();
  ServerFact fact{name, {}};
  std::erase_if(facts.health, [&](const health::HealthLine& line) { return line.environment == name; });
  for (const json::Value line : root["health"]) {
    facts.health.push_back({name,
                            std::string(line["check"].string()),
                            condition_of(line["status"].string()),
                            {std::string(line["detail"].string()), std::string(line["remedy"].string())}});
    if (!line["reached"].boolean(true) && fact.problem.empty())
      fact.problem = format("{}: {}", line["check"].string(), line["detail"].string());
  }
  if (const std::string_view problem = root["problem"].string(); !problem.empty())
    facts.health.push_back({name, "deployments", health::Condition::unknown, {std::string(problem), ""}});
  std::vector<EventFact> fresh;
  for (const json::Value one : root["deployments"]) {
    EventFact event = deployment_event(name, static_cast<std::time_t>(one["at"].number()), one["result"].string(),
                                       one["commit"].string(), one["by"].string());
    if (!is_known(facts.deployments, event)) fresh.push_back(std::move(event));
  }
  facts.deployments.insert(facts.deployments.end(), fresh.begin(), fresh.end());
  tidy(facts.deployments);
  facts.servers.push_back(std::move(fact));
  return true;
}

void ask_environment(const std::string& name, std::chrono::milliseconds limit, Facts& facts) {
  process::Command command;
  command.argv = {environment::executable_folder() + "/kairon", "report", "--look", name};
  command.environment = environment::all();
  command.timeout = limit;
  const Result<process::Outcome> outcome = process::run(command);
  if (!outcome.ok()) {
    facts.servers.push_back({name, outcome.failure().text});
  } else if (outcome->timed_out) {
    facts.servers.push_back({name, format("no answer within {:.0f} s", std::chrono::duration<double>(limit).count())});
  } else if (!outcome->ok() || !add_answer(name, outcome->output, facts)) {
    facts.servers.push_back({name, first_words(outcome->errors)});
  }
}

}  // namespace kairon::overview
