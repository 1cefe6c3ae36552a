#include <doctest/doctest.h>

#include "base/format.h"
#include "lint/support.h"

// Fields that are read after an executeWorkflow node, next to what the called workflow gives back.
using namespace kairon;
using lint_test::File;
using lint_test::node;
using lint_test::wire;

namespace {

std::string workflow(std::string_view name, const std::string& nodes, const std::string& edges) {
  return format(R"({{"name": "{}", "nodes": [{}], "connections": {{{}}}}})", name, nodes, edges);
}

std::string set(std::string_view name, std::string_view field, std::string_view value = "x") {
  return node(name, "set",
              format(R"({{"assignments": {{"assignments": [{{"name": "{}", "value": "{}"}}]}}}})", field, value),
              "3.4");
}

std::string call(std::string_view callee, std::string_view options = "{}") {
  return node("Call", "executeWorkflow",
              format(R"({{"workflowId": {{"__rl": true, "mode": "list", "value": "1", "cachedResultName": "{}"}},)"
                     R"("options": {}}})",
                     callee, options),
              "1.2");
}

/// Start -> Make {text} -> Call -> Use, which reads `field`.
File caller(std::string_view callee, std::string_view field, std::string_view options = "{}") {
  const std::string nodes = node("Start", "manualTrigger") + "," + set("Make", "text") + "," + call(callee, options) +
                            "," + set("Use", "title", format("={{{{ $json.{} }}}}", field));
  return {"Caller.json",
          workflow("Caller", nodes, wire("Start", "Make") + "," + wire("Make", "Call") + "," + wire("Call", "Use"))};
}

std::string called() { return node("Called", "executeWorkflowTrigger", R"({"inputSource": "passthrough"})", "1.1"); }

File callee(const std::string& nodes, const std::string& edges, std::string_view name = "Callee") {
  return {format("{}.json", name), workflow(name, called() + "," + nodes, edges)};
}

std::size_t missing(const std::vector<File>& files) {
  return lint_test::of_rule(lint_test::findings_of(files), "flow/missing-field").size();
}

}  // namespace

TEST_CASE("what a called workflow gives back is what arrives behind the call") {
  const File answers = callee(set("Answer", "answer"), wire("Called", "Answer"));
  CHECK(missing({caller("Callee", "answer"), answers}) == 0);
  CHECK(missing({caller("Callee", "text"), answers}) == 1);
  CHECK(missing({caller("Callee", "text")}) == 0);
  CHECK(missing({caller("Callee", "text", R"({"waitForSubWorkflow": false})"), answers}) == 0);
  CHECK(missing({caller("Callee", "other", R"({"waitForSubWorkflow": false})"), answers}) == 1);
}

TEST_CASE("a finding behind a call says where and what arrives") {
  const auto findings = lint_test::of_rule(
      lint_test::findings_of({caller("Callee", "text"), callee(set("Answer", "answer"), wire("Called", "Answer"))}),
      "flow/missing-field");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].path == "Caller.json");
  CHECK(findings[0].node == "Use");
  CHECK(findings[0].severity == lint::Severity::error);
  CHECK(findings[0].message.remedy.find("answer (from Callee)") != std::string::npos);
}

TEST_CASE("a called workflow that may end in several places gives back all of them") {
  const std::string ask = node("Ask", "if", "{}", "2");
  const std::string edges = wire("Called", "Ask") + R"(, "Ask": {"main": [[{"node": "A", "type": "main", "index": 0}],)"
                                                    R"( [{"node": "B", "type": "main", "index": 0}]]})";
  const File both = callee(ask + "," + set("A", "a") + "," + set("B", "b"), edges);
  CHECK(missing({caller("Callee", "a"), both}) == 0);
  CHECK(missing({caller("Callee", "b"), both}) == 0);
  CHECK(missing({caller("Callee", "c"), both}) == 1);
  const File unknown = callee(node("Ask", "n8n-nodes-acme.ask"), wire("Called", "Ask"));
  CHECK(missing({caller("Callee", "c"), unknown}) == 0);
}

TEST_CASE("calls of calls, circles, and names that two workflows share") {
  const File inner = callee(set("Answer", "inner"), wire("Called", "Answer"), "Inner");
  const File outer = callee(call("Inner"), wire("Called", "Call"));
  CHECK(missing({caller("Callee", "inner"), outer, inner}) == 0);
  CHECK(missing({caller("Callee", "text"), outer, inner}) == 1);
  CHECK(missing({caller("Callee", "text"), outer}) == 0);
  const File circle = callee(call("Callee"), wire("Called", "Call"), "Inner");
  CHECK(missing({caller("Callee", "text"), outer, circle}) == 1);
  File twin = callee(set("Answer", "text"), wire("Called", "Answer"));
  twin.first = "Twin.json";
  CHECK(missing({caller("Callee", "text"), twin, callee(set("Answer", "answer"), wire("Called", "Answer"))}) == 0);
}
