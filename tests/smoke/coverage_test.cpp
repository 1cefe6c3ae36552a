#include "smoke/coverage.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "json/document.h"
#include "lint/check.h"
#include "smoke/first_case.h"

using namespace kairon;
using smoke::CoverageInput;
using smoke::Reach;

namespace {

lint::TreeFile workflow_file(const std::string& name) {
  lint::TreeFile file;
  file.path = "n8n-workflows/" + name + ".json";
  file.facts.valid = true;
  file.facts.name = name;
  return file;
}

lint::TreeFile with_webhook(lint::TreeFile file, const std::string& path, const std::string& method = "POST") {
  workflow::WebhookFact hook;
  hook.method = method;
  hook.path = path;
  hook.space = "webhook";
  file.facts.webhooks.push_back(std::move(hook));
  return file;
}

lint::TreeFile calling(lint::TreeFile file, const std::string& name) {
  workflow::CallFact call;
  call.name = name;
  file.facts.calls.push_back(call);
  return file;
}

smoke::SmokeCase test_case(const std::string& name, const std::string& path) {
  smoke::SmokeCase test;
  test.name = name;
  test.path = "t/cases.json";
  test.webhook_path = path;
  return test;
}

std::string reaches(const smoke::CoverageReport& report) {
  std::string out;
  for (const smoke::CoveredWorkflow& one : report.workflows) {
    out += one.name + ":";
    for (const smoke::CoveringTest& test : one.tests)
      out += test.reach == Reach::webhook ? "w" : test.reach == Reach::called ? "c" : "n";
    out += " ";
  }
  return out;
}

const std::string kEntry = R"({"name": "Entry", "nodes": [
  {"name": "Hook", "type": "n8n-nodes-base.webhook", "typeVersion": 2, "position": [0, 0],
   "parameters": {"httpMethod": "POST", "path": "in"}},
  {"name": "Read", "type": "n8n-nodes-base.code", "typeVersion": 2, "position": [0, 0],
   "parameters": {"jsCode": "const m = $json.body;\nreturn [{json: {t: m.content.trim(), l: $json.body.author.login, id: m.message_id}}];"}},
  {"name": "Call", "type": "n8n-nodes-base.executeWorkflow", "typeVersion": 1.2, "position": [0, 0],
   "parameters": {"workflowId": {"__rl": true, "mode": "list", "value": "x", "cachedResultName": "Inner"}}}
 ], "connections": {}})";
const std::string kInner = R"({"name": "Inner", "nodes": [
  {"name": "Start", "type": "n8n-nodes-base.executeWorkflowTrigger", "typeVersion": 1.1, "position": [0, 0], "parameters": {}}
 ], "connections": {}})";
const std::string kCron = R"({"name": "Nightly Run", "nodes": [
  {"name": "At 3", "type": "n8n-nodes-base.scheduleTrigger", "typeVersion": 1.2, "position": [0, 0], "parameters": {}}
 ], "connections": {}})";
const std::string kAlone = R"({"name": "Alone", "nodes": [
  {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}}
 ], "connections": {}})";

repository::Snapshot tree() {
  repository::Snapshot snapshot;
  for (const auto& [path, content] :
       {std::pair{"w/Alone.json", kAlone}, {"w/Cron.json", kCron}, {"w/Entry.json", kEntry}, {"w/Inner.json", kInner}})
    snapshot.workflows.push_back({path, content});
  snapshot.read = [](const repository::SnapshotFile& file) { return file.identity; };
  return snapshot;
}

smoke::SmokeCase first_case_of(std::size_t index) {
  const repository::Snapshot snapshot = tree();
  smoke::CaseFile read =
      smoke::read_cases("t.json", smoke::first_case(snapshot, snapshot.workflows[index], config::load(nullptr)));
  for (const smoke::CaseProblem& problem : read.problems) FAIL_CHECK(problem.message.text);
  REQUIRE(read.cases.size() == 1);
  return read.cases.front();
}

}  // namespace

TEST_CASE("a case covers the workflow that it enters, and what that calls, over and over") {
  CoverageInput input;
  input.workflows = {calling(with_webhook(workflow_file("A"), "orders/:id"), "B"), calling(workflow_file("B"), "C"),
                     calling(workflow_file("C"), "A"), workflow_file("D"),
                     with_webhook(workflow_file("E"), "e", "GET")};
  input.cases = {test_case("one", "orders/7")};
  CHECK(reaches(smoke::coverage_of(input)) == "A:w B:c C:c D: E: ");
  input.cases = {test_case("wrong method", "e"), test_case("nowhere", "orders")};
  const auto report = smoke::coverage_of(input);
  CHECK(report.lost.size() == 2);
  CHECK(report.reachable == 0);
  CHECK(report.reachable_percent() == 0);
}

TEST_CASE("a webhook whose path only the server knows takes the messages that name no place") {
  CoverageInput input;
  input.workflows = {with_webhook(workflow_file("Main"), ""), with_webhook(workflow_file("Other"), "other")};
  input.cases = {test_case("default", "")};
  CHECK(reaches(smoke::coverage_of(input)) == "Main:w Other: ");
  input.webhook_path = "other";
  CHECK(reaches(smoke::coverage_of(input)) == "Main: Other:w ");
  input.webhook_path.clear();
  input.cases = {test_case("elsewhere", "third")};
  CHECK(reaches(smoke::coverage_of(input)) == "Main: Other: ");
}

TEST_CASE("tests named after a workflow count, and those that expect it") {
  CoverageInput input;
  input.workflows = {workflow_file("Route_Event"), workflow_file("Query DB"), workflow_file("Event")};
  input.other_tests = {"n8n-workflows/tests/test-route-event.sh", "n8n-workflows/tests/README.md"};
  input.cases = {test_case("asks", "")};
  input.cases.back().workflow = "Query DB";
  CHECK(reaches(smoke::coverage_of(input)) == "Route_Event:n Query DB:n Event: ");
  CHECK(smoke::coverage_text(smoke::coverage_of(input))
            .ends_with("reachable: 2 of 3 workflows (67 %) by 1 regression case and other tests, judged by the files "
                       "alone\n"));
  CHECK(smoke::coverage_text(smoke::coverage_of({})) == "there is no workflow that a test could exercise\n");
  const auto json = json::Document::parse(smoke::coverage_json(smoke::coverage_of(input)));
  REQUIRE(json.document);
  CHECK(json.document->root()["summary"]["reachable"].number() == 2);
  CHECK(json.document->root()["workflows"].at(0)["tests"].at(0)["reach"].string() == "named");
}

TEST_CASE("a first case enters where its workflow is reached, with what is read of the message") {
  const smoke::SmokeCase own = first_case_of(2);
  CHECK(own.webhook_path == "in");
  CHECK(own.workflow == "Entry");
  CHECK(own.data["content"].string() == "hello");
  CHECK(own.data["author"]["login"].string() == "test");
  CHECK(own.data["message_id"].string() == "{{run}}");
  CHECK_FALSE(own.data["content"].has("trim"));
  const smoke::SmokeCase called = first_case_of(3);
  CHECK(called.webhook_path == "in");
  CHECK(called.workflow == "Inner");
  const smoke::SmokeCase scheduled = first_case_of(1);
  CHECK(scheduled.webhook_path.starts_with("kairon-dev/"));
  CHECK(scheduled.environments == std::set<std::string>{"dev"});
  CHECK_THROWS_AS(first_case_of(0), Error);
}

TEST_CASE("what a first case says is counted as covering its workflow") {
  const repository::Snapshot snapshot = tree();
  CoverageInput input;
  for (const repository::SnapshotFile& file : snapshot.workflows)
    input.workflows.push_back({file.path, file.identity, lint::read_facts(file.identity, file.path)});
  input.cases = {first_case_of(1), first_case_of(3)};
  CHECK(reaches(smoke::coverage_of(input)) == "Alone: Nightly Run:w Entry:w Inner:c ");
}
