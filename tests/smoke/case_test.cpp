#include "smoke/case.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace kairon;
using namespace kairon::n8n;
using namespace kairon::smoke;

namespace {

Tree tree(const char* text) {
  Result<Tree> parsed = Tree::parse(text);
  REQUIRE(parsed.ok());
  return *parsed;
}

bool complains(const CaseFile& file, std::size_t line, std::string_view message) {
  return std::any_of(file.problems.begin(), file.problems.end(), [&](const CaseProblem& one) {
    return one.line == line && one.message.text.find(message) != std::string::npos && one.path == "t.json";
  });
}

}  // namespace

TEST_CASE("a case with everything is read") {
  const CaseFile file = read_cases("t.json", R"([
  {"test_name": "one", "webhook_path": "/in/", "webhook_data": {"content": "x"}, "before": [{"content": "b"}],
   "expected_db_changes": {"events_created": 1, "traces_created": 0, "projections_created": 2, "projection_types": ["a"]},
   "expect": {"status": 202, "executions": "error", "last_node": "N", "workflow": "W", "tolerate": ["T"],
              "sql": [{"query": "select 1", "equals": 1}], "within": "500ms"}},
  {"test_name": "old format", "webhook_data": {"message_id": "7"}, "expected_db_changes": {"events_created": 1}}
])");
  CHECK(file.problems.empty());
  REQUIRE(file.cases.size() == 2);
  const SmokeCase& one = file.cases.front();
  CHECK(one.line == 2);
  CHECK(one.webhook_path == "in");
  CHECK(one.before.size() == 1);
  CHECK(one.rows.events == 1);
  CHECK(one.rows.traces == 0);
  CHECK(one.rows.types == std::vector<std::string>{"a"});
  CHECK(one.status == 202);
  CHECK(one.executions == Executions::error);
  CHECK(one.tolerated.contains("T"));
  CHECK(one.sql.size() == 1);
  CHECK(one.within == std::chrono::milliseconds(500));
  CHECK(file.cases.back().rows.events == 1);
  CHECK_FALSE(file.cases.back().rows.traces);
}

TEST_CASE("what is wrong with a case file is told with its line") {
  const CaseFile file = read_cases("t.json", R"([
  {"test_name": "a", "webhook_data": {}, "expectd": {}},
  {"webhook_data": []},
  {"test_name": "c", "webhook_data": {},
   "expected_db_changes": {"events_created": -1, "traces_created": "1", "event_created": 1},
   "expect": {"status": 7, "executions": "maybe", "within": "soon",
              "sql": [{"query": ""}]},
   "environments": ["test"]},
  {"test_name": "d", "webhook_data": {}}
])");
  CHECK(complains(file, 2, "unknown key \"expectd\""));
  CHECK(complains(file, 3, "without test_name"));
  CHECK(complains(file, 3, "without webhook_data"));
  CHECK(complains(file, 5, "events_created is not a whole number"));
  CHECK(complains(file, 5, "traces_created is not a whole number"));
  CHECK(complains(file, 5, "unknown key \"event_created\""));
  CHECK(complains(file, 6, "status is not an HTTP status"));
  CHECK(complains(file, 6, "executions is \"maybe\""));
  CHECK(complains(file, 6, "within is not a valid duration"));
  CHECK(complains(file, 7, "without query"));
  CHECK(complains(file, 7, "without equals"));
  CHECK(complains(file, 8, "no environment \"test\""));
  REQUIRE(file.cases.size() == 1);
  CHECK(file.cases.front().name == "d");
}

TEST_CASE("a file that is not an array of cases") {
  CHECK(complains(read_cases("t.json", "{}"), 1, "no array of cases"));
  CHECK(complains(read_cases("t.json", "\n[]"), 2, "no case"));
  CHECK(complains(read_cases("t.json", "[\n{"), 2, "no JSON"));
  CHECK(complains(read_cases("t.json", "[\n{\"test_name\": \"a\",\n\"test_name\": \"b\", \"webhook_data\": {}}]"), 3,
                  "appears twice"));
}

TEST_CASE("recorded cases run last, in the order in which they were executed") {
  const auto names = [](std::vector<SmokeCase> cases) {
    put_recorded_last(cases);
    std::string out;
    for (const SmokeCase& one : cases) out += one.name;
    return out;
  };
  const CaseFile file = read_cases("t.json", R"([
    {"test_name": "late", "webhook_data": {}, "recorded": "2026-01-02T00:00:00.000Z"},
    {"test_name": "early", "webhook_data": {}, "recorded": "2026-01-01T23:00:00.000Z"},
    {"test_name": "own", "webhook_data": {}}, {"test_name": "other", "webhook_data": {}}])");
  CHECK(file.problems.empty());
  CHECK(names(file.cases) == "ownotherearlylate");
  CHECK(complains(read_cases("t.json", R"([{"test_name": "a", "webhook_data": {}, "recorded": 5}])"), 1, "not a text"));
}

TEST_CASE("every message gets an id of its own") {
  CHECK(personal(tree(R"({"message_id": "7", "content": "x"})"), "42") ==
        tree(R"({"message_id": "42", "content": "x"})"));
  CHECK(personal(tree(R"({"content": "x"})"), "42") == tree(R"({"content": "x", "message_id": "42"})"));
  CHECK(personal(tree(R"({"message_id": "{{run}}-2", "thread": ["{{run}}"]})"), "42") ==
        tree(R"({"message_id": "42-2", "thread": ["42"]})"));
  CHECK(personal(tree(R"({"message": {"id": "a-{{run}}"}})"), "42") == tree(R"({"message": {"id": "a-42"}})"));
  CHECK(unique_id().size() == 19);
  CHECK(unique_id() != unique_id());
}
