#include "smoke/recorded_case.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace kairon;
using n8n::Tree;

namespace {

smoke::StoredExecution stored(const std::string& json) {
  Tree raw = *Tree::parse(json);
  n8n::Execution seen = n8n::read_execution(raw);
  return {std::move(seen), std::move(raw)};
}

const std::string kNodes = R"([
  {"name": "In", "type": "n8n-nodes-base.webhook", "parameters": {"httpMethod": "POST", "path": "orders"}},
  {"name": "Ask", "type": "n8n-nodes-base.httpRequest", "parameters": {"url": "https://api.example/ask"}},
  {"name": "Done", "type": "n8n-nodes-base.noOp"}])";

std::string root_json(const std::string& id, const std::string& message, const std::string& asked) {
  return R"({"id": ")" + id +
         R"(", "startedAt": "2026-01-01T00:00:00.000Z", "mode": "webhook", "status": "success", "workflowData": {"name": "Shop", "nodes": )" +
         kNodes +
         R"(, "connections": {}}, "data": {"resultData": {"lastNodeExecuted": "Done", "runData": {
    "In": [{"executionIndex": 0, "source": [], "data": {"main": [[{"json": {"headers": {"cookie": "c=1"}, "params": {},
      "query": {}, "body": {"message_id": ")" +
         message + R"(", "text": "hello"}}}]]}}],
    "Ask": )" +
         asked + R"(,
    "Done": [{"executionIndex": 9, "source": [{"previousNode": "Ask"}], "data": {"main": [[{"json": {}}]]}}]}}}})";
}

std::vector<n8n::Local> files() {
  std::vector<n8n::Local> out(1);
  out[0].name = "Shop";
  out[0].path = "Shop.json";
  out[0].tree = *Tree::parse(R"({"name": "Shop", "nodes": )" + kNodes + R"(, "connections": {}})");
  return out;
}

const std::string kTwoRuns = R"([
  {"executionIndex": 1, "source": [{"previousNode": "In"}], "data": {"main": [[{"json": {"say": "m-12345 ok"}}]]}},
  {"executionIndex": 2, "source": [{"previousNode": "In"}], "error": {"message": "too many"}}])";

}  // namespace

TEST_CASE("a recorded case has the message without its id, the path, and the answers run by run") {
  const std::vector<n8n::Local> workflows = files();
  smoke::StoredTree tree;
  tree.members.push_back(stored(root_json("7", "m-12345", kTwoRuns)));
  smoke::RecordingScene scene{workflows};
  scene.rows_of = [](const std::string& id) {
    CHECK(id == "m-12345");
    return std::optional(smoke::Rows{1, 2, 0, {}});
  };
  const Result<smoke::RecordedCase> made = smoke::recorded_case(tree, {}, false, scene);
  REQUIRE(made.ok());
  const Tree& test = made->test;
  CHECK(test["webhook_path"].string() == "orders");
  CHECK(test["recorded"].string() == "2026-01-01T00:00:00.000Z");
  CHECK(test["webhook_data"]["message_id"].string() == "{{run}}");
  CHECK_FALSE(test["webhook_data"].has("headers"));
  CHECK(test["expect"]["status"].integer_or(0) == 200);
  CHECK(test["expect"]["last_node"].string() == "Done");
  CHECK(test["expect"]["nodes"]["Shop"].items().size() == 3);
  CHECK(test["expected_db_changes"]["traces_created"].integer_or(0) == 2);
  const Tree::Array& asked = test["mocks"]["Shop/Ask"].items();
  REQUIRE(asked.size() == 2);
  CHECK(asked[0]["items"].items()[0]["say"].string() == "{{run}} ok");
  CHECK(asked[1]["error"].string() == "too many");
  CHECK(smoke::path_key(test) == smoke::path_key(tree));
  // It is a case that can be read.
  Tree list = Tree::array();
  list.push(test);
  CHECK(smoke::read_cases("t.json", list.dump()).problems.empty());
}

TEST_CASE("messages with the same id come first, with their answers; their rows are not asserted") {
  const std::vector<n8n::Local> workflows = files();
  const std::string one =
      R"([{"executionIndex": 1, "source": [{"previousNode": "In"}], "data": {"main": [[{"json": {"n": 1}}]]}}])";
  smoke::StoredTree earlier;
  smoke::StoredTree tree;
  earlier.members.push_back(stored(root_json("7", "m-12345", one)));
  tree.members.push_back(stored(root_json("8", "m-12345", one)));
  smoke::RecordingScene scene{workflows};
  scene.rows_of = [](const std::string&) { return std::optional(smoke::Rows{}); };
  const Result<smoke::RecordedCase> made = smoke::recorded_case(tree, {&earlier}, false, scene);
  REQUIRE(made.ok());
  CHECK(made->test["before"].items().size() == 1);
  CHECK_FALSE(made->test.has("before_may_fail"));
  CHECK_FALSE(made->test.has("expected_db_changes"));
}

TEST_CASE("what cannot be sent again is refused with the reason") {
  std::vector<n8n::Local> workflows = files();
  smoke::StoredTree tree;
  tree.members.push_back(stored(root_json("7", "m-12345", kTwoRuns)));
  workflows[0].name = "Other";
  CHECK_FALSE(smoke::recorded_case(tree, {}, false, {workflows}).ok());
  workflows[0].name = "Shop";
  workflows[0].tree.find("nodes")->items().erase(workflows[0].tree.find("nodes")->items().begin());
  const Result<smoke::RecordedCase> gone = smoke::recorded_case(tree, {}, false, {workflows});
  REQUIRE_FALSE(gone.ok());
  CHECK(gone.failure().text == "it began at 'In', which Shop no longer has");
}

TEST_CASE("executions of which n8n kept a part are refused or noted") {
  const std::vector<n8n::Local> workflows = files();
  for (const char* data : {R"(null)", R"({})", R"({"resultData": {}})", R"({"resultData": {"runData": {}}})",
                           R"({"resultData": {"runData": []}})", R"("[{\"resultData\":\"1\"}]")"}) {
    CAPTURE(data);
    smoke::StoredTree tree;
    tree.members.push_back(stored(R"({"id": "7", "status": "success", "workflowData": {"name": "Shop", "nodes": )" +
                                  kNodes + R"(}, "data": )" + data + "}"));
    const Result<smoke::RecordedCase> made = smoke::recorded_case(tree, {}, false, {workflows});
    REQUIRE_FALSE(made.ok());
    CHECK(made.failure().text == "n8n stored no data of it");
  }
  smoke::StoredTree tree;
  tree.members.push_back(stored(root_json("7", "m-12345", kTwoRuns)));
  tree.members.push_back(stored(
      R"({"id": "8", "status": "success", "workflowData": {"name": "Sub"}, "data": {"parentExecution": {"executionId": "7"}}})"));
  const Result<smoke::RecordedCase> made = smoke::recorded_case(tree, {}, false, {workflows});
  REQUIRE_FALSE(made.ok());
  CHECK(made.failure().text == "n8n stored no data of Sub, which it called");
}

TEST_CASE("a call whose execution is gone is noted, and so are other versions, binary data and huge answers") {
  const std::vector<n8n::Local> workflows = files();
  const auto notes_of = [&](const std::string& asked) {
    smoke::StoredTree tree;
    tree.members.push_back(stored(root_json("7", "m-12345", asked)));
    const Result<smoke::RecordedCase> made = smoke::recorded_case(tree, {}, false, {workflows});
    REQUIRE(made.ok());
    return text::join(made->notes, "\n");
  };
  const std::string run = R"("source": [{"previousNode": "In"}], "data": {"main": [[{"json": {"n": 1})";
  CHECK(notes_of(R"([{"metadata": {"subExecution": {"executionId": "8"}}, )" + run + "}]]}}]") ==
        "n8n did not keep what Shop/Ask called: answers in it are not recorded");
  CHECK(notes_of("[{" + run + R"(, "binary": {"data": {"mimeType": "image/png"}}}]]}}])") ==
        "binary data of Shop/Ask is not recorded");
  const std::string huge(std::size_t{2} << 20U, 'x');
  CHECK(notes_of(R"([{"source": [{"previousNode": "In"}], "data": {"main": [[{"json": {"n": ")" + huge +
                 R"("}}]]}}])") == "an answer of Shop/Ask is larger than 1 MB and not recorded");
  CHECK(notes_of("[{" + run + R"(}]]}}], "Renamed": [{"executionIndex": 3, )" + run + "}]]}}]") ==
        "another version ran: the files have no Shop/Renamed");
}

TEST_CASE("a message that came with a file is recorded without it, which is noted") {
  const std::vector<n8n::Local> workflows = files();
  Tree raw = *Tree::parse(root_json("7", "m-12345", kTwoRuns));
  Tree& run = raw.find("data")->find("resultData")->find("runData")->find("In")->items()[0];
  run.find("data")->find("main")->items()[0].items()[0].set("binary", Tree::object());
  smoke::StoredTree tree;
  n8n::Execution seen = n8n::read_execution(raw);
  tree.members.push_back({std::move(seen), std::move(raw)});
  const Result<smoke::RecordedCase> made = smoke::recorded_case(tree, {}, false, {workflows});
  REQUIRE(made.ok());
  CHECK(text::join(made->notes, "\n") == "binary data of the message is not recorded");
}

TEST_CASE("recorded data of any shape makes a case or a reason, and no crash") {
  const std::vector<n8n::Local> workflows = files();
  for (
      const char* odd :
      {"null", "1", "\"text\"", "[]", "[null]", "[[]]", "[{}]", R"([{"data": null}])", R"([{"data": {"main": null}}])",
       R"([{"data": {"main": [null]}}])", R"([{"data": {"main": [[null, 1, {"json": 7}]]}, "source": [null]}])",
       R"([{"source": [{"previousNode": "Ask", "previousNodeRun": 99, "previousNodeOutput": 99}], "data": {"main": [[]]}}])",
       R"([{"error": {"message": 5}, "source": "x"}])", R"([{"data": {"main": {"0": []}}}])"}) {
    CAPTURE(odd);
    smoke::StoredTree tree;
    tree.members.push_back(stored(root_json("7", "m-12345", odd)));
    CHECK(smoke::recorded_case(tree, {}, false, {workflows}).ok());
    for (const char* key : {"In", "Done"}) {
      smoke::StoredTree other;
      Tree raw = *Tree::parse(root_json("7", "m-12345", kTwoRuns));
      raw.find("data")->find("resultData")->find("runData")->set(key, *Tree::parse(odd));
      n8n::Execution seen = n8n::read_execution(raw);
      other.members.push_back({std::move(seen), std::move(raw)});
      const Result<smoke::RecordedCase> made = smoke::recorded_case(other, {}, false, {workflows});
      CHECK((made.ok() || !made.failure().text.empty()));
    }
  }
}
