#include <doctest/doctest.h>

#include <cstdlib>

#include "base/process.h"
#include "json/document.h"
#include "support/skip.h"
#include "workflow/shapes.h"

// Random Code nodes: the fields that they give out when Node.js runs them, next to what the flow
// analysis believes. A closed shape must name every one of them. KAIRON_FULL=1 takes ten times as many,
// KAIRON_SEED others.
using namespace kairon;

namespace {

std::string generated(const char* seed, const char* number) {
  process::Command command;
  command.argv = {"node", KAIRON_SOURCE_DIR "/tests/workflow/flow_programs.mjs", seed, number};
  const auto outcome = process::run(command);
  return outcome && outcome->ok() ? outcome->output : std::string();
}

/// What is believed of Start -> Make {a, b} -> P, P being the code.
workflow::Shape believed(std::string_view code) {
  json::Writer text;
  text.raw(R"({"name":"P","type":"n8n-nodes-base.code","typeVersion":2,"parameters":{"jsCode":)" +
           json::Writer().string(code).take() + "}}");
  const std::string file =
      R"({"name":"W","nodes":[{"name":"Start","type":"n8n-nodes-base.manualTrigger","parameters":{}},)"
      R"({"name":"Make","type":"n8n-nodes-base.set","typeVersion":3.4,"parameters":{"assignments":{"assignments":)"
      R"([{"name":"a","value":"1"},{"name":"b","value":"2"}]}}},)" +
      text.take() +
      R"(],"connections":{"Start":{"main":[[{"node":"Make","type":"main","index":0}]]},)"
      R"("Make":{"main":[[{"node":"P","type":"main","index":0}]]}}})";
  const workflow::Workflow flow(json::Document::parse(file).document, "W.json");
  const workflow::Code pieces(flow);
  return workflow::Shapes(flow, pieces).output(flow.find("P")->index);
}

}  // namespace

TEST_CASE("the fields that code gives out are among those that the flow analysis believes in") {
  const bool many = std::getenv("KAIRON_FULL") != nullptr;
  const char* seed = std::getenv("KAIRON_SEED");
  const std::string text = generated(seed != nullptr ? seed : "1", many ? "20000" : "2000");
  if (text.empty()) return test::skip("node is not installed");
  const auto parsed = json::Document::parse(text);
  REQUIRE(parsed.document);
  std::size_t ran = 0;
  std::size_t closed = 0;
  for (const json::Value program : parsed.document->root()) {
    if (!program["fields"].is_array()) continue;
    ++ran;
    const workflow::Shape shape = believed(program["code"].string());
    if (!shape.reached || shape.open) continue;
    ++closed;
    for (const json::Value field : program["fields"]) {
      INFO(std::string(program["code"].string()));
      INFO(std::string(field.string()));
      CHECK(shape.fields.contains(std::string(field.string())));
    }
  }
  MESSAGE(ran << " programs ran, of " << closed << " the fields are known");
  CHECK(ran > 1500);
  CHECK(closed > 500);
}
