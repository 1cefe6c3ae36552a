#include "workflow/rename_repair.h"

#include <doctest/doctest.h>

using namespace kairon;

namespace {

workflow::Workflow read(const std::string& text) {
  auto parsed = json::Document::parse(text);
  REQUIRE(parsed.document);
  return {std::move(parsed.document), "W.json"};
}

std::string repaired(const std::string& before, const std::string& text) {
  return workflow::apply(text, workflow::rename_repairs(read(text), read(before)));
}

/// A workflow of two nodes; the second is named `name` and is meant by `other`.
std::string flow(const std::string& name, const std::string& other) {
  return R"({"nodes":[
 {"id":"1","name":"Start","type":"n8n-nodes-base.manualTrigger","parameters":{}},
 {"id":"2","name":")" +
         name + R"(","type":"n8n-nodes-base.noOp","parameters":{}},
 {"id":"3","name":"Use","type":"n8n-nodes-base.set","parameters":{"a":"={{ $(')" +
         other + R"(').item.json.x + $node[\")" + other + R"(\"].json.y }}"}},
 {"id":"4","name":"Code","type":"n8n-nodes-base.code","parameters":{"jsCode":"// é\nreturn $items(\")" +
         other +
         R"(\");"}}],
 "connections":{"Start":{"main":[[{"node":")" +
         other + R"(","type":"main","index":0}]]},")" + other +
         R"(":{"main":[[{"node":"Use","type":"main","index":0}]]}}})";
}

}  // namespace

TEST_CASE("rename_repairs carries connections and references along") {
  CHECK(repaired(flow("Parse", "Parse"), flow("Read it", "Parse")) == flow("Read it", "Read it"));
  CHECK(repaired(flow("Parse", "Parse"), flow("Read it", "Read it")) == flow("Read it", "Read it"));
}

TEST_CASE("rename_repairs escapes the new name for JavaScript and JSON") {
  const std::string out = repaired(flow("Parse", "Parse"), flow("It's \\\"x\\\"", "Parse"));
  CHECK(out.find(R"($('It\\'s \"x\"'))") != std::string::npos);
  CHECK(out.find(R"($items(\"It's \\\"x\\\"\"))") != std::string::npos);
  CHECK(json::Document::parse(out).document);
}

TEST_CASE("rename_repairs leaves alone what is not a rename") {
  const std::string other = flow("Read it", "Parse");
  SUBCASE("another node bears the old name now") {
    std::string text = other;
    text.insert(text.find("{\"id\":\"1\""),
                R"({"id":"9","name":"Parse","type":"n8n-nodes-base.noOp","parameters":{}},)");
    CHECK(repaired(flow("Parse", "Parse"), text) == text);
  }
  SUBCASE("two nodes of one id") {
    std::string text = other;
    text.replace(text.find("\"id\":\"3\""), 8, "\"id\":\"2\"");
    CHECK(repaired(flow("Parse", "Parse"), text) == text);
  }
  SUBCASE("a name in a text that is not code") {
    std::string text = other;
    text.replace(text.find("{\"a\":\"={{"), 9, "{\"a\":\"{{");
    CHECK(repaired(flow("Parse", "Parse"), text).find("\"a\":\"{{ $('Parse')") != std::string::npos);
  }
}
