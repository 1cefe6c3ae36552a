#include <doctest/doctest.h>

#include "json/document.h"
#include "lint/support.h"

// Rules on ctx: what the examples in tests/fixtures/rules do not show.
using namespace kairon;
using lint_test::check_rule;
using lint_test::node;
using lint_test::wire;
using lint_test::workflow_text;

namespace {

std::string quoted(std::string_view text) { return json::Writer().string(text).take(); }

std::string code_node(std::string_view name, std::string_view code) {
  return node(name, "code", R"({"jsCode":)" + quoted(code) + "}", "2");
}

/// Start -> First -> Last: findings of a rule. `first` stands before the node that is judged.
std::vector<lint::Finding> behind(std::string_view rule, const std::string& first, const std::string& last) {
  const std::string trigger = node("Start", "executeWorkflowTrigger", R"({"inputSource":"passthrough"})", "1.1");
  const std::string name_of_last = last.substr(10, last.find('"', 10) - 10);
  return check_rule(rule, workflow_text(trigger + "," + first + "," + last,
                                        wire("Start", "First") + "," + wire("First", name_of_last)));
}

const std::string kReader = code_node("First", "const id = $json.ctx.event.event_id;\nreturn $input.all();");
const std::string kStranger = code_node("First", "return $input.all();");
const std::string kQuery =
    node("First", "postgres", R"({"operation":"executeQuery","query":"SELECT 1 AS ctx"})", "2.6");

std::size_t flat_return(std::string_view code, const std::string& first = kReader, std::string_view name = "Last") {
  return behind("ctx/flat-return", first, code_node(name, code)).size();
}

std::size_t flat_check(std::string_view left, const std::string& first = kReader, const char* type = "if") {
  const std::string parameters = R"({"conditions":{"conditions":[{"leftValue":)" + quoted(left) + "}]}}";
  return behind("ctx/flat-check", first, node("Last", type, parameters, "2")).size();
}

std::size_t flat_query(std::string_view values, const std::string& first = kReader) {
  const std::string parameters =
      R"({"operation":"executeQuery","query":"SELECT $1","options":{"queryReplacement":)" + quoted(values) + "}}";
  return behind("ctx/flat-query", first, node("Last", "postgres", parameters, "2.4")).size();
}

std::size_t flat_target(std::string_view channel, const std::string& first = kReader) {
  const std::string parameters = R"({"channelId":{"__rl":true,"mode":"id","value":)" + quoted(channel) + "}}";
  return behind("ctx/flat-target", first, node("Last", "discord", parameters, "2")).size();
}

std::vector<lint::Finding> event_fields(std::string_view code) {
  return behind("ctx/event-fields", kStranger, code_node("Last", code));
}

/// A Set of version 3.4 that assigns these names; `more` further parameters with a leading comma.
std::string set_node(std::initializer_list<std::string_view> names, std::string_view more = "") {
  std::string list;
  for (const std::string_view name : names)
    list += (list.empty() ? "" : ",") + (R"({"type":"string","value":"x","name":)" + quoted(name)) + "}";
  return node("Last", "set", R"({"assignments":{"assignments":[)" + list + "]}" + std::string(more) + "}", "3.4");
}

}  // namespace

TEST_CASE("ctx/flat-return") {
  CHECK(flat_return("return [{json: {ctx: {...$json, llm: {}}}}];") == 1);
  CHECK(flat_return("const ctx = {...$json, llm: {}}; return [{json: {ctx}}];") == 1);
  CHECK(flat_return("return [{json: {ctx: {...$json.ctx, llm: {}}}}];") == 0);
  for (const char* code : {
           "return [{json: {response: 'x'}}]",
           "return {json: {error: true, message: 'x'}}",
           "return [{valid: true}]",
           "const out = {json: {valid: false}}; return [out]",
           "return $input.all().map(item => ({json: {...item.json, score: 1}}))",
           "return [{json: {...$json, score: 1}}]",
           "const event = $json.ctx.event; return [{json: {...event, score: 1}}]",
           "return $json.a ? [{json: {response: 1}}] : []",
           "return items.map(i => { return {json: {error: i.json.text}} })",
       }) {
    CAPTURE(code);
    CHECK(flat_return(code) == 1);
  }
  for (const char* code : {
           "return [{json: {ctx: {...$json.ctx, response: 'x'}}}]",
           "return [{json: {...$json, ctx: {...$json.ctx, data: {}}}}]",
           "const ctx = $json.ctx; return [{json: {ctx, response: 'x'}}]",
           "return [{json: {...$json}}]",
           "return [{json: {...state, response: 'x'}}]; const state = f(); function f() {}",
           "return [{json: {[key()]: 1, response: 'x'}}]; function key() {}",
           "return [{json: {answer: 1}}]",
           "const a = [1].map(x => { return {response: x} }); return [{json: {ctx: {data: a}}}]",
           "return [{json: {text: 'x'}, error: 'y'}]",
       }) {
    CAPTURE(code);
    CHECK(flat_return(code) == 0);
  }
  CHECK(flat_return("return [{json: {response: 'x'}}]", kStranger) == 0);
  CHECK(flat_return("return [{json: {response: 'x'}}]", kReader, "Parse Reply") == 0);
  CHECK(flat_return("return [{json: {...$json, id: $('First').item.json.ctx.event.event_id}}]", kQuery) == 0);
}

TEST_CASE("ctx/flat-check") {
  CHECK(flat_check("={{ $json.valid }}") == 1);
  CHECK(flat_check("={{ !$json.valid }}") == 1);
  CHECK(flat_check("={{ $json['valid'] }}") == 1);
  CHECK(flat_check("={{ $input.item.json.valid === true }}") == 1);
  CHECK(flat_check("={{ $input.first().json.valid }}") == 1);
  CHECK(flat_check("={{ $json.ctx.validation.valid }}") == 0);
  CHECK(flat_check("={{ $json.ctx.validation?.valid ?? $json.valid }}") == 0);
  CHECK(flat_check("={{ $json.validated }}") == 0);
  CHECK(flat_check("={{ $('First').item.json.valid }}") == 0);
  CHECK(flat_check("={{ $json.valid }}", kStranger) == 0);
  CHECK(flat_check("={{ $json.valid }}", kQuery) == 0);
  CHECK(flat_check("={{ $json.valid }}", kReader, "set") == 0);
}

TEST_CASE("ctx/flat-query") {
  CHECK(flat_query("={{ $('First').item.json.text }}") == 1);
  CHECK(flat_query("={{ [ $('First').item.json.text, $json.a ] }}") == 1);
  CHECK(flat_query("={{ $node['First'].json.text }}") == 1);
  CHECK(flat_query("={{ $('First').item.json['text'] }},x") == 1);
  CHECK(flat_query("={{ $('Start').item.json.a }},={{ $('First').item.json.text }}") == 1);
  CHECK(flat_query("={{ $('First').item.json.ctx.event.text }}") == 0);
  CHECK(flat_query("={{ [ $('First').item.json.text || $('First').item.json.ctx.event.text ] }}") == 0);
  CHECK(flat_query("={{ $json.text }}") == 0);
  CHECK(flat_query("={{ $('First').item.json.text }}", kStranger) == 0);
  CHECK(flat_query("={{ $('First').item.json.id }}", kQuery) == 0);
  CHECK(flat_query("={{ $('Nobody').item.json.id }}") == 0);
}

TEST_CASE("ctx/flat-target") {
  CHECK(flat_target("={{ $json.channel_id }}") == 1);
  CHECK(flat_target("={{ $json.event.channel_id }}") == 1);
  CHECK(flat_target("={{ $json['channel_id'] }}") == 1);
  CHECK(flat_target("={{ $input.item.json.channel_id }}") == 1);
  CHECK(flat_target("={{ $json.thread_id || $json.channel_id }}") == 2);
  CHECK(flat_target("={{ $json.ctx.event.channel_id }}") == 0);
  CHECK(flat_target("={{ $json.thread_id || $json.ctx.event.channel_id }}") == 0);
  CHECK(flat_target("={{ $env.CHANNEL }}") == 0);
  CHECK(flat_target("123456") == 0);
  CHECK(flat_target("={{ $json.channel_id }}", kStranger) == 0);
  CHECK(flat_target("={{ $json.channel_id }}", kQuery) == 0);
}

TEST_CASE("ctx/event-fields") {
  for (const char* code : {
           "return [{json: {ctx: {event: {clean_text: 'x'}}}}]",
           "return [{json: {ctx: {event: {}}}}]",
           "const ctx = {event: {id: 1}}; return [{json: {ctx}}]",
           "const event = {text: 'x', trace_chain: []}; return [{json: {ctx: {event}}}]",
           "return $input.all().map(i => ({json: {ctx: {event: {text: i.json.text}, db: {}}}}))",
       }) {
    CAPTURE(code);
    const auto found = event_fields(code);
    REQUIRE(found.size() == 1);
    CHECK(found[0].severity == lint::Severity::error);
  }
  const auto traceless = event_fields("return [{json: {ctx: {event: {event_id: 1}}}}]");
  REQUIRE(traceless.size() == 1);
  CHECK(traceless[0].severity == lint::Severity::warning);
  for (const char* code : {
           "return [{json: {ctx: {event: {event_id: 1, trace_chain: []}}}}]",
           "return [{json: {ctx: {event: {...$json.event, tag: 'x'}}}}]",
           "const event = $json.body; return [{json: {ctx: {event: event}}}]",
           "return [{json: {ctx: {...$json.ctx, db: {}}}}]",
           "return [{json: {event: {text: 'x'}}}]",
           "return [{json: {ctx: {event: {[$json.key]: 1}}}}]",
       }) {
    CAPTURE(code);
    CHECK(event_fields(code).empty());
  }
  const auto made = [](std::initializer_list<std::string_view> names, std::string_view more = "") {
    return behind("ctx/event-fields", kStranger, set_node(names, more)).size();
  };
  CHECK(made({"ctx.event.text"}) == 1);
  CHECK(made({"ctx.event.event_id", "ctx.event.text"}) == 1);
  CHECK(made({"ctx.event.event_id", "ctx.event.trace_chain"}) == 0);
  CHECK(made({"ctx.event.text"}, R"(,"includeOtherFields":true)") == 0);
  CHECK(made({"ctx.event", "ctx.event.text"}) == 0);
}

TEST_CASE("ctx/namespace") {
  const auto put = [](std::string_view code) {
    return behind("ctx/namespace", kStranger, code_node("Last", code)).size();
  };
  CHECK(put("return [{json: {ctx: {weights: {}}}}]") == 1);
  CHECK(put("return [{json: {ctx: {...$json.ctx, 'llms': {}}}}]") == 1);
  CHECK(put("const ctx = {...$json.ctx, temp: 1}; return [{json: {ctx}}]") == 1);
  CHECK(put("const a = {}; return [{json: {ctx: {a}}}]") == 1);
  CHECK(put("return [{json: {ctx: {one: 1, two: 2}}}]") == 2);
  CHECK(put("if ($json.a) return [{json: {ctx: {one: 1}}}]; return [{json: {ctx: {one: 2}}}]") == 1);
  CHECK(put("return [{json: {ctx: {event: {}, llm: {}, db: {}, validation: {}, thread: {}, command: {}}}}]") == 0);
  CHECK(put("return [{json: {ctx: {projection: {}, timing: {}, response: 1, error: 1, result: 1, data: 1}}}]") == 0);
  CHECK(put("return [{json: {ctx: {...$json.ctx}}}]") == 0);
  CHECK(put("return [{json: {ctx: $json.other}}]") == 0);
  CHECK(put("return [{json: {weights: {}}}] // ctx: {weights: {}}") == 0);
  CHECK(put("const {ctx: {weights}} = $json; return []") == 0);
  CHECK(behind("ctx/namespace", kStranger, set_node({"ctx.weights.a", "ctx.weights.b", "ctx.llm.text"})).size() == 1);
  // What goes into another workflow is named by that workflow.
  const std::string made = code_node("First", "return [{json: {ctx: {db_queries: []}}}]");
  CHECK(behind("ctx/namespace", made, node("Last", "executeWorkflow", "{}", "1.2")).empty());
  CHECK(behind("ctx/namespace", made, node("Last", "noOp")).size() == 1);
}

TEST_CASE("ctx/lost-in-set") {
  const auto lost = [](const std::string& set, const std::string& first = kReader) {
    return behind("ctx/lost-in-set", first, set).size();
  };
  CHECK(lost(set_node({"ctx.llm.text"})) == 1);
  CHECK(lost(set_node({"ctx.llm.text", "ctx.llm.model"})) == 1);
  CHECK(lost(set_node({"text", "ctx.response.content"})) == 1);
  CHECK(lost(set_node({"ctx.llm.text"}, R"(,"includeOtherFields":false)")) == 1);
  CHECK(lost(node("Last", "set", R"({"keepOnlySet":true,"values":{"string":[{"name":"ctx.llm.text"}]}})", "2")) == 1);
  CHECK(lost(node("Last", "set", R"({"include":"none","fields":{"values":[{"name":"ctx.llm.text"}]}})", "3.2")) == 1);
  CHECK(lost(node("Last", "set", R"({"fields":{"values":[{"name":"ctx.llm.text"}]}})", "3.2")) == 0);
  CHECK(lost(node("Last", "set", R"({"values":{"string":[{"name":"ctx.llm.text"}]}})", "2")) == 0);
  CHECK(lost(set_node({"ctx.llm.text"}, R"(,"includeOtherFields":true)")) == 0);
  CHECK(lost(set_node({"ctx.llm.text"}, R"(,"includeOtherFields":"={{ true }}")")) == 0);
  CHECK(lost(set_node({"ctx.event", "ctx.llm.text"})) == 0);
  CHECK(lost(set_node({"text"})) == 0);
  CHECK(lost(set_node({"ctx.llm.text"}), kStranger) == 0);
  const std::string nodes =
      node("Start", "manualTrigger") + "," + kReader + "," + set_node({"ctx.llm.text"}) + "," + node("M", "merge");
  const std::string edges = wire("Start", "First") + "," + wire("First", "Last") + "," + wire("Last", "M");
  CHECK(check_rule("ctx/lost-in-set", workflow_text(nodes, edges)).empty());
}

TEST_CASE("one read is one finding: flow/ctx-lost before ctx/* before flow/missing-field, as far as they are on") {
  const auto rules = [](const std::string& producer, const std::string& reader, lint::RulesetName ruleset) {
    const std::string text = workflow_text(node("Start", "manualTrigger") + "," + producer + "," + reader,
                                           wire("Start", "First") + "," + wire("First", "Last"));
    std::string shown;
    for (const lint::Finding& finding : lint_test::findings_of({{"Demo.json", text}}, ruleset)) {
      const bool of_read =
          finding.rule.starts_with("flow/m") || finding.rule.starts_with("flow/c") || finding.rule.starts_with("ctx/");
      if (of_read) shown += finding.rule + " ";
    }
    return shown;
  };
  const std::string maker =
      code_node("First", "return [{json: {ctx: {event: {event_id: 1, trace_chain: []}, validation: {valid: true}}}}];");
  const std::string test = node("Last", "if", R"({"conditions":{"options":{},"combinator":"and","conditions":[
      {"leftValue":"={{ $json.valid }}","rightValue":"","operator":{"type":"boolean","operation":"true"}}]}})",
                                "2.2");
  CHECK(rules(maker, test, lint::RulesetName::kairon) == "ctx/flat-check ");
  CHECK(rules(maker, test, lint::RulesetName::n8n) == "flow/missing-field ");
  const std::string use = code_node("Last", "return [{json: {id: $json.ctx.event.event_id}}];");
  const std::string query =
      node("First", "postgres", R"({"operation":"executeQuery","query":"SELECT a FROM t"})", "2.6");
  const std::string request = node("First", "httpRequest", R"({"url":"https://example.org"})", "4.2");
  CHECK(rules(query, use, lint::RulesetName::kairon) == "flow/ctx-lost ");
  CHECK(rules(query, use, lint::RulesetName::n8n) == "flow/missing-field ");
  CHECK(rules(request, use, lint::RulesetName::kairon) == "flow/ctx-lost ");
  CHECK(rules(request, use, lint::RulesetName::n8n).empty());
}
