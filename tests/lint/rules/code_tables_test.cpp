#include <doctest/doctest.h>

#include "json/document.h"
#include "lint/support.h"

// Further tables of what the rules on code, references and SQL tell and what they leave alone.
using namespace kairon;
using lint_test::check_rule;
using lint_test::node;
using lint_test::wire;
using lint_test::workflow_text;

namespace {

using Texts = std::initializer_list<const char*>;

std::string quoted(std::string_view text) { return json::Writer().string(text).take(); }

/// Start -> A -> C -> B, with X next to them after Start; C is the Code node that is judged.
std::size_t of_code(std::string_view rule, std::string_view code) {
  const std::string judged = node("C", "code", R"({"jsCode":)" + quoted(code) + "}", "2");
  const std::string nodes = node("Start", "manualTrigger") + "," + node("A", "noOp") + "," + judged + "," +
                            node("B", "noOp") + "," + node("X", "noOp");
  const std::string edges = R"("Start": {"main": [[{"node": "A", "type": "main", "index": 0},)"
                            R"({"node": "X", "type": "main", "index": 0}]]},)" +
                            wire("A", "C") + "," + wire("C", "B");
  return check_rule(rule, workflow_text(nodes, edges)).size();
}

void expect(std::string_view rule, Texts told, Texts silent) {
  for (const char* code : told) {
    INFO(std::string(code));
    CHECK(of_code(rule, code) == 1);
  }
  for (const char* code : silent) {
    INFO(std::string(code));
    CHECK(of_code(rule, code) == 0);
  }
}

std::size_t sql(std::string_view rule, std::string_view query, const char* version = "2.4",
                std::string_view values = "") {
  std::string parameters = R"({"operation":"executeQuery","query":)" + quoted(query);
  if (!values.empty()) parameters += R"(,"options":{"queryReplacement":)" + quoted(values) + "}";
  return check_rule(rule, workflow_text(node("P", "postgres", parameters + "}", version), "")).size();
}

}  // namespace

TEST_CASE("tables: code/syntax and code/const-assign") {
  expect("code/syntax",
         {"return [{json: {}}", "const = 1;", "if ($json.a { return [] }", "let a = 1; let a = 2;", "return `open",
          "for (const x of) {}", "const f = () => { await g(); };"},
         {"return []", "for await (const x of f()) {}", "const a = $json?.a ?? 1; return [{json: {a}}]",
          "label: for (;;) { break label }", "return [{json: {r: /[/]\\}/.test('x')}}]",
          "async function f() { await 1 } return []", "// only a comment"});
  expect("code/const-assign",
         {"const a = 1; a = 2", "const a = 1; a += 2", "const a = 1; a++", "const [a] = $json.l; [a] = [1]",
          "for (const i of [1]) { i = 2 }", "const a = 1; function f() { a = 2 }"},
         {"let a = 1; a = 2", "const a = []; a.push(1); a[0] = 2", "const a = 1; { let a = 2; a = 3 }",
          "const a = 1; const f = a => { a = 2 }", "for (const i of [1]) { f(i) } function f() {}",
          "var a = 1; a = 2; // const a"});
}

TEST_CASE("tables: code/undeclared and code/mode") {
  expect("code/undeclared",
         {"return [{json: {a: nothing}}]", "helper()", "return [{json: item.json}]",
          "{ let a = 1 } return [{json: {a}}]", "const f = x => y; return f(1)", "return [{json: {d: dayjs()}}]"},
         {"return [{json: {d: DateTime.now(), e: $execution.id, w: $workflow.name}}]",
          "const {a, ...rest} = $json; return [{json: {a, rest}}]", "return items", "return f(); function f() {}",
          "const s = 'nothing'; return [{json: {nothing: s}}]", "try { f() } catch (e) { return e } function f() {}",
          "return Object.keys($json).map(k => ({json: {k}}))", "return [{json: {b: Buffer.from('x').toString()}}]"});
  expect("code/mode",
         {"return [{json: {a: $input.first().name}}]", "return [{json: {d: $now.format('yyyy')}}]",
          "return [{json: {a: $('A').first().id}}]", "for (const i of $input.all()) { i.text = 1 }"},
         {"return $input.all()", "return [{json: {a: $input.first().json.name}}]", "return [{json: {}, pairedItem: 0}]",
          "return [{json: {d: $now.toFormat('yyyy')}}]", "return [{name: 'x'}]",
          "for (const i of $input.all()) { i.json.text = 1 }", "return items.map(i => ({json: {a: i.json?.a ?? i.a}}))",
          "const i = items[0]; const a = i.a || i.json.a; return [{json: {a}}]"});
}

TEST_CASE("tables: code/mode where the code runs once for each item") {
  const auto each = [](const char* code) {
    const std::string judged = node("C", "code", R"({"mode":"runOnceForEachItem","jsCode":)" + quoted(code) + "}", "2");
    const std::string text = workflow_text(node("Start", "manualTrigger") + "," + judged, wire("Start", "C"));
    return check_rule("code/mode", text).size() + check_rule("code/return-shape", text).size();
  };
  for (const char* code : {"return [];", "return [{json: {}}];", "const out = []; out.push({json: {}}); return out;",
                           "return $json.list.map(x => ({json: {x}}));", "return $json.a ? [] : {json: {}};",
                           "return $input.first();", "return {json: {}, name: 1};"}) {
    CAPTURE(code);
    CHECK(each(code) == 1);
  }
  for (const char* code : {"return {json: {}};", "return {a: 1};", "const out = {}; return out;", "return $input.item;",
                           "return f(); function f() { return [] }", "const l = [1]; return {json: {l}};",
                           "const x = $json.list.map(i => [i]); return {json: {x}};", "return $('A').first();"}) {
    CAPTURE(code);
    CHECK(each(code) == 0);
  }
}

TEST_CASE("tables: keys beside json, wherever the item is made") {
  expect("code/return-shape",
         {"return $input.all().map(i => ({json: i.json, extra: 1}));",
          "return $input.all().map(function (i) { return {json: i.json, extra: 1} });",
          "return [...$input.all().map(i => ({json: i.json, extra: 1}))];",
          "return $json.a ? [{json: {}, extra: 1}] : [];", "return null ?? [{json: {}, extra: 1}];"},
         {"return $input.all().map(i => ({...i, json: {}}));", "return $input.all().map(i => ({a: 1, extra: 1}));",
          "const rows = [{json: {}, extra: 1}].map(r => ({json: r.json})); return rows;",
          "const body = {json: {}, extra: 1}; return [{json: body}];"});
}

TEST_CASE("tables: expression/syntax is n8n's own") {
  const auto wrong = [](const char* expression) {
    const std::string set =
        node("S", "set", R"({"assignments":{"assignments":[{"name":"a","value":)" + quoted(expression) + "}]}}", "3.4");
    return check_rule("expression/syntax",
                      workflow_text(node("Start", "manualTrigger") + "," + set, wire("Start", "S")))
        .size();
  };
  for (const char* text : {"={{ }}", "={{ {{ $json.a }} }}", "={{ $json.a + }}", "={{ {a: {b: 1}} }}", "={{ '}}' }}",
                           "={{ const a = 1 }}", "={{ return 1 }}", "={{ function() { return 1 }() }}",
                           "={{ class {} }}", "={{ await $json.a }}", "={{ a: 1 }}", "={{ if (1) 2 }}"}) {
    CAPTURE(text);
    CHECK(wrong(text) == 1);
  }
  for (const char* text :
       {"={{ $json.a }}", "={{ {a: 1} }}", "={{ {a: {b: 1} } }}", "={{ $json.a; }}",
        "={{ (() => { const a = 1; return a })() }}", "={{ (function() { return 1 })() }}",
        "={{\n(function(n) { return n }($json.a))\n}}", "={{ (class {}) }}", "={{ async () => await $json.a }}",
        "={{ \"{{ 1\" }}", "=\\{{ x }}", "={{ // c\n 1 }}", "{{ $json.a + }}", "={{ [1].map(x => x) }}"}) {
    CAPTURE(text);
    CHECK(wrong(text) == 0);
  }
}

TEST_CASE("tables: references") {
  expect("reference/missing-node",
         {"return $('Gone').all()", "return $(\"Gone\").all()", "return $(`Gone`).all()", "return $node['Gone'].json",
          "return $node.Gone.json", "return $items('Gone')", "const n = 'Gone'; return $(n).all()"},
         {"return $('A').all()", "return $(\"Start\").first()", "return $node.A.json", "// $('Gone')",
          "const s = \"$('Gone')\"; return [{json: {s}}]", "return $($json.name).all()",
          "const $ = x => x; return $('Gone')"});
  expect("reference/not-upstream",
         {"return $('B').all()", "return $('B').first()", "return $('X').first()", "return $('X').item",
          "return $node['X'].json", "return $items('B')", "const x = $('X'); return [x.item]",
          "const b = $('B'); return b.all()"},
         {"return $('A').all()", "return $('Start').item", "return $node.A.json",
          "try { return $('X').first() } catch { return [] }", "if ($('X').isExecuted) return $('X').all(); return []",
          "return [{json: {p: $('X').params}}]", "const x = $('X'); return [{json: {p: x.params}}]"});
  expect("code/too-many-references",
         {"return [$('A').first(), $('Start').first()]", "return [$('A').first(), $('X').first()]",
          "return [$('A').first(), $node.Start.json]", "return [$items('A')[0], $('Start').first()]",
          "const a = $('A').all(), b = $('B').all(), x = $('X').all()"},
         {"return $('A').all()", "return [$('A').first(), $('A').last()]", "return $input.all()",
          "return [$('A').first()] // $('X')", "return [$('A').first(), \"$('X')\"]"});
}

TEST_CASE("tables: sql/syntax") {
  for (const char* query : {"SELECT FROM WHERE", "SELECT a b c FROM t", "INSERT INTO t (a VALUES (1)",
                            "UPDATE t SET WHERE a = 1", "SELECT 'open", "DELETE t WHERE a = 1"}) {
    CAPTURE(query);
    CHECK(sql("sql/syntax", query, "2.5") == 1);
  }
  for (const char* query : {"SELECT 1", "SELECT $1::int", "=SELECT '{{ $json.a }}'",
                            "=SELECT * FROM {{ $json.table }} WHERE", "INSERT INTO t (a) VALUES ('}}') RETURNING id",
                            "BEGIN; SELECT 1; COMMIT", "WITH a AS (SELECT 1) SELECT * FROM a"}) {
    CAPTURE(query);
    CHECK(sql("sql/syntax", query, "2.5") == 0);
  }
}

TEST_CASE("tables: sql/placeholders by version and form") {
  const auto judged = [](const char* query, const char* version, const char* values) {
    return sql("sql/placeholders", query, version, values);
  };
  CHECK(judged("SELECT $1, $2", "2.4", "={{ $json.a }}, x") == 0);
  CHECK(judged("SELECT $1, $2", "2.4", "x,,") == 1);
  CHECK(judged("SELECT $1", "2.4", "") == 1);
  CHECK(judged("SELECT $1", "2.5", "") == 1);
  CHECK(judged("SELECT $1", "1", "") == 0);
  CHECK(judged("SELECT $1, $2", "2.5", "x") == 0);
  CHECK(judged("SELECT '$1'", "2.4", "") == 0);
  CHECK(judged("SELECT $$ $1 $$", "2.4", "") == 0);
  CHECK(judged("SELECT 1 -- $1", "2.4", "") == 0);
  CHECK(judged("SELECT $1, $2", "2.4", "={{ f($json.a, 1) }},={{ $json.b }}") == 1);
  CHECK(judged("SELECT $1, $2", "2.4", "=a {{ $json.a }},b") == 1);
  CHECK(judged("SELECT $1, $2", "2.4", "={{ [ $json.a, $json.b ] }}") == 0);
  CHECK(judged("SELECT $1, $2", "2.4", "={{ [ $json.a, $json.b ].join(',') }}") == 1);
  CHECK(judged("SELECT $1, $2", "2.4", "={{ $json.params }}") == 0);
  CHECK(judged("SELECT $1", "2.4", "={{ JSON.stringify({a: 1, b: 2}) }}") == 1);
  CHECK(judged("SELECT $1", "2.4", "={{ JSON.stringify($json) }}") == 0);
  CHECK(judged("SELECT $1, $2", "2.4", "={{ $json.a + ',' + $json.b }}") == 1);
  CHECK(judged("SELECT $1", "2.4", "={{ 'a' + $json.b }}") == 0);
  CHECK(judged("SELECT $1, $2", "2.4", "={{ 'a' + $json.b }}") == 1);
  CHECK(judged("SELECT $1, $2", "2.4", "={{ f($json.a, $json.b) }}") == 0);
  expect(
      "sql/placeholders",
      {"return [{json: {sql: 'SELECT $1', params: []}}]", "return [{json: {q: {sql: `SELECT $1, $2`, params: [1]}}}]",
       "const sql = 'UPDATE t SET a = $3'; return [{json: {sql, params: [1, 2]}}]"},
      {"return [{json: {sql: 'SELECT $1', params: [1]}}]", "return [{json: {sql: 'SELECT $2', params: [...list]}}]",
       "return [{json: {sql: 'SELECT $2', params}}]", "return [{json: {sql: 'cost: $2', params: []}}]",
       "return [{json: {sql: \"SELECT '$1'\", params: []}}]"});
}
