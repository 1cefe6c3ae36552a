#include <doctest/doctest.h>

#include "json/document.h"
#include "lint/support.h"

// Rules on JavaScript: what the examples in tests/fixtures/rules do not show.
using namespace kairon;
using lint_test::check_rule;
using lint_test::node;
using lint_test::wire;
using lint_test::workflow_text;

namespace {

std::string quoted(std::string_view text) { return json::Writer().string(text).take(); }

std::string code_node(std::string_view code, std::string_view more = "") {
  return node("C", "code", R"({"jsCode":)" + quoted(code) + std::string(more) + "}", "2");
}

constexpr std::string_view kEach = R"(,"mode":"runOnceForEachItem")";

/// Messages of one rule over a trigger and this Code node, each followed by "|".
std::string findings(std::string_view rule, std::string_view code, std::string_view more = "") {
  std::string shown;
  const auto found =
      check_rule(rule, workflow_text(node("Start", "manualTrigger") + "," + code_node(code, more), wire("Start", "C")));
  for (const lint::Finding& finding : found) shown += finding.message.text + "|";
  return shown;
}

bool silent(std::string_view rule, std::string_view code, std::string_view more = "") {
  return findings(rule, code, more).empty();
}

/// Findings of a rule over one Set parameter.
std::vector<lint::Finding> in_value(std::string_view rule, std::string_view value) {
  return check_rule(rule, workflow_text(node("S", "set", R"({"v":)" + quoted(value) + "}", "3.4"), ""));
}

}  // namespace

TEST_CASE("code/syntax") {
  CHECK(silent("code/syntax", "const a = await f();\nreturn [{json: a}];"));
  CHECK(silent("code/syntax", ""));
  CHECK(silent("code/syntax", "print('x'", R"(,"language":"python")"));
  CHECK(findings("code/syntax", "const a = 1;\nconst a = 2;").find("(line 2 of the code)") != std::string::npos);
  CHECK_FALSE(silent("code/syntax", "$input.all().map(i => { await f(i); });"));
  CHECK_FALSE(silent("code/syntax", "return [{ json: {} };"));
}

TEST_CASE("code/return-shape") {
  CHECK(silent("code/return-shape", "return [{json: {}}];"));
  CHECK(silent("code/return-shape", "return null;"));
  CHECK(silent("code/return-shape", "if ($json.a) { return []; }\nreturn f();"));
  CHECK(silent("code/return-shape", "if (!$json.a) { throw new Error('no'); } else { throw new Error('yes'); }"));
  CHECK(silent("code/return-shape", "print(1)", R"(,"language":"python")"));
  CHECK(silent("code/return-shape", "=return {{ $json.code }};"));
  CHECK(findings("code/return-shape", "") == "'C' has no code|");
  CHECK_FALSE(silent("code/return-shape", "  // nothing yet\n"));
  CHECK_FALSE(silent("code/return-shape", "const f = () => { return [{json: {}}]; };\nf();"));
  CHECK_FALSE(silent("code/return-shape", "const f = () => { throw new Error('no'); };"));
  CHECK_FALSE(silent("code/return-shape", "if (!$json.a) throw new Error('no');\nconst b = $json.a;"));
  CHECK(findings("code/return-shape", "if (!$json.a) return;\nreturn [];") ==
        "'C' returns nothing here (line 1 of the code)|");
  CHECK_FALSE(silent("code/return-shape", "return 'done';"));
  CHECK_FALSE(silent("code/return-shape", "return undefined;"));
  CHECK_FALSE(silent("code/return-shape", "$input.item.json.a = 1;", kEach));
  const auto left_out =
      check_rule("code/return-shape", workflow_text(node("Start", "manualTrigger") + "," +
                                                        code_node("if (!$json.a) return;\nreturn $input.item;", kEach),
                                                    wire("Start", "C")));
  REQUIRE(left_out.size() == 1);
  CHECK(left_out[0].severity == lint::Severity::warning);
}

TEST_CASE("a finding stands at its place in the JSON string, whatever was escaped before it") {
  // The code: a string with a quote, a line end, an umlaut and an emoji as escapes, then `missing`.
  const std::string text = workflow_text(
      R"({"name":"C","type":"n8n-nodes-base.code","typeVersion":2,"parameters":{"jsCode":"const a = \"x\";\nconst \u00fc = '\ud83d\ude00'; missing"}})",
      "");
  const auto found = check_rule("code/undeclared", text);
  REQUIRE(found.size() == 1);
  const std::size_t at = text.find("missing");
  const std::size_t line_begin = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1;
  CHECK(found[0].column == at - line_begin + 1);
  CHECK(found[0].node == "C");
  CHECK(found[0].message.text.find("line 2") != std::string::npos);
}

TEST_CASE("code/undeclared") {
  CHECK(silent("code/undeclared", "return items.map(i => ({json: {...i.json, now: DateTime.now()}}))"));
  CHECK(silent("code/undeclared", "return {json: {a: item.json.a}}", kEach));
  CHECK_FALSE(silent("code/undeclared", "return [{json: {...item.json}}]"));
  CHECK_FALSE(silent("code/undeclared", "return {json: items[0].json}", kEach));
  CHECK(silent("code/undeclared", "if (typeof foo === 'undefined') return []; return foo"));
  CHECK(silent("code/undeclared",
               "total = 0; for (const i of $input.all()) total += i.json.n; return [{json: {total}}]"));
  CHECK(silent("code/undeclared", "const a = 'item'; // item\nreturn [{json: {item: `${a} item`, b: a.item}}]"));
  CHECK(silent("code/undeclared", "return helper(); function helper() { return arguments.length ? [] : [] }"));
  CHECK_FALSE(silent("code/undeclared", "try { f() } catch { }"));
  CHECK(silent("code/undeclared",
               "const crypto = require('crypto'); return [{json: {h: crypto.randomUUID(), b: Buffer.from('a')}}]"));
  CHECK(findings("code/undeclared", "return [{json: $jsonn}]").find("$jsonn") != std::string::npos);
}

TEST_CASE("code/const-assign") {
  CHECK_FALSE(silent("code/const-assign", "const a = ''; if ($json.b) { a = 'x' } return [{json: {a}}]"));
  CHECK(silent("code/const-assign", "const a = {}; a.b = 1; a['c'] = 2; return [{json: a}]"));
  CHECK(silent("code/const-assign", "const a = 1; f(function () { let a = 2; a = 3; return a }); function f() {}"));
  CHECK_FALSE(silent("code/const-assign", "const {a} = $json; ({a} = $json)"));
}

TEST_CASE("code/mode: $input in each mode") {
  for (const char* code :
       {"return {json: $input.first().json}", "const i = $input; return {json: $input.all()[0].json}",
        "return {json: $input.last().json}", "return {json: $input.itemMatching(0).json}"}) {
    CAPTURE(std::string(code));
    CHECK_FALSE(silent("code/mode", code, kEach));
    CHECK(silent("code/mode", code));
  }
  CHECK(silent("code/mode", "return {json: $('A').first().json}", kEach));
  CHECK(silent("code/mode", "const s = '$input.first()'; return {json: {s}}", kEach));
}

TEST_CASE("code/return-shape: what is returned") {
  CHECK_FALSE(silent("code/return-shape", "return [{json: {}}]", kEach));
  CHECK(silent("code/return-shape", "return [{json: {}}]"));
  CHECK(silent("code/return-shape", "const l = [1].map(x => { return [x] }); return {json: {l}}", kEach));
  CHECK_FALSE(silent("code/return-shape", "return [{json: {a: 1}, extra: 2}]"));
  CHECK(silent("code/return-shape", "return [{json: {a: 1}, pairedItem: 0, binary: {}}]"));
  CHECK(silent("code/return-shape", "return [{a: 1, b: 2}]"));
  CHECK(silent("code/return-shape", "return [{json: {}, ...$input.first()}]"));
}

TEST_CASE("code/mode: members of an item") {
  CHECK_FALSE(silent("code/mode", "return [{json: {h: $input.first().now.hour}}]"));
  CHECK_FALSE(silent("code/mode", "return $input.all().map(i => ({json: {a: i.name}}))"));
  CHECK(silent("code/mode", "return $input.all().map(i => ({json: {a: i.json.name, b: i.binary, p: i.pairedItem}}))"));
  CHECK(silent("code/mode", "const items = $json.list; return items.map(item => ({json: {a: item.name}}))"));
  CHECK(silent("code/mode", "return [{json: {n: $input.all().length}}]"));
}

TEST_CASE("code/mode: $now.format") {
  CHECK_FALSE(silent("code/mode", "return [{json: {d: $now.format('yyyy')}}]"));
  CHECK(silent("code/mode", "return [{json: {d: $now.toFormat('yyyy')}}]"));
  CHECK(in_value("code/mode", "={{ $now.format('yyyy') }}").empty());
}

TEST_CASE("expression/syntax") {
  CHECK(in_value("expression/syntax", "={{ $json.a }} and {{ $json['b c'] ?? 'x' }}").empty());
  CHECK(in_value("expression/syntax", "={{ {a: 1, b: $json.c} }}").empty());
  CHECK(in_value("expression/syntax", "=\\{{ not code }}").empty());
  CHECK(in_value("expression/syntax", "{{ not code }}").empty());
  CHECK(in_value("expression/syntax", "={{ '{{' }}").empty());
  CHECK(in_value("expression/syntax", "={{ $json.a; }}").empty());
  CHECK(in_value("expression/syntax", "={{ $json.list.map(i => { return i.x }) }}").empty());
  for (const char* value :
       {"={{ }}", "={{}}", "={{ voice id }}", "={{ {{ $json.a }} }}", "={{ '}}' }}", "={{ $('it's').item }}",
        "={{ const a = 1 }}", "={{ /* empty */ }}", "={{ {a: {b: 1}} }}", "={{ $json.a + "}) {
    CAPTURE(std::string(value));
    const auto found = in_value("expression/syntax", value);
    REQUIRE(found.size() == 1);
    CHECK(found[0].severity == lint::Severity::error);
  }
  const auto unclosed = in_value("expression/syntax", "=x {{ $json.a");
  REQUIRE(unclosed.size() == 1);
  CHECK(unclosed[0].severity == lint::Severity::warning);
}

TEST_CASE("expression/no-prefix") {
  CHECK(in_value("expression/no-prefix", "Hello {{ $json.name }}").size() == 1);
  CHECK(in_value("expression/no-prefix", "=Hello {{ $json.name }}").empty());
  CHECK(in_value("expression/no-prefix", "Hello {{ name }}").empty());
  CHECK(in_value("expression/no-prefix", "costs {{ $5 }}").empty());
  CHECK(check_rule(
            "expression/no-prefix",
            workflow_text(
                node("P", "postgres", R"({"operation":"executeQuery","query":"SELECT {{ $json.a }}"})", "2.4"), ""))
            .empty());
  CHECK(check_rule("expression/no-prefix", workflow_text(node("N", "stickyNote", R"({"content":"{{ $json.a }}"})"), ""))
            .empty());
  CHECK(silent("expression/no-prefix", "const t = '{{ $json.a }}'; return [{json: {t}}]"));
}

TEST_CASE("reference/missing-node") {
  const auto missing = [](std::string_view value) { return in_value("reference/missing-node", value).size(); };
  CHECK(missing("={{ $('Gone').item.json.a }}") == 1);
  CHECK(missing("={{ $('S').item.json.a }}") == 0);
  CHECK(missing("={{ $node[\"Gone\"].json.a }} {{ $node.Gone2.json }}") == 2);
  CHECK(missing("={{ $items('Gone') }}") == 1);
  CHECK(missing("={{ $(`Gone`).first() }}") == 1);
  CHECK(missing("={{ $('\\u0053').first() }}") == 0);
  CHECK(missing("={{ $('s').first() }}") == 1);
  CHECK(missing("={{ \"$('Gone')\" }}") == 0);
  CHECK(missing("={{ $($json.name).first() }}") == 0);
  CHECK(missing("text $('Gone')") == 0);
  CHECK(findings("reference/missing-node", "const name = 'Gone'; return $(name).all()") != "");
  CHECK(silent("reference/missing-node", "// $('Gone')\nreturn []"));
}

TEST_CASE("reference/not-upstream") {
  const auto judged = [](std::string_view value, std::string_view more = "") {
    const std::string nodes = node("Start", "manualTrigger") + "," + node("A", "noOp") + "," + node("B", "noOp") + "," +
                              node("R", "set", R"({"v":)" + quoted(value) + "}", "3.4", more) + "," + node("D", "noOp");
    const std::string edges =
        R"("Start": {"main": [[{"node": "A", "type": "main", "index": 0}, {"node": "B", "type": "main", "index": 0}]]},)" +
        wire("A", "R") + "," + wire("R", "D");
    const auto found = check_rule("reference/not-upstream", workflow_text(nodes, edges));
    return found.empty() ? lint::Severity::off : found[0].severity;
  };
  CHECK(judged("={{ $('A').item.json.x }}") == lint::Severity::off);
  CHECK(judged("={{ $('B').item.json.x }}") == lint::Severity::error);
  CHECK(judged("={{ $node['B'].json.x }}") == lint::Severity::error);
  CHECK(judged("={{ $('B').first().json.x }}") == lint::Severity::warning);
  CHECK(judged("={{ $('D').first().json.x }}") == lint::Severity::error);
  CHECK(judged("={{ $('B').isExecuted ? $('B').first().json.x : 1 }}") == lint::Severity::off);
  CHECK(judged("={{ $('B').params.x }}") == lint::Severity::off);
  CHECK(judged("={{ $('B').item.json.x }}", R"(, "disabled": true)") == lint::Severity::off);
}

TEST_CASE("code/too-many-references") {
  CHECK_FALSE(silent("code/too-many-references", "return [$('A').first(), $('B').first()]"));
  CHECK(silent("code/too-many-references", "return [$('A').first(), $('A').last()]"));
  CHECK(silent("code/too-many-references", "// $('A') $('B')\nreturn []"));
}

TEST_CASE("env/undeclared tells each name once per tree") {
  lint::Tree tree;
  tree.declared_variables = std::vector<std::string>{"KNOWN"};
  for (const char* path : {"A.json", "B.json"}) {
    const std::string value = quoted("={{ $env.KNOWN + $env.NEW }}");
    auto verdict = lint::check_workflow(workflow_text(node("S", "set", R"({"v":)" + value + "}"), ""), path);
    tree.files.push_back({path, path, std::move(verdict.facts), true});
  }
  const auto found = lint_test::of_rule(lint::check_tree(tree), "env/undeclared");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.text.find("NEW") != std::string::npos);
  tree.declared_variables.reset();
  CHECK(lint_test::of_rule(lint::check_tree(tree), "env/undeclared").empty());
}

TEST_CASE("flow/missing-field: an operator that asks for presence always gives the same answer") {
  const auto judged = [](std::string_view operation) {
    const std::string condition =
        R"({"conditions":{"options":{},"combinator":"and","conditions":[{"leftValue":"={{ $json.gone }}","rightValue":"={{ $json.gone2 }}","operator":{"type":"string","operation":")" +
        std::string(operation) + R"("}}]}})";
    return check_rule("flow/missing-field", workflow_text(node("Start", "webhook", R"({"path":"x"})") + "," +
                                                              node("If", "if", condition, "2.2"),
                                                          wire("Start", "If")));
  };
  for (const char* operation : {"notEmpty", "exists"}) {
    const auto asked = judged(operation);  // the right side is not looked at
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].severity == lint::Severity::warning);
    CHECK(asked[0].message.text ==
          "'If' asks for the field 'gone', which its input never has: the answer is always the same");
  }
  const auto compared = judged("equals");
  REQUIRE(compared.size() == 2);
  CHECK(compared[0].severity == lint::Severity::error);
}
