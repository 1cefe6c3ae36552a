#include <doctest/doctest.h>

#include <algorithm>

#include "smoke/run.h"

using namespace kairon;
using namespace kairon::n8n;
using namespace kairon::smoke;

namespace {

Execution execution(long long id, const char* workflow, const char* status, long long parent = 0) {
  Execution one;
  one.id = id;
  one.workflow = workflow;
  one.status = status;
  one.parent = parent;
  one.mode = parent == 0 ? "webhook" : "integrated";
  if (parent == 0) one.mark = "m";
  if (one.status == "error") one.error = "boom";
  return one;
}

CaseFacts facts(std::vector<Execution> members) {
  CaseFacts out;
  out.status = 200;
  out.tree.members = std::move(members);
  return out;
}

bool has(const std::vector<std::string>& lines, std::string_view part) {
  return std::any_of(lines.begin(), lines.end(),
                     [part](const std::string& line) { return line.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("a message that executed nothing is a failure, whatever the webhook answered") {
  CHECK(has(judge_case({}, facts({})), "executed nothing"));
  CHECK(judge_case({}, facts({execution(1, "In", "success")})).empty());
}

TEST_CASE("one failed execution anywhere in the tree fails the case") {
  std::vector<Execution> members{execution(1, "In", "success"), execution(2, "Sub", "error", 1)};
  members[1].error_node = "Insert";
  CHECK(has(judge_case({}, facts(members)), "Sub (execution 2) failed at 'Insert': boom"));
  members[1].status = "running";
  CHECK(has(judge_case({}, facts(members)), "Sub (execution 2) was still running"));
  members[1].status = "canceled";
  CHECK(has(judge_case({}, facts(members)), "Sub (execution 2) failed"));
}

TEST_CASE("an expected error has to happen, where it was expected, and be handled") {
  SmokeCase test;
  test.executions = Executions::error;
  test.workflow = "Sub";
  CHECK(has(judge_case(test, facts({execution(1, "In", "success"), execution(2, "Sub", "success", 1)})),
            "Sub was to fail, but did not"));
  CHECK(has(judge_case(test, facts({execution(1, "In", "error"), execution(2, "Sub", "success", 1)})),
            "Sub was to fail, but did not"));
  std::vector<Execution> members{execution(1, "In", "error"), execution(2, "Sub", "error", 1)};
  CHECK(judge_case(test, facts(members)).empty());
  members[1].error_workflow = "handler";
  CHECK(has(judge_case(test, facts(members)), "Sub (execution 2) failed, but its error workflow did not run"));
  Execution handler = execution(3, "On_Error", "success");
  handler.mode = "error";
  handler.mark.clear();
  handler.handles = 2;
  members.push_back(handler);
  CHECK(judge_case(test, facts(members)).empty());
  members[2].status = "error";
  CHECK(has(judge_case(test, facts(members)), "On_Error (execution 3) failed"));
}

TEST_CASE("answer, place, swallowed errors and rows are judged") {
  SmokeCase test;
  test.last_node = "End";
  Execution root = execution(1, "In", "success");
  root.last_node = "Middle";
  CHECK(has(judge_case(test, facts({root})), "the last node was to be 'End', but it was 'Middle'"));
  root.last_node = "End";
  CHECK(judge_case(test, facts({root})).empty());
  test.workflow = "Sub";
  CHECK(has(judge_case(test, facts({root})), "Sub was not executed"));

  root.swallowed = {{"Insert", "no such column", false}};
  CHECK(has(judge_case({}, facts({root})), "'Insert' failed and its workflow went on: no such column"));
  SmokeCase tolerant;
  tolerant.tolerated = {"Insert"};
  CHECK(judge_case(tolerant, facts({root})).empty());
  root.swallowed = {{"Insert", "handled by its error output", true}};
  CHECK(judge_case({}, facts({root})).empty());

  CaseFacts refused = facts({root});
  refused.status = 500;
  CHECK(has(judge_case({}, refused), "answered 500, expected 2xx"));
  SmokeCase wants;
  wants.status = 500;
  CHECK(judge_case(wants, refused).empty());

  SmokeCase counted;
  counted.rows.events = 1;
  CaseFacts rows = facts({root});
  rows.delta = Rows{2, 0, 0, {}};
  CHECK(has(judge_case(counted, rows), "events_created: expected 1, got 2"));
  CHECK(has(judge_case({}, facts({root, execution(5, "In", "success")})), "one message started 2 executions"));
}

TEST_CASE("the types of projections are all rows, or the distinct ones") {
  ExpectedRows expected;
  expected.types = {"note", "todo"};
  CHECK(compare(expected, Rows{0, 0, 2, {{"note", 1}, {"todo", 1}}}).empty());
  CHECK_FALSE(compare(expected, Rows{0, 0, 3, {{"note", 2}, {"todo", 1}}}).empty());
  expected.projections = 3;
  CHECK(compare(expected, Rows{0, 0, 3, {{"note", 2}, {"todo", 1}}}).empty());
  CHECK_FALSE(compare(expected, Rows{0, 0, 3, {{"note", 3}}}).empty());
  const Rows delta = Rows{3, 1, 2, {{"note", 2}}} - Rows{2, 1, 1, {{"note", 1}, {"gone", 1}}};
  CHECK(delta.events == 1);
  CHECK(delta.types == std::map<std::string, long long>{{"note", 1}, {"gone", -1}});
}

TEST_CASE("executions are attributed by mark, caller and failure; others are left out") {
  std::vector<Execution> all{execution(1, "In", "error"), execution(2, "Other", "error"),
                             execution(3, "Sub", "error", 1), execution(4, "Foreign sub", "error", 2),
                             execution(5, "Deep", "success", 3)};
  all[1].mark = "someone else";
  Execution handler = execution(6, "On_Error", "success");
  handler.mark.clear();
  handler.handles = 3;
  all.push_back(handler);
  handler.id = 7;
  handler.handles = 2;
  all.push_back(handler);
  Execution called_by_http = execution(8, "Second entry", "success");
  called_by_http.mark.clear();
  called_by_http.started = R"({"body":{"message_id":"123456"}})";
  all.push_back(called_by_http);
  const ExecutionTree tree = caused_by(all, "m", "123456");
  std::vector<long long> ids;
  for (const Execution& one : tree.members) ids.push_back(one.id);
  CHECK(ids == std::vector<long long>{1, 3, 5, 6, 8});
  CHECK(tree.roots().size() == 1);
}

TEST_CASE("an execution is read from n8n's answer") {
  const Result<Tree> answer = Tree::parse(R"({"id": "12", "workflowId": "w", "mode": "webhook", "status": "success",
    "workflowData": {"name": "In", "settings": {"errorWorkflow": "e"}, "nodes": [
      {"name": "Hook"}, {"name": "SQL", "continueOnFail": true}, {"name": "HTTP", "onError": "continueErrorOutput"}]},
    "data": {"resultData": {"lastNodeExecuted": "HTTP", "runData": {
      "Hook": [{"source": [], "data": {"main": [[{"json": {"headers": {"x-kairon-case": "77"}, "body": {"message_id": "9"}}}]]}}],
      "SQL": [{"source": [{"previousNode": "Hook"}], "data": {"main": [[{"json": {"message": "no column", "error": {"message": "x"}}}]]}}],
      "HTTP": [{"source": [{"previousNode": "SQL"}], "error": {"message": "refused"}, "data": {"main": [[]]}}]}}}})");
  REQUIRE(answer.ok());
  const Execution one = read_execution(*answer);
  CHECK(one.id == 12);
  CHECK(one.mark == "77");
  CHECK(one.error_workflow == "e");
  CHECK(one.started.find("\"9\"") != std::string::npos);
  REQUIRE(one.swallowed.size() == 2);
  CHECK(one.swallowed[0].message == "no column");
  CHECK_FALSE(one.swallowed[0].has_error_output);
  CHECK(one.swallowed[1].has_error_output);
}
