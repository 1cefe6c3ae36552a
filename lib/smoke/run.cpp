#include "smoke/run.h"

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "deploy/verify.h"
#include "http/url.h"

namespace kairon::smoke {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

milliseconds since(Clock::time_point begun) { return std::chrono::duration_cast<milliseconds>(Clock::now() - begun); }

std::string query_of(const n8n::Tree& data) {
  std::string out;
  for (const auto& [key, value] : data.members()) {
    const std::string shown = value.is_string() ? value.string() : value.dump();
    out += (out.empty() ? "?" : "&") + http::encode_component(key) + "=" + http::encode_component(shown);
  }
  return out;
}

void note_ran(CaseOutcome& outcome, const ExecutionTree& tree) {
  for (const n8n::Execution& one : tree.members) {
    outcome.executed.insert(one.workflow);
    add_ran(outcome.ran, one);
  }
}

WorkflowShare share_of_all(const std::vector<n8n::Local>& workflows, const std::vector<CaseOutcome>& outcomes) {
  RanWorkflows ran;
  for (const CaseOutcome& outcome : outcomes) add_ran(ran, outcome.ran);
  WorkflowShare all;
  for (const n8n::Local& local : workflows) {
    const WorkflowShare one = share_of(local.tree, ran[local.name]);
    all.nodes += one.nodes;
    all.branches += one.branches;
  }
  return all;
}

std::string running_in(const ExecutionTree& tree) {
  for (auto one = tree.members.rbegin(); one != tree.members.rend(); ++one)
    if (!one->finished()) return text::printable(one->workflow) + " is " + one->status;
  return tree.members.empty() ? "waiting for an execution" : "waiting for what it called";
}

}  // namespace

std::size_t SmokeReport::count(CaseResult result) const {
  return static_cast<std::size_t>(std::count_if(outcomes.begin(), outcomes.end(),
                                                [result](const CaseOutcome& one) { return one.result == result; }));
}

// What would make every case's verdict worthless: code that runs and is not the code that is shown,
// executions that are not kept.
std::vector<std::string> SmokeRun::look_at_server() {
  std::vector<std::string> problems;
  for (const n8n::Tree& row : api_.workflows()) {
    const std::string& name = row["name"].string();
    if (row["isArchived"].boolean_or(false) || !order_.deployed.contains(name)) continue;
    for (const char* key : {"saveDataSuccessExecution", "saveDataErrorExecution"})
      if (row["settings"][key].string() == "none")
        problems.push_back(format("{} keeps no executions ({} is none): nothing can be said about its runs",
                                  text::printable(name), key));
    look_at_answers(row, problems);
    if (!row["active"].boolean_or(false)) continue;
    const n8n::Reply reply = api_.workflow(row["id"].string());
    if (!reply.ok()) n8n::fail(reply, "reading " + name, api_.base_url());
    const n8n::Tree& version = reply.json["activeVersion"];
    if (version.is_object() && version["nodes"] != reply.json["nodes"])
      problems.push_back(
          format("n8n runs other nodes of {} than it shows: save and activate it again", text::printable(name)));
  }
  return problems;
}

// Recorded answers are in the nodes that replay them: without those of a case it would get the standard ones.
void SmokeRun::look_at_answers(const n8n::Tree& row, std::vector<std::string>& problems) const {
  const std::string& workflow = row["name"].string();
  for (const n8n::Tree& node : row["nodes"].items())
    for (const RecordedAnswer& one : order_.recorded) {
      if (one.node != workflow + "/" + node["name"].string()) continue;
      if (text::contains(node["parameters"]["jsCode"].string(), one.entries)) continue;
      problems.push_back(format("{} on the server lacks recorded answers of the cases: kairon deploy {}",
                                text::printable(one.node), order_.environment));
      return;
    }
}

std::string SmokeRun::reachable(const SmokeCase& test) {
  const std::string path = test.webhook_path.empty() ? order_.webhook_path : test.webhook_path;
  if (path.empty())
    throw usage_error(
        format("{}:{}: the case names no webhook_path, and [smoke] webhookPath is not set", test.path, test.line),
        "git config kairon.smoke.webhookPath PATH, or WEBHOOK_PATH in .env");
  const auto [known, is_new] = reachable_.try_emplace(test.method + " " + path);
  if (is_new && deploy::probe_webhook(api_, path, {test.method}) == deploy::Probe::absent)
    known->second = format("no active workflow listens at {} /webhook/{}; kairon deploy {} activates those under test",
                           test.method, text::printable(path), order_.environment);
  return known->second;
}

http::Response SmokeRun::send(const SmokeCase& test, const n8n::Tree& data, const std::string& mark,
                              milliseconds patience) {
  http::Request request;
  request.method = test.method;
  request.url = api_.base_url() + "/webhook/" + (test.webhook_path.empty() ? order_.webhook_path : test.webhook_path);
  request.headers = {{n8n::kCaseHeader, mark}};
  request.timeout = patience;
  if (test.method == "GET" || test.method == "DELETE") {
    request.url += query_of(data);
  } else {
    request.body = data.dump();
  }
  return api_.plain(std::move(request));
}

CaseFacts SmokeRun::exchange(const SmokeCase& test, const n8n::Tree& data, const std::string& id,
                             const Listener& listener) {
  const milliseconds patience = test.within.value_or(order_.patience);
  WatchOrder order;
  order.mark = unique_id();
  order.id = id;
  order.after = log_.newest();
  order.deadline = Clock::now() + patience;
  const http::Response response = send(test, data, order.mark, patience);
  CaseFacts facts;
  facts.status = response.status;
  facts.answer = response.body;
  if (!response.answered()) facts.no_answer = response.problem;
  if (!response.answered() && !response.maybe_done())
    throw environment_error(response.problem, "check that n8n runs, then repeat the command");
  // An answer that came late leaves time for one look at what happened.
  order.deadline = std::max(order.deadline, Clock::now() + milliseconds(300));
  if (facts.status >= 400) order.silence = milliseconds(1500);
  facts.tree = watch(log_, order, [&](const ExecutionTree& tree) {
    if (listener.doing) listener.doing(test, running_in(tree));
  });
  return facts;
}

Rows SmokeRun::rows_of(const std::string& id) {
  const Result<Rows> rows = rows_->rows_of(id);
  if (!rows.ok()) throw environment_error(rows.failure());
  return *rows;
}

// The messages that the case builds on: they have to work, but are not what is being tested.
bool SmokeRun::send_before(CaseOutcome& outcome, const Listener& listener) {
  for (const n8n::Tree& data : outcome.test.before) {
    SmokeCase plain = outcome.test;
    plain.rows = {};
    plain.status.reset();
    plain.executions = Executions::success;
    plain.workflow.clear();
    plain.last_node.clear();
    plain.nodes.clear();
    const CaseFacts facts = exchange(plain, personal(data, outcome.id), outcome.id, listener);
    if (!outcome.test.before_may_fail)
      for (const std::string& line : judge_case(plain, facts))
        outcome.failures.push_back("a message before it: " + line);
    note_ran(outcome, facts.tree);
    outcome.tree = facts.tree;
    if (!outcome.failures.empty()) return false;
  }
  return true;
}

void SmokeRun::run_case(CaseOutcome& outcome, const Listener& listener) {
  const SmokeCase& test = outcome.test;
  if (std::string wrong = reachable(test); !wrong.empty()) {
    outcome.failures.push_back(std::move(wrong));
    return;
  }
  if (!send_before(outcome, listener)) return;
  const bool counts_rows = test.rows.any();
  const Rows before = counts_rows ? rows_of(outcome.id) : Rows{};
  CaseFacts facts = exchange(test, personal(test.data, outcome.id), outcome.id, listener);
  if (counts_rows) facts.delta = rows_of(outcome.id) - before;
  outcome.failures = judge_case(test, facts);
  for (const SqlCheck& check : test.sql)
    if (const Result<void> checked = rows_->check(check, outcome.id); !checked.ok())
      outcome.failures.push_back(checked.failure().text);
  outcome.status = facts.status;
  outcome.tree = std::move(facts.tree);
  note_ran(outcome, outcome.tree);
}

void SmokeRun::add_strays(SmokeReport& report, long long after) {
  std::set<long long> ours;
  for (const CaseOutcome& outcome : report.outcomes)
    for (const n8n::Execution& one : outcome.tree.members) ours.insert(one.id);
  for (const n8n::Execution& one : log_.since(after))
    if (one.finished() && !one.ok() && !ours.contains(one.id))
      report.strays.push_back({one.id, one.workflow, one.error});
}

SmokeReport SmokeRun::run(const std::vector<SmokeCase>& cases, const Listener& listener) {
  const Clock::time_point begun = Clock::now();
  SmokeReport report;
  report.environment = order_.environment;
  report.deployed = order_.deployed;
  report.problems = look_at_server();
  const long long first = log_.newest();
  for (const SmokeCase& test : cases) {
    CaseOutcome outcome;
    outcome.test = test;
    outcome.id = message_id_of(test);
    const Clock::time_point started = Clock::now();
    if (listener.doing) listener.doing(test, "sending");
    if (!test.is_for(order_.environment)) {
      outcome.result = CaseResult::skipped;
    } else {
      run_case(outcome, listener);
      if (!outcome.failures.empty()) outcome.result = CaseResult::failed;
    }
    outcome.elapsed = since(started);
    for (const std::string& name : outcome.executed)
      if (report.deployed.contains(name)) report.executed.insert(name);
    for (const n8n::Execution& one : outcome.tree.members)
      if (one.finished() && !one.ok()) ++report.failed_executions;
    if (listener.done) listener.done(outcome);
    report.outcomes.push_back(std::move(outcome));
  }
  if (order_.workflows != nullptr) report.share = share_of_all(*order_.workflows, report.outcomes);
  add_strays(report, first);
  report.elapsed = since(begun);
  return report;
}

}  // namespace kairon::smoke
