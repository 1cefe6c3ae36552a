#include "workflow/repair.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "workflow/upgrade_repair.h"

using namespace kairon;

namespace {

std::string repaired(const std::string& text) {
  auto parsed = json::Document::parse(text);
  REQUIRE(parsed.document);
  const workflow::Workflow workflow(std::move(parsed.document), "W.json");
  const std::string out = workflow::apply(text, workflow::safe_repairs(workflow));
  REQUIRE(json::Document::parse(out).document);
  return out;
}

}  // namespace

TEST_CASE("safe_repairs") {
  SUBCASE("what gives something away goes") {
    CHECK(
        repaired(
            R"({"nodes":[],"connections":{},"pinData":{"A":[1]},"staticData":{"x":1},"shared":[1],"activeVersion":{"n":1},"name":"W"})") ==
        R"({"nodes":[],"connections":{},"pinData":{},"staticData":null,"name":"W"})");
    CHECK(repaired(R"({"nodes":[],"connections":{},"staticData":"{\"x\":1}"})") ==
          R"({"nodes":[],"connections":{},"staticData":null})");
    CHECK(repaired(R"({"nodes":[],"connections":{},"staticData":"{}"})") ==
          R"({"nodes":[],"connections":{},"staticData":"{}"})");
    CHECK(repaired(R"({"nodes":[],"ownedBy":{},"homeProject":{"name":"N <n@x>"},"connections":{}})") ==
          R"({"nodes":[],"connections":{}})");
  }
  SUBCASE("first and last members take their comma along") {
    CHECK(repaired(R"({"shared":[1],"nodes":[],"connections":{}})") == R"({"nodes":[],"connections":{}})");
    CHECK(repaired(R"({"nodes":[],"connections":{},"shared":[1]})") == R"({"nodes":[],"connections":{}})");
    CHECK(repaired(R"({"shared":[],"activeVersion":null,"nodes":[],"connections":{}})") ==
          R"({"nodes":[],"connections":{}})");
  }
  SUBCASE("credentials are looked up by name: the id is null, never absent") {
    CHECK(
        repaired(
            R"({"nodes":[{"name":"A","credentials":{"postgres":{"id":"7","name":"P"},"x":{"name":"Q"}}}],"connections":{}})") ==
        R"({"nodes":[{"name":"A","credentials":{"postgres":{"id":null,"name":"P"},"x":{"id": null, "name":"Q"}}}],"connections":{}})");
  }
  SUBCASE("a clean file stays byte for byte") {
    const std::string clean = "{\n  \"nodes\": [],\n  \"connections\": {},\n  \"pinData\": {}\n}\n";
    CHECK(repaired(clean) == clean);
  }
}

namespace {

std::string upgraded(const std::string& text, int to, const workflow::Callers& callers = {}, int from = 1) {
  auto parsed = json::Document::parse(text);
  REQUIRE(parsed.document);
  const workflow::Workflow workflow(std::move(parsed.document), "W.json");
  std::string out = text;
  // No two rewrites of these texts meet.
  std::vector<workflow::Repair> edits;
  for (const workflow::Rewrite& one : workflow::upgrade_rewrites(workflow, from, to, callers))
    edits.insert(edits.end(), one.edits.begin(), one.edits.end());
  std::stable_sort(edits.begin(), edits.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
  out = workflow::apply(text, edits);
  REQUIRE(json::Document::parse(out).document);
  return out;
}

std::string with_node(const std::string& members) {
  return R"({"name":"W","nodes":[{"name":"A",)" + members + R"(}],"connections":{}})";
}

}  // namespace

TEST_CASE("a webhook gets the same webhookId each time") {
  const std::string text = with_node(R"("type":"n8n-nodes-base.webhook")");
  const std::string once = repaired(text);
  CHECK(once.find("\"webhookId\": \"") != std::string::npos);
  CHECK(repaired(text) == once);
  CHECK(repaired(once) == once);
}

TEST_CASE("upgrade_repairs rewrites what is exact and nothing else") {
  CHECK(upgraded(with_node(R"("type":"n8n-nodes-base.start","typeVersion":1,"parameters":{})"), 2) ==
        with_node(R"("type":"n8n-nodes-base.manualTrigger","typeVersion":1,"parameters":{})"));
  CHECK(
      upgraded(with_node(
                   R"("type":"n8n-nodes-base.function","typeVersion":1,"parameters":{"functionCode":"return items;"})"),
               3) ==
      with_node(
          R"("type":"n8n-nodes-base.code","typeVersion":2,"parameters":{"mode": "runOnceForAllItems", "jsCode": "return items;"})"));
  CHECK(
      upgraded(
          with_node(R"("type":"n8n-nodes-base.interval","typeVersion":1,"parameters":{"interval":5,"unit":"minutes"})"),
          3) ==
      with_node(
          R"("type":"n8n-nodes-base.scheduleTrigger","typeVersion":1.2,"parameters":{"rule": {"interval": [{"field": "minutes", "minutesInterval": 5}]}})"));
  for (const std::string& same :
       {with_node(
            R"("type":"n8n-nodes-base.function","typeVersion":1,"parameters":{"functionCode":"return helpers.x();"})"),
        with_node(R"("type":"n8n-nodes-base.interval","typeVersion":1,"parameters":{"interval":90,"unit":"minutes"})"),
        with_node(R"("type":"n8n-nodes-base.noOp","typeVersion":1,"parameters":{})")})
    CHECK(upgraded(same, 3) == same);
  CHECK(upgraded(R"({"nodes":[],"connections":{},"settings":{"callerPolicy":"any"}})", 3) ==
        R"({"nodes":[],"connections":{},"settings":{"callerPolicy":"workflowsFromSameOwner"}})");
}

TEST_CASE("a Start node becomes what starts the workflow today") {
  const std::string alone = with_node(R"("type":"n8n-nodes-base.start","typeVersion":1,"parameters":{})");
  CHECK(
      upgraded(alone, 2, {true, {}}) ==
      with_node(
          R"("type":"n8n-nodes-base.executeWorkflowTrigger","typeVersion":1.1,"parameters":{"inputSource": "passthrough"})"));
  CHECK(upgraded(alone, 3, {}, 2) == alone);
  const std::string tail =
      R"({"name":"H","type":"n8n-nodes-base.webhook","parameters":{}},{"name":"N","type":"n8n-nodes-base.noOp"}],)"
      R"("connections":{"H":{"main":[[{"node":"N","type":"main","index":0}]]})";
  const std::string wire = R"("A":{"main":[[{"node":"N","type":"main","index":0}]]})";
  const std::string beside =
      R"({"nodes":[{"name":"A","type":"n8n-nodes-base.start","parameters":{}},)" + tail + "," + wire + "}}";
  CHECK(upgraded(beside, 2) == beside);
  CHECK(upgraded(R"({"nodes":[{"name":"A","type":"n8n-nodes-base.start","disabled":true,"parameters":{}},)" + tail +
                     "," + wire + "}}",
                 2) == R"({"nodes":[)" + tail + "}}");
}

namespace {

std::string scheduled(const std::string& type, const std::string& parameters) {
  return upgraded(with_node(R"("type":"n8n-nodes-base.)" + type + R"(","typeVersion":1,"parameters":)" + parameters),
                  3);
}

std::string schedule(const std::string& rules) {
  return with_node(R"("type":"n8n-nodes-base.scheduleTrigger","typeVersion":1.2,"parameters":{"rule": {"interval": [)" +
                   rules + "]}}");
}

}  // namespace

TEST_CASE("an interval becomes a schedule only where it divides the next larger unit") {
  CHECK(scheduled("interval", R"({"interval":20,"unit":"minutes"})") ==
        schedule(R"({"field": "minutes", "minutesInterval": 20})"));
  CHECK(scheduled("interval", "{}") == schedule(R"({"field": "seconds", "secondsInterval": 1})"));
  for (const char* parameters :
       {R"({"interval":45,"unit":"minutes"})", R"({"interval":1.5,"unit":"minutes"})",
        R"({"interval":5,"unit":"hours"})", R"({"interval":"={{ 5 }}"})", R"({"interval":7,"unit":"seconds"})"})
    CHECK(scheduled("interval", parameters).find("scheduleTrigger") == std::string::npos);
}

TEST_CASE("each entry of a Cron node becomes one of a schedule") {
  CHECK(scheduled("cron",
                  R"({"triggerTimes":{"item":[{"mode":"everyDay","hour":8,"minute":30},{"mode":"everyMinute"}]}})") ==
        schedule(R"({"field": "days", "daysInterval": 1, "triggerAtHour": 8, "triggerAtMinute": 30}, )"
                 R"({"field": "minutes", "minutesInterval": 1})"));
  CHECK(scheduled("cron", R"({"triggerTimes":{"item":[{"mode":"everyWeek","weekday":"0","hour":7}]}})") ==
        schedule(R"({"field": "weeks", "weeksInterval": 1, "triggerAtDay": [0], "triggerAtHour": 7, )"
                 R"("triggerAtMinute": 0})"));
  CHECK(scheduled("cron", R"({"triggerTimes":{"item":[{"mode":"custom","cronExpression":"0 8 * * 1"}]}})") ==
        schedule(R"({"field": "cronExpression", "expression": "0 8 * * 1"})"));
  CHECK(scheduled("cron", R"({"triggerTimes":{"item":[{"mode":"everyX","value":5,"unit":"hours"}]}})")
            .find("scheduleTrigger") == std::string::npos);
  const auto read = [](const std::string& value) {
    return R"({"nodes":[{"name":"C","type":"n8n-nodes-base.cron","parameters":{"triggerTimes":{"item":[{"mode":"everyMinute"}]}}},)"
           R"({"name":"S","type":"n8n-nodes-base.set","typeVersion":3.4,"parameters":{"v":")" +
           value + R"("}}],"connections":{"C":{"main":[[{"node":"S","type":"main","index":0}]]}}})";
  };
  CHECK(upgraded(read("={{ $json.timestamp }}"), 3) == read("={{ $json.timestamp }}"));
  CHECK(upgraded(read("fixed"), 3).find("scheduleTrigger") != std::string::npos);
}

namespace {

std::string coded(const std::string& type, const std::string& code) {
  return upgraded(with_node(R"("type":"n8n-nodes-base.)" + type + R"(","parameters":{"functionCode":)" +
                            json::Writer().string(code).take() + "}"),
                  3);
}

}  // namespace

TEST_CASE("legacy code becomes Code where no name means something else there") {
  CHECK(coded("function", "const s = getWorkflowStaticData('g'); s.t = 'getWorkflowStaticData(';\nreturn items;")
            .find(R"("const s = $getWorkflowStaticData('g'); s.t = 'getWorkflowStaticData(';\nreturn items;")") !=
        std::string::npos);
  CHECK(coded("function", "// no helpers here\nreturn items;").find("nodes-base.code") != std::string::npos);
  CHECK(coded("functionItem", "item.a = 1; return item;")
            .find(R"("runOnceForEachItem", "jsCode": "const item = $input.item.json;\nitem.a = 1; return item;")") !=
        std::string::npos);
  CHECK(coded("functionItem", "item = {a: 1}; return item;").find("let item = ") != std::string::npos);
  for (const char* code :
       {"const {helpers} = this; return items;", "return helpers.returnJsonArray([]);", "const m = require('x');",
        "return $item(0);", "const o = {getWorkflowStaticData}; return items;", "return ("})
    CHECK(coded("function", code).find("nodes-base.code") == std::string::npos);
  for (const char* code : {"return {json: item};", "item.error = 1; return item;", "const item = {}; return item;",
                           "getBinaryDataAsync(); return item;"})
    CHECK(coded("functionItem", code).find("nodes-base.code") == std::string::npos);
}

TEST_CASE("the other rewrites of an upgrade to 3") {
  CHECK(upgraded(with_node(R"("type":"n8n-nodes-base.itemLists","typeVersion":3,"parameters":{"operation":"limit",)"
                           R"("maxItems":2})"),
                 3) == with_node(R"("type":"n8n-nodes-base.limit","typeVersion":1,"parameters":{"maxItems":2})"));
  const std::string unsaid = with_node(R"("type":"n8n-nodes-base.itemLists","typeVersion":3,"parameters":{})");
  CHECK(upgraded(unsaid, 3) == unsaid);
  CHECK(
      upgraded(
          with_node(
              R"("type":"@n8n/n8n-nodes-langchain.agent","typeVersion":1.9,"parameters":{"agent":"toolsAgent","text":"x"})"),
          3) == with_node(R"("type":"@n8n/n8n-nodes-langchain.agent","typeVersion":2.2,"parameters":{"text":"x"})"));
  // Below 1.9 the agent has a system message of its own.
  CHECK(
      upgraded(with_node(R"("type":"@n8n/n8n-nodes-langchain.agent","typeVersion":1.8,"parameters":{"options":{}})"), 3)
          .find(R"("options":{"systemMessage": "You are a helpful assistant"})") != std::string::npos);
  CHECK(coded("function", "items[0].json = [1]; return items;").find("nodes-base.code") == std::string::npos);
  CHECK(coded("function", "return [{json: items.map(i => i.json)}];").find("nodes-base.code") == std::string::npos);
  const std::string names = upgraded(
      with_node(R"("type":"n8n-nodes-base.itemLists","typeVersion":2,"parameters":{"operation":"removeDuplicates",)"
                R"("fieldsToCompare":{"fields":[{"fieldName":"a"},{"fieldName":"b"}]}})"),
      3);
  CHECK(names.find(R"("fieldsToCompare":"a, b")") != std::string::npos);
  const std::string computed =
      with_node(R"("type":"n8n-nodes-base.itemLists","typeVersion":2,"parameters":{"operation":"removeDuplicates",)"
                R"("fieldsToCompare":{"fields":[{"fieldName":"={{ $json.f }}"}]}})");
  CHECK(upgraded(computed, 3) == computed);
  const std::string old = with_node(R"("type":"@n8n/n8n-nodes-langchain.agent","typeVersion":1.6,"parameters":{})");
  CHECK(upgraded(old, 3) == old);
  CHECK(upgraded(with_node(R"("type":"n8n-nodes-base.gmailTrigger","typeVersion":1.2)"), 3) ==
        with_node(R"("type":"n8n-nodes-base.gmailTrigger","typeVersion":1.4)"));
  CHECK(upgraded(with_node(R"("type":"n8n-nodes-base.if","typeVersion":2,"alwaysOutputData":true)"), 3) ==
        with_node(R"("type":"n8n-nodes-base.if","typeVersion":2)"));
  CHECK(upgraded(R"({"nodes":[],"connections":{},"settings":{"callerPolicy":"any"}})", 3, {true, {"a", "b"}}) ==
        R"({"nodes":[],"connections":{},"settings":{"callerIds": "a,b", "callerPolicy":"workflowsFromAList"}})");
}

TEST_CASE("a call for each item becomes a loop around a call") {
  const auto calls = [](const std::string& members) {
    return R"({"nodes":[{"name":"T"},{"name":"C","type":"n8n-nodes-base.executeWorkflow","position":[300,200],)" +
           members +
           R"("parameters":{"mode":"each"}},{"name":"N"}],"connections":{"T":{"main":[[{"node":"C","type":"main","index":0}]]},)"
           R"("C":{"main":[[{"node":"N","type":"main","index":0}]]}}})";
  };
  const std::string out = upgraded(calls(""), 3);
  CHECK(out.find(R"("T":{"main":[[{"node":"Loop Over C","type":"main","index":0}]]})") != std::string::npos);
  CHECK(
      out.find(
          R"("Loop Over C": {"main": [[{"node":"N","type":"main","index":0}], [{"node": "C", "type": "main", "index": 0}]]})") !=
      std::string::npos);
  CHECK(out.find(R"("C":{"main": [[{"node": "Loop Over C", "type": "main", "index": 0}]]})") != std::string::npos);
  CHECK(out.find(R"("parameters":{"mode":"once"})") != std::string::npos);
  CHECK(out.find(R"("alwaysOutputData": true, "name":"C")") != std::string::npos);
  CHECK(out.find(R"("={{ $node[\"Loop Over C\"].context[\"done\"] ?? false }}")") != std::string::npos);
  for (const std::string& same : {calls(R"("executeOnce":true,)"), calls(R"("onError":"continueErrorOutput",)")})
    CHECK(upgraded(same, 3) == same);
}

TEST_CASE("a called workflow with a manual trigger gets one for calls") {
  const std::string text =
      R"({"nodes":[{"id":"1","name":"Go","type":"n8n-nodes-base.manualTrigger","position":[0,0]},{"name":"N"}],)"
      R"("connections":{"Go":{"main":[[{"node":"N","type":"main","index":0}]]}}})";
  CHECK(upgraded(text, 2) == text);
  const std::string out = upgraded(text, 2, {true, {}});
  CHECK(out.find(R"("name": "When Executed by Another Workflow", "type": "n8n-nodes-base.executeWorkflowTrigger")") !=
        std::string::npos);
  CHECK(out.find(R"({"When Executed by Another Workflow": {"main":[[{"node":"N","type":"main","index":0}]]}, "Go":)") !=
        std::string::npos);
  CHECK(upgraded(out, 2, {true, {}}) == out);
}

TEST_CASE("Python moves to the native runner only when it reads nothing of n8n") {
  const auto python = [](const std::string& language, const std::string& code) {
    return with_node(R"("type":"n8n-nodes-base.code","typeVersion":2,"parameters":{"language":")" + language +
                     R"(","pythonCode":")" + code + R"("})");
  };
  const std::string plain = R"(return [{\"json\": {\"a\": 1}}])";
  CHECK(upgraded(python("python", plain), 2) == python("pythonNative", plain));
  for (const char* code : {"return _input.all()", "import re\\nreturn []", "return [item.json]"})
    CHECK(upgraded(python("python", code), 2) == python("python", code));
}
