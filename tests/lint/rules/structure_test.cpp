#include <doctest/doctest.h>

#include "base/file.h"
#include "base/format.h"
#include "lint/support.h"
#include "support/fixture_catalogue.h"

using namespace kairon;
using lint_test::check_rule;
using lint_test::node;
using lint_test::wire;
using lint_test::workflow_text;

namespace {

/// Findings of connection/port when output `output` of the node feeds input `input` of `target`.
std::size_t port_findings(const std::string& source, std::size_t output, const std::string& target = node("T", "noOp"),
                          std::size_t input = 0) {
  std::string branches;
  for (std::size_t i = 0; i < output; ++i) branches += "[],";
  const std::string edges =
      wire("Start", "S") +
      format(R"(, "S": {{"main": [{}[{{"node": "T", "type": "main", "index": {}}}]]}})", branches, input);
  return check_rule("connection/port",
                    workflow_text(node("Start", "manualTrigger") + "," + source + "," + target, edges))
      .size();
}

std::size_t unreachable(const std::string& nodes, const std::string& edges) {
  return check_rule("node/unreachable", workflow_text(node("Start", "manualTrigger") + "," + nodes, edges)).size();
}

std::size_t filter(const std::string& parameters, const char* type = "if", const char* version = "2.2") {
  return check_rule("node/filter-shape", workflow_text(node("If", type, parameters, version), "")).size();
}

std::string condition(const std::string& op, const std::string& left = "={{ $json.a }}") {
  return R"({"conditions": {"options": {}, "combinator": "and", "conditions": [{"leftValue": ")" + left +
         R"(", "rightValue": "x", "operator": )" + op + "}]}}";
}

std::string hook(const char* path, const char* method, const char* more = "") {
  return R"({"httpMethod": ")" + std::string(method) + R"(", "path": ")" + path + "\"" + more + "}";
}

std::vector<lint::Finding> conflicts(const std::string& a, const std::string& b, const char* type_b = "webhook",
                                     const char* active = "\"active\": true,", const char* disabled = "") {
  return lint_test::of_rule(
      lint_test::findings_of({{"A.json", workflow_text(node("H", "webhook", a, "2"), "", active)},
                              {"B.json", workflow_text(node("H", type_b, b, "2", disabled), "", active)}}),
      "workflow/webhook-conflict");
}

}  // namespace

TEST_CASE("connection/port counts outputs by type, version and parameters") {
  CHECK(port_findings(node("S", "if", "{}", "2"), 1) == 0);
  CHECK(port_findings(node("S", "if", "{}", "2"), 2) == 1);
  CHECK(port_findings(node("S", "if", "{}", "2", R"(, "onError": "continueErrorOutput")"), 2) == 0);
  CHECK(port_findings(node("S", "switch", "{}", "1"), 3) == 0);
  CHECK(port_findings(node("S", "switch", "{}", "1"), 4) == 1);
  CHECK(port_findings(node("S", "switch", R"({"rules": {"values": [{}, {}]}})", "3"), 2) == 1);
  CHECK(port_findings(
            node("S", "switch", R"({"rules": {"values": [{}, {}]}, "options": {"fallbackOutput": "extra"}})", "3"),
            2) == 0);
  CHECK(port_findings(node("S", "switch", R"({"mode": "expression", "numberOutputs": 6})", "3"), 5) == 0);
  CHECK(port_findings(node("S", "switch", R"({"mode": "expression", "numberOutputs": "={{ 9 }}"})", "3"), 8) == 0);
  CHECK(port_findings(node("S", "splitInBatches", "{}", "1"), 1) == 1);
  CHECK(port_findings(node("S", "splitInBatches", "{}", "3"), 1) == 0);
  CHECK(port_findings(node("S", "webhook", R"({"httpMethod": ["GET", "POST"]})", "2"), 1) == 0);
  CHECK(port_findings(node("S", "webhook", R"({"httpMethod": "GET"})", "2"), 1) == 1);
  CHECK(port_findings(node("S", "webhook", R"({"multipleMethods": true})", "2"), 1) == 0);
  CHECK(port_findings(node("S", "webhook", R"({"multipleMethods": true})", "2"), 2) == 1);
  CHECK(port_findings(node("S", "webhook", R"({"multipleMethods": true, "httpMethod": "GET"})", "2"), 1) == 1);
  CHECK(port_findings(node("S", "respondToWebhook", R"({"enableResponseOutput": true})", "1.4"), 1) == 0);
  CHECK(port_findings(node("S", "respondToWebhook", "{}", "1.1"), 1) == 1);
  CHECK(port_findings(node("S", "n8n-nodes-acme.router"), 7) == 0);
  CHECK(port_findings(node("S", "@n8n/n8n-nodes-langchain.textClassifier"), 7) == 0);
}

TEST_CASE("connection/port names all the outputs that a node does not have in one finding") {
  const std::string edges = wire("Start", "S") + R"(, "S": {"main": [[{"node": "T", "type": "main", "index": 0}],
    [{"node": "T", "type": "main", "index": 0}], [{"node": "T", "type": "main", "index": 0}]]})";
  const auto found = [&](const char* rules) {
    return check_rule("connection/port", workflow_text(node("Start", "manualTrigger") + "," +
                                                           node("S", "switch", rules, "3.2") + "," + node("T", "noOp"),
                                                       edges))
        .at(0)
        .message.text;
  };
  CHECK(found("{}") == "outputs 1, 2 of 'S' are connected, but the node has one output (0): these branches never run");
  CHECK(found(R"({"rules": {"values": [{}, {}]}})") ==
        "output 2 of 'S' is connected, but the node has 2 outputs (0 to 1): this branch never runs");
  CHECK(found(R"({"rules": {}})").starts_with("outputs 0, 1, 2 of 'S'"));
}

TEST_CASE("node/filter-shape: a Switch without rules has one that always holds") {
  const auto of_switch = [](const char* parameters, const char* version) {
    return check_rule("node/filter-shape", workflow_text(node("S", "switch", parameters, version), "")).size();
  };
  CHECK(of_switch("{}", "3.2") == 1);
  CHECK(of_switch("{}", "2") == 0);
  CHECK(of_switch(R"({"mode": "expression"})", "3.2") == 0);
  CHECK(of_switch(R"({"rules": {"values": []}})", "3.2") == 0);
}

TEST_CASE("connection/port counts inputs") {
  CHECK(port_findings(node("S", "noOp"), 0, node("T", "merge", "{}", "3"), 1) == 0);
  CHECK(port_findings(node("S", "noOp"), 0, node("T", "merge", "{}", "3"), 2) == 1);
  CHECK(port_findings(node("S", "noOp"), 0, node("T", "merge", R"({"numberInputs": 4})", "3"), 3) == 0);
  CHECK(port_findings(node("S", "noOp"), 0, node("T", "set"), 1) == 1);
  CHECK(port_findings(node("S", "noOp"), 0, node("T", "n8n-nodes-acme.join"), 5) == 0);
}

TEST_CASE("connection/port judges a numeric fallback of Switch v3") {
  const auto fallback = [](const char* value, const char* version) {
    const std::string parameters =
        format(R"({{"rules": {{"values": [{{}}, {{}}]}}, "options": {{"fallbackOutput": {}}}}})", value);
    return check_rule("connection/port", workflow_text(node("S", "switch", parameters, version), "")).size();
  };
  CHECK(fallback("2", "3") == 1);
  CHECK(fallback("1", "3") == 0);
  CHECK(fallback("\"extra\"", "3") == 0);
  CHECK(fallback("2", "2") == 0);
}

TEST_CASE("node/unreachable") {
  CHECK(unreachable(node("A", "noOp"), "") == 1);
  // What follows from a dead node is folded into it.
  CHECK(unreachable(node("A", "noOp") + "," + node("B", "noOp"), wire("A", "B")) == 1);
  CHECK(unreachable(node("A", "noOp") + "," + node("B", "noOp"), wire("A", "B") + "," + wire("B", "A")) == 1);
  CHECK(unreachable(node("A", "noOp") + "," + node("B", "noOp") + "," + node("C", "noOp"),
                    wire("A", "C") + "," + wire("B", "C")) == 2);
  CHECK(unreachable(
            node("A", "@n8n/n8n-nodes-langchain.agent") + "," + node("M", "@n8n/n8n-nodes-langchain.lmChatOpenAi"),
            wire("M", "A", "ai_languageModel")) == 1);
  // connection/missing-node says why B does not run.
  CHECK(unreachable(node("B", "noOp"), wire("Gone", "B")) == 0);
  CHECK(unreachable(
            node("A", "@n8n/n8n-nodes-langchain.agent") + "," + node("M", "@n8n/n8n-nodes-langchain.lmChatOpenAi"),
            wire("Start", "A") + "," + wire("A", "M", "ai_languageModel")) == 1);
  CHECK(unreachable(node("A", "noOp") + "," + node("B", "noOp"), wire("Start", "A") + "," + wire("B", "A")) == 1);
  CHECK(unreachable(node("A", "noOp", "{}", "1", R"(, "disabled": true)") + "," + node("B", "noOp"),
                    wire("Start", "A") + "," + wire("A", "B")) == 0);
  CHECK(unreachable(
            node("A", "@n8n/n8n-nodes-langchain.agent") + "," + node("M", "@n8n/n8n-nodes-langchain.lmChatOpenAi"),
            wire("Start", "A") + "," + wire("M", "A", "ai_languageModel")) == 0);
  CHECK(unreachable(node("N", "stickyNote"), "") == 0);
  CHECK(unreachable(node("H", "webhook"), "") == 0);
}

TEST_CASE("node/filter-shape") {
  const std::string good = R"({"type": "string", "operation": "equals"})";
  CHECK(filter(condition(good)) == 0);
  CHECK(filter(condition(R"({"type": "any", "operation": "exists", "singleValue": true})")) == 0);
  CHECK(filter(condition(R"({"type": "string", "operation": "equals", "name": "filter.operator.equals"})")) == 0);
  CHECK(filter(R"({"conditions": {"string": [{}]}})", "if", "1") == 0);
  CHECK(filter(R"({"conditions": {"string": [{}]}})") == 1);
  CHECK(filter(condition(R"({"type": "number", "operation": "larger"})")) == 1);
  CHECK(filter(condition(R"({"type": "text", "operation": "equals"})")) == 1);
  CHECK(filter(condition(R"({"type": "string", "operation": "startsWith", "rightValue": "::"})")) == 1);
  CHECK(filter(condition(good, "")) == 1);
  CHECK(filter("{}", "filter", "2") == 1);
  CHECK(filter(R"({"conditions": "={{ $json.filter }}"})") == 0);
}

TEST_CASE("sticky notes: a name twice or no name at all does not change the run") {
  const std::string twice = node("N", "stickyNote") + "," + node("N", "stickyNote");
  const auto notes = check_rule("node/duplicate-name", workflow_text(twice, ""));
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].severity == lint::Severity::warning);
  const std::string mixed = node("N", "noOp") + "," + node("N", "stickyNote");
  CHECK(check_rule("node/duplicate-name", workflow_text(mixed, "")).at(0).severity == lint::Severity::error);

  const auto unnamed = [](const char* type) {
    return check_rule("json/shape",
                      workflow_text(format(R"({{"type": "n8n-nodes-base.{}", "parameters": {{}}}})", type), ""))
        .at(0)
        .severity;
  };
  CHECK(unnamed("stickyNote") == lint::Severity::warning);
  CHECK(unnamed("noOp") == lint::Severity::error);
}

TEST_CASE("node/ai-model: a sub-node wired to nothing is parked unless a root misses a model") {
  const auto found = [](const std::string& nodes, const std::string& edges) {
    return check_rule("node/ai-model", workflow_text(nodes, edges));
  };
  const auto langchain = [](const char* name, const char* type) {
    return format(R"({{"name": "{}", "type": "@n8n/n8n-nodes-langchain.{}", "typeVersion": 1, "position": [0, 0],
                      "parameters": {{}}}})",
                  name, type);
  };
  const auto tool = found(langchain("T", "toolCalculator"), "");
  REQUIRE(tool.size() == 1);
  CHECK(tool[0].severity == lint::Severity::warning);
  CHECK(found(langchain("M", "lmChatOpenAi"), "").at(0).severity == lint::Severity::warning);
  for (const lint::Finding& one : found(langchain("M", "lmChatOpenAi") + "," + langchain("A", "agent"), ""))
    CHECK(one.severity == lint::Severity::error);
  const auto reversed = found(langchain("T", "toolCalculator") + "," + node("A", "noOp"), wire("A", "T", "ai_tool"));
  CHECK(reversed.at(0).severity == lint::Severity::error);
}

TEST_CASE("connection/fan-in: branches that a filter begins are not sure to run both") {
  const auto found = [](const char* first, const char* second) {
    const std::string nodes = node("Start", "manualTrigger") + "," + node("A", first) + "," + node("B", second) + "," +
                              node("X", "set", "{}", "3.4");
    const std::string fan = R"("Start": {"main": [[{"node": "A", "type": "main", "index": 0},
                               {"node": "B", "type": "main", "index": 0}]]},)";
    return check_rule("connection/fan-in", workflow_text(nodes, fan + wire("A", "X") + "," + wire("B", "X"))).size();
  };
  CHECK(found("set", "set") == 1);
  CHECK(found("filter", "filter") == 0);
  CHECK(found("set", "if") == 0);
}

TEST_CASE("call/inputs: what is only not given may be meant so") {
  const auto call = [](const char* mapped) {
    const std::string caller =
        node("Call", "executeWorkflow",
             format(R"({{"workflowId": {{"__rl": true, "mode": "list", "value": "x", "cachedResultName": "B"}},
                   "workflowInputs": {{"mappingMode": "defineBelow", "value": {}}}}})",
                    mapped),
             "1.2");
    const std::string callee = node("In", "executeWorkflowTrigger",
                                    R"({"workflowInputs": {"values": [{"name": "a"}, {"name": "b"}]}})", "1.1");
    std::string other = workflow_text(callee, "");
    other.replace(other.find("Demo"), 4, "B");
    return lint_test::of_rule(
        lint_test::findings_of(
            {{"Demo.json", workflow_text(node("Start", "manualTrigger") + "," + caller, wire("Start", "Call"))},
             {"B.json", other}}),
        "call/inputs");
  };
  CHECK(call(R"({"a": 1, "b": 2})").empty());
  CHECK(call(R"({"a": 1})").at(0).severity == lint::Severity::warning);
  CHECK(call(R"({"a": 1, "c": 2})").at(0).severity == lint::Severity::error);
}

TEST_CASE("workflow/webhook-conflict") {
  CHECK(conflicts(hook("a", "GET"), hook("/a/", "GET")).size() == 1);
  CHECK(conflicts(hook("a", "GET"), hook("a", "POST")).empty());
  CHECK(conflicts(hook("a", "GET"), hook("b", "GET")).empty());
  CHECK(conflicts(hook("a", "GET"), hook("a", "GET"), "formTrigger").empty());
  CHECK(conflicts(hook("=a", "GET"), hook("=a", "GET")).empty());
  CHECK(conflicts(hook("a", "GET"), hook("a", "GET"), "webhook", "\"active\": true,", R"(, "disabled": true)").empty());
  CHECK(conflicts(hook("a", "GET"), R"({"httpMethod": ["POST", "GET"], "path": "a"})").size() == 1);
  const auto idle = conflicts(hook("a", "GET"), hook("a", "GET"), "webhook", "");
  REQUIRE(idle.size() == 1);
  CHECK(idle[0].severity == lint::Severity::warning);
}

TEST_CASE("node/webhook-response: an answer that belongs to a Wait node") {
  const auto told = [](const std::string& wait, const catalogue::Catalogue* catalogue) {
    const std::string nodes = node("H", "webhook", R"({"path": "a"})", "2") + "," + node("P", "wait", wait, "1.1") +
                              "," + node("R", "respondToWebhook", "{}", "1.1");
    const auto findings = lint_test::of_rule(
        lint_test::findings_of({{"A.json", workflow_text(nodes, wire("H", "P") + "," + wire("P", "R"))}},
                               lint::RulesetName::n8n, catalogue),
        "node/webhook-response");
    return findings.empty() ? std::string() : std::string(lint::severity_name(findings[0].severity));
  };
  const std::string waits = R"({"resume": "webhook", "responseMode": "responseNode"})";
  const auto types = file::read(KAIRON_SOURCE_DIR "/tests/fixtures/catalogue/nodes.json");
  REQUIRE(types.ok());
  const auto index = catalogue::reduce({{"n8n-nodes-base", *types}}, "2.41.1");
  REQUIRE(index.ok());
  const auto second = test::open_index(*index);
  REQUIRE(second.ok());
  CHECK(told(waits, &test::fixture_catalogue()) == "error");
  CHECK(told(waits, nullptr) == "warning");
  CHECK(told(waits, second->get()).empty());
  CHECK(told(R"({"resume": "webhook"})", second->get()) == "error");
  CHECK(told("{}", nullptr) == "error");
}

TEST_CASE("call/no-trigger: a called workflow that starts by hand") {
  const std::string call =
      node("C", "executeWorkflow",
           R"({"workflowId": {"__rl": true, "mode": "list", "value": "s", "cachedResultName": "Sub"}})", "1.2");
  const auto told = [&](const std::string& first) {
    const std::string sub = format(R"({{"name": "Sub", "nodes": [{}], "connections": {{}}}})", first);
    const auto findings = lint_test::of_rule(
        lint_test::findings_of({{"A.json", workflow_text(call, "")}, {"Sub.json", sub}}), "call/no-trigger");
    return findings.empty() ? std::string() : std::string(lint::severity_name(findings[0].severity));
  };
  CHECK(told(node("T", "webhook")) == "error");
  CHECK(told(node("T", "manualTrigger")) == "warning");
  CHECK(told(node("T", "start")) == "warning");
  CHECK(told(node("T", "executeWorkflowTrigger") + "," + node("M", "manualTrigger")).empty());
}

TEST_CASE("flow/missing-field: a prompt that no chat before the node gives") {
  const auto told = [](const std::string& before, const char* parameters, const char* version, const char* more = "") {
    const std::string nodes = before + "," + node("P", "@n8n/n8n-nodes-langchain.agent", parameters, version);
    return check_rule("flow/missing-field", workflow_text(nodes, wire("B", "P"), more)).size();
  };
  const std::string manual = node("B", "manualTrigger");
  CHECK(told(manual, "{}", "2") == 1);
  CHECK(told(node("B", "webhook", R"({"path": "a"})", "2"), "{}", "1.7") == 1);
  CHECK(told(manual, R"({"promptType": "auto"})", "2") == 1);
  CHECK(told(manual, R"({"promptType": "define", "text": "Hello"})", "2") == 0);
  CHECK(told(manual, "{}", "1.5") == 0);
  CHECK(told(manual, "{}", "2", R"("pinData": {"B": [{"json": {"chatInput": "x"}}]},)") == 0);
  CHECK(told(node("B", "@n8n/n8n-nodes-langchain.chatTrigger", "{}", "1.1"), "{}", "2") == 0);
}

TEST_CASE("flow/missing-field: what HTTP Request gives when it is asked for a text or for the whole response") {
  const auto told = [](const std::string& response, const std::string& field) {
    const std::string nodes =
        node("T", "manualTrigger") + "," +
        node("H", "httpRequest", R"({"url": "http://a", "options": {"response": {"response": {)" + response + "}}}}",
             "4.2") +
        "," +
        node("S", "set",
             R"({"assignments": {"assignments": [{"name": "o", "type": "string",)"
             R"( "value": "={{ $json.)" +
                 field + R"( }}"}]}})",
             "3.4");
    return check_rule("flow/missing-field", workflow_text(nodes, wire("T", "H") + "," + wire("H", "S"))).size();
  };
  CHECK(told("", "ok") == 0);
  CHECK(told(R"("responseFormat": "text")", "ok") == 1);
  CHECK(told(R"("responseFormat": "text")", "data") == 0);
  CHECK(told(R"("responseFormat": "text", "outputPropertyName": "t")", "t") == 0);
  CHECK(told(R"("responseFormat": "text", "outputPropertyName": "={{ $json.x }}")", "t") == 0);
  CHECK(told(R"("fullResponse": true)", "ok") == 1);
  CHECK(told(R"("fullResponse": true)", "body.ok") == 0);
  CHECK(told(R"("fullResponse": true, "responseFormat": "file")", "ok") == 0);
  CHECK(told(R"("fullResponse": "={{ $json.x }}")", "ok") == 0);
}
