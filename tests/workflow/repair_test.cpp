#include "workflow/repair.h"

#include <doctest/doctest.h>

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

std::string upgraded(const std::string& text, int to) {
  auto parsed = json::Document::parse(text);
  REQUIRE(parsed.document);
  const workflow::Workflow workflow(std::move(parsed.document), "W.json");
  const std::string out = workflow::apply(text, workflow::upgrade_repairs(workflow, 1, to));
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
