#include <doctest/doctest.h>

#include "json/document.h"
#include "lint/support.h"

// What the flow analysis tells and what it leaves alone: Start -> Make {a, b} -> P -> R. P is a Code
// node that gives something out, R one that reads.
using namespace kairon;
using lint_test::check_rule;
using lint_test::node;
using lint_test::wire;
using lint_test::workflow_text;

namespace {

using Texts = std::initializer_list<const char*>;

std::string quoted(std::string_view text) { return json::Writer().string(text).take(); }
std::string code(std::string_view name, std::string_view text, std::string_view more = "") {
  return node(name, "code", R"({"jsCode":)" + quoted(text) + "}", "2", more);
}
std::string fields(std::string_view names) {
  std::string list;
  for (const char name : names)
    list += std::string(list.empty() ? "" : ",") + R"({"name": ")" + name + R"(", "value": "x"})";
  return list;
}
std::string set(std::string_view name, std::string_view names) {
  return node(name, "set", R"({"assignments": {"assignments": [)" + fields(names) + "]}}", "3.4");
}

/// Findings of flow/missing-field and flow/ctx-lost in Start -> Make -> middle -> reader.
std::size_t missing(const std::string& middle, const std::string& reader) {
  const std::string nodes = node("Start", "manualTrigger") + "," + set("Make", "ab") + "," + middle + "," + reader;
  return check_rule("flow/missing-field",
                    workflow_text(nodes, wire("Start", "Make") + "," + wire("Make", "P") + "," + wire("P", "R")))
      .size();
}

std::size_t produced(const char* producer, const char* field = "f") {
  return missing(code("P", producer), code("R", "return [{json: {x: $json." + std::string(field) + "}}];"));
}

std::size_t read_by(const char* reader) { return missing(node("P", "noOp"), code("R", reader)); }

std::size_t through(const std::string& type, const std::string& parameters, const std::string& version,
                    const std::string& field, std::string_view more = "") {
  return missing(node("P", type, parameters, version, more), code("R", "return [{json: {x: $json." + field + "}}];"));
}

void expect_produced(std::size_t findings, Texts producers) {
  for (const char* producer : producers) {
    INFO(std::string(producer));
    CHECK(produced(producer) == findings);
  }
}

void expect_read(std::size_t findings, Texts readers) {
  for (const char* reader : readers) {
    INFO(std::string(reader));
    CHECK(read_by(reader) == findings);
  }
}

}  // namespace

TEST_CASE("flow tables: code that may give out the field is never told") {
  expect_produced(
      0, {"return [{json: {f: 1}}];",
          "return {f: 1};",
          "return [{f: 1}];",
          "const out = {}; out.f = 1; return [{json: out}];",
          "const out = {g: 1}; out['f'] = 1; return [{json: out}];",
          "const out = {}; for (const k of ['f']) out[k] = 1; return [{json: out}];",
          "const out = {}; Object.assign(out, {f: 1}); return [{json: out}];",
          "function add(o) { o.f = 1 } const out = {}; add(out); return [{json: out}];",
          "const out = {}; ({f: out.f} = $json); return [{json: out}];",
          "const out = {}; [out.f] = [1]; return [{json: out}];",
          "const out = {}; out.f ||= 1; return [{json: out}];",
          "const out = {}; ['f'].forEach(k => { out[k] = 1 }); return [{json: out}];",
          "const out = {}; Object.defineProperty(out, 'f', {value: 1}); return [{json: out}];",
          "const item = $input.first(); item.json.f = 1; return [item];",
          "return $input.all().map(i => { i.json.f = 1; return i; });",
          "return $input.all().map(function (i) { return {json: {...i.json, f: 1}} });",
          "for (const item of items) item.json.f = 1; return items;",
          "for (const item of items) { item.json = {f: 1} } return items;",
          "items.forEach(({json}) => { json.f = 1 }); return items;",
          "const j = $json; j.f = 1; return [{json: j}];",
          "items.push({json: {f: 1}}); return items;",
          "return items.concat([{json: {f: 1}}]);",
          "return [...items, {json: {f: 1}}];",
          "items[0].json['f'] = 1; return items;",
          "return [{json: {...$json, f: 1}}];",
          "const {a, ...rest} = $json; return [{json: rest}];",
          "const r = $json.a ? {f: 1} : {g: 1}; return [{json: r}];",
          "let r; if ($json.a) { r = {f: 1} } else { r = {g: 1} } return [{json: r}];",
          "let r = null; switch ($json.a) { case 1: r = {f: 1}; break } return [{json: r || {g: 1}}];",
          "const rows = []; rows.push(...[1].map(x => ({json: {f: x}}))); return rows;",
          "const rows = []; [1].forEach(f => rows.push({json: {f}})); return rows;",
          "const rows = new Array(3).fill({json: {f: 1}}); return rows;",
          "let rows = []; rows = rows.concat([{json: {f: 1}}]); return rows;",
          "const rows = []; rows[0] = {json: {f: 1}}; return rows;",
          "const rows = []; fill(rows); return rows; function fill(r) { r.push({json: {f: 1}}) }",
          "return Object.entries({x: 1}).map(([f, v]) => ({json: {f, v}}));",
          "const build = f => ({json: {f}}); return [1, 2].map(build);",
          "function build(f) { return {json: {f}} } return [build(1)];",
          "const get = async () => ({f: 1}); return [{json: await get()}];",
          "return [{json: new Thing()}]; function Thing() { this.f = 1 }",
          "return [{json: JSON.parse($json.a)}];",
          "return [{json: [1].reduce((sum, x) => { sum['f'] = x; return sum }, {})}];",
          "return await Promise.all(items.map(async item => ({json: {f: 1}})));",
          "if (!$json.a) { return [] } return [{json: {f: 1}}];",
          "try { return [{json: {f: 1}}] } catch (e) { return [{json: {error: e.message}}] }",
          "const name = 'f'; return [{json: {[name]: 1}}];",
          "const out = structuredClone($json); out.f = 1; return [{json: out}];",
          "return [1].flatMap(x => [{json: {f: x}}, {json: {g: x}}]);",
          "const base = {g: 1}; const full = {...base, f: 1}; return [{json: full}];",
          "const f = 1; return [{json: {f}}];",
          "const json = {f: 1}; return [{json}];",
          "return [{json: Object.assign({}, $json, {f: 1})}];",
          "return [{json: {...($json.a ? {f: 1} : {})}}];",
          "return [{json: {...($json.a && {f: 1})}}];",
          "const row = {json: {}}; row.json.f = 1; return [row];",
          "const rows = [{json: {}}]; for (const row of rows) row.json.f = 1; return rows;",
          "const out = {item: $input.first()}; out.item.json.f = 1; return items;",
          "return $('Other').all().map(i => i.json).map(d => ({json: {...d, f: 1}}));",
          "const o = $json; Object.assign(o, JSON.parse('{}')); return [items[0]];",
          "const i = items[0]; i.json = $input.first().json; Object.assign(i.json, $json); i.json.f = 1; return items;",
          "let l = items; if ($json.a) l = []; l.push({json: {f: 1}}); return items;",
          "function add(l) { l.push({json: {f: 1}}) } add([]); add(items); return items;",
          "return this.helpers.returnJsonArray([{f: 1}]);"});
}

TEST_CASE("flow tables: code that cannot give out the field is told") {
  expect_produced(
      1, {"return [{json: {g: 1}}];",
          "return {g: 1};",
          "return [{json: {...$json, g: 1}}];",
          "return items;",
          "return $input.all().filter(i => i.json.a);",
          "return $input.all().map(i => ({json: {g: i.json.a}}));",
          "return $input.all().map(i => i);",
          "return [$input.first()];",
          "const out = {}; out.g = 1; return [{json: out}];",
          "const out = {g: 1}; if (out.g) out.h = out.g; return [{json: out}];",
          "const rows = []; for (const i of items) rows.push({json: {g: i.json.a}}); return rows;",
          "const rows = []; rows.push({json: {g: 1}}, {json: {h: 1}}); return rows.length ? rows : [{json: {i: 1}}];",
          "let r; if ($json.a) { r = {h: 1} } else { r = {g: 1} } return [{json: r}];",
          "function build(g) { return {json: {g}} } return [1].map(build);",
          "const build = g => ({g}); return [{json: build(1)}];",
          "for (const item of items) item.json.g = 1; return items;",
          "return await Promise.all(items.map(async item => ({json: {g: 1}})));",
          "try { return [{json: {g: 1}}] } catch (e) { return [{json: {error: e.message}}] }",
          "const base = {g: 1}; return [{json: {...base, h: 1}}];",
          "return [{json: Object.assign({}, $json, {g: 1})}];",
          "const {a} = $json; return [{json: {a}}];",
          "return [1].flatMap(x => [{json: {h: x}}, {json: {g: x}}]);",
          "const json = {g: 1}; return [{json}];",
          "const get = async () => ({g: 1}); return [{json: await get()}];",
          "const inner = () => { return {f: 1} }; inner(); return [{json: {g: 1}}];",
          "const i = items[0]; i.json = $input.first().json; Object.assign(i.json, $json); return items;",
          "return Object.entries({x: 1}).map(([g, v]) => ({json: {g, v}}));"});
}

TEST_CASE("flow tables: every way to read a field that is not there") {
  expect_read(1, {"return [{json: {x: $json.f}}];",
                  "return [{json: {x: $json['f']}}];",
                  "return [{json: {x: $input.first().json.f}}];",
                  "return [{json: {x: $input.last().json.f.g}}];",
                  "return [{json: {x: $input.all()[0].json.f}}];",
                  "return [{json: {x: items[0].json.f}}];",
                  "return [{json: {x: $('Make').first().json.f}}];",
                  "return [{json: {x: $('Make').all()[0].json.f}}];",
                  "return [{json: {x: $node['Make'].json.f}}];",
                  "return [{json: {x: $items('Make')[0].json.f}}];",
                  "const d = $input.first().json; return [{json: {x: d.f}}];",
                  "const item = $input.first(); const d = item.json; return [{json: {x: d.f}}];",
                  "const {f} = $input.first().json; return [{json: {x: f}}];",
                  "const {f: x} = $json; return [{json: {x}}];",
                  "const {json} = $input.first(); return [{json: {x: json.f}}];",
                  "const {json: {f}} = $input.first(); return [{json: {x: f}}];",
                  "const [first] = $input.all(); return [{json: {x: first.json.f}}];",
                  "const [{json: d}] = items; return [{json: {x: d.f}}];",
                  "for (const item of $input.all()) { console.log(item.json.f) } return items;",
                  "for (const {json} of items) { console.log(json.f) } return items;",
                  "for (let i = 0; i < items.length; i++) { console.log(items[i].json.f) } return items;",
                  "return $input.all().map(item => ({json: {x: item.json.f}}));",
                  "return $input.all().map(({json}) => ({json: {x: json.f}}));",
                  "return items.map(i => i.json).map(d => ({json: {x: d.f}}));",
                  "return items.filter(i => i.json.a).map(i => ({json: {x: i.json.f}}));",
                  "const sum = items.reduce((s, i) => s + i.json.f, 0); return [{json: {sum}}];",
                  "items.sort((x, y) => x.json.f - 1); return items;",
                  "function name(item) { return item.json.f } return [{json: {x: name(items[0])}}];",
                  "const name = item => item.json.f; return items.map(name);",
                  "const d = $json; const f = d.f; if (!f) { return [] } return [{json: {f}}];",
                  "try { $json.a } catch (e) { return [{json: {x: $json.f}}] }",
                  "if ($json.a) { return [{json: {x: $json.f}}] } return [];",
                  "return [{json: {...$json.f}}];",
                  "return [{json: {x: `text ${$json.f}`}}];",
                  "const x = $json.f.map(i => i.a); return [{json: {x}}];",
                  "const x = $json.f.g; return [{json: {x: x || 1}}];",
                  "const x = $json.f; if (x) { items.push(x) } return [{json: {x}}];"});
}

TEST_CASE("flow tables: guarded reads, and reads of what is there") {
  expect_read(0,
              {"return [{json: {x: $json.a + $json.b}}];",
               "const {a, b: c} = $json; return [{json: {a, c}}];",
               "const {f = 1} = $json; return [{json: {f}}];",
               "const {f: x = 1} = $json; return [{json: {x}}];",
               "const {a, ...others} = $json; return [{json: {x: others.f}}];",
               "return [{json: {x: $json.f ?? 1}}];",
               "return [{json: {x: $json.f || 1}}];",
               "return [{json: {x: $json.f && 1}}];",
               "return [{json: {x: $json.f ? 1 : 2}}];",
               "return [{json: {x: $json.f?.g}}];",
               "return [{json: {x: $json?.f}}];",
               "return [{json: {x: $input.first()?.json?.f}}];",
               "return [{json: {x: !$json.f}}];",
               "return [{json: {x: typeof $json.f}}];",
               "return [{json: {x: 'f' in $json, y: $json.hasOwnProperty('f')}}];",
               "return [{json: {x: $json.f === undefined, y: null != $json.f}}];",
               "return [{json: {x: Array.isArray($json.f)}}];",
               "if ($json.f) { return [{json: {x: $json.f}}] } return [];",
               "if ($json.f !== undefined && $json.f.g) { return [{json: {x: $json.f.g}}] } return [];",
               "while ($json.f) { break } return [];",
               "const x = $json.f; if (x) items.push(x); return items;",
               "const x = $json.f; return [{json: {x: x ? x.y : 0}}];",
               "try { return [{json: {x: $json.f}}] } catch (e) { return [] }",
               "$json.f = 1; return [{json: {x: $json.f}}];",
               "for (const i of items) { i.json.f = 1 } return items.map(i => ({json: {x: i.json.f}}));",
               "const key = 'f'; return [{json: {x: $json[key]}}];",
               "const d = {f: 1}; return [{json: {x: d.f}}];",
               "const $json2 = {f: 1}; return [{json: {x: $json2.f}}];",
               "let d = $json; d = JSON.parse(d.a); return [{json: {x: d.f}}];",
               "function name(item) { return item.json.f } name(items[0]); return [{json: {x: name({json: {f: 1}})}}];",
               "return items.map((item, f) => ({json: {x: f}}));",
               "return items.map(i => JSON.parse(i.json.a)).map(d => ({json: {x: d.f}}));",
               "return items.concat(more()).map(i => ({json: {x: i.json.f}})); function more() { return [] }",
               "// $json.f\nreturn [{json: {x: '$json.f'}}];",
               "return [{json: {keys: Object.keys($json).length, x: $json.length, t: $json.toString()}}];",
               "delete $json.f; return [{json: $json}];",
               "const {[$json.a]: x} = $json; return [{json: {x}}];",
               "switch (true) { case !!$json.f: return [] } return items;",
               "const find = items.find(i => i.json.a === 1); return [{json: {x: find.json.a}}];",
               "const d = $('Make').first().json; return [{json: {x: d.a}}];",
               "const d = $('Start').first().json; return [{json: {x: d.f}}];",
               "return [{json: {x: $input.item.binary, y: $input.params, z: $input.context}}];"});
}

TEST_CASE("flow tables: Set in all its versions") {
  CHECK(through("set", R"({"values": {"string": [{"name": "f", "value": "x"}]}})", "1", "f") == 0);
  CHECK(through("set", R"({"values": {"string": [{"name": "f", "value": "x"}]}})", "1", "a") == 0);
  CHECK(through("set", R"({"values": {"string": [{"name": "f", "value": "x"}]}})", "2", "g") == 1);
  CHECK(through("set", R"({"keepOnlySet": true, "values": {"number": [{"name": "f", "value": 1}]}})", "2", "a") == 1);
  CHECK(through("set", R"({"keepOnlySet": true, "values": {"boolean": [{"name": "f.g", "value": true}]}})", "1",
                "f.g") == 0);
  CHECK(through("set", R"({"fields": {"values": [{"name": "f", "stringValue": "x"}]}})", "3", "a") == 0);
  CHECK(through("set", R"({"fields": {"values": [{"name": "f", "stringValue": "x"}]}, "include": "none"})", "3.2",
                "a") == 1);
  CHECK(through("set", R"({"fields": {"values": [{"name": "f"}]}, "include": "selected", "includeFields": "a"})", "3.1",
                "a") == 0);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "f.g", "value": 1}]}})", "3.4", "f.g") == 0);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "f[0]", "value": 1}]}})", "3.4", "f[0]") == 0);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "['f'].g[0]", "value": 1}]}})", "3.4", "f.g") == 0);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "['f'].g[0]", "value": 1}]}})", "3.4", "g") == 1);
  CHECK(through("set",
                R"({"assignments": {"assignments": [{"name": "f.g", "value": 1}]}, "options": {"dotNotation": false}})",
                "3.4", "f") == 1);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "={{ $json.a }}", "value": 1}]}})", "3.4", "f") ==
        0);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "=f", "value": 1}]}})", "3.4", "f") == 0);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "=f", "value": 1}]}})", "3.4", "g") == 1);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "g", "value": 1}]}, "includeOtherFields": true})",
                "3.4", "a") == 0);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "g", "value": 1}]}, "includeOtherFields": true})",
                "3.4", "f") == 1);
  CHECK(through("set", R"({"assignments": {"assignments": []}, "includeOtherFields": "={{ true }}"})", "3.4", "a") ==
        0);
  CHECK(through("set", R"({"mode": "raw", "jsonOutput": "{\"f\": 1}"})", "3.4", "f") == 0);
  CHECK(through("set", R"({"mode": "raw", "jsonOutput": "{\"g\": 1}"})", "3.4", "f") == 1);
  CHECK(through("set", R"({"mode": "raw", "jsonOutput": "={\"g\": {{ $json.a }}, \"h\": \"{{ $json.b }}\"}"})", "3.4",
                "f") == 1);
  CHECK(through("set", R"({"mode": "raw", "jsonOutput": "={\"{{ $json.a }}\": 1}"})", "3.4", "f") == 0);
  CHECK(through("set", R"({"mode": "raw", "jsonOutput": "={{ $json.a }}"})", "3.4", "f") == 0);
  CHECK(through("set", R"({"mode": "raw", "jsonOutput": "={{ {g: $json.a} }}"})", "3.4", "f") == 1);
  CHECK(through("set", R"({"mode": "raw", "jsonOutput": "={{ {...$json, g: 1} }}"})", "3.4", "a") == 0);
  CHECK(through("set", R"({"mode": "raw", "jsonOutput": "{\"g\": 1}", "includeOtherFields": true})", "3.4", "b") == 0);
  CHECK(through("set", R"({"mode": "raw", "jsonOutput": "{\"g\": 1}", "include": "none"})", "3.2", "b") == 1);
  CHECK(through("set", R"({"mode": "={{ 'raw' }}", "assignments": {"assignments": []}})", "3.4", "f") == 0);
}

TEST_CASE("flow tables: other nodes") {
  CHECK(through("limit", "{}", "1", "f") == 1);
  CHECK(through("sort", "{}", "1", "a") == 0);
  CHECK(through("wait", R"({"resume": "timeInterval"})", "1.1", "f") == 1);
  CHECK(through("wait", R"({"resume": "webhook"})", "1.1", "f") == 0);
  CHECK(through("httpRequest", R"({"url": "https://example.org"})", "4.2", "f") == 0);
  CHECK(through("splitOut", R"({"fieldToSplitOut": "a"})", "1", "f") == 1);
  CHECK(through("splitOut", R"({"fieldToSplitOut": "a"})", "1", "a") == 0);
  CHECK(through("aggregate", R"({"aggregate": "aggregateAllItemData"})", "1", "data") == 0);
  CHECK(through("aggregate", R"({"aggregate": "aggregateAllItemData", "destinationFieldName": "list"})", "1", "data") ==
        1);
  CHECK(through("aggregate", R"({"fieldsToAggregate": {"fieldToAggregate": [{"fieldToAggregate": "a"}]}})", "1", "a") ==
        0);
  CHECK(
      through(
          "aggregate",
          R"({"fieldsToAggregate": {"fieldToAggregate": [{"fieldToAggregate": "a", "renameField": true, "outputFieldName": "f"}]}})",
          "1", "a") == 1);
  CHECK(through("summarize", "{}", "1", "f") == 0);
  CHECK(through("removeDuplicates", "{}", "2", "f") == 1);
  CHECK(through("removeDuplicates", "{}", "2", "a") == 0);
  CHECK(through("discord", R"({"resource": "message"})", "2", "channel_id") == 0);
  CHECK(through("discord", R"({"resource": "message"})", "2", "a") == 1);
  CHECK(through("discord", R"({"resource": "message", "operation": "react"})", "2", "id") == 1);
  CHECK(through("discord", R"({"resource": "message", "operation": "getAll"})", "2", "a") == 0);
  CHECK(through("postgres", R"({"operation": "executeQuery", "query": "DELETE FROM t WHERE a = 1"})", "2.5", "a") == 1);
  CHECK(through("postgres", R"({"operation": "executeQuery", "query": "DELETE FROM t WHERE a = 1 RETURNING a"})", "2.5",
                "a") == 0);
  CHECK(through("postgres", R"({"operation": "executeQuery", "query": "INSERT INTO t (a) VALUES (1) RETURNING *"})",
                "2.5", "f") == 0);
  CHECK(through("postgres", R"({"operation": "executeQuery", "query": "SELECT t.a AS f FROM t"})", "2.5", "a") == 1);
  CHECK(through("postgres", R"({"operation": "executeQuery", "query": "=SELECT {{ $json.a }} FROM t"})", "2.5", "f") ==
        0);
  CHECK(through("postgres", R"({"operation": "executeQuery", "query": "SELECT 1 AS g; SELECT 2 AS f"})", "2.5", "f") ==
        0);
  CHECK(through("postgres", R"({"operation": "insert"})", "2.5", "f") == 0);
  CHECK(through("code", R"({"language": "python", "pythonCode": "return []"})", "2", "f") == 0);
  CHECK(through("code", R"({"jsCode": "return [{json: {g: 1}}];"})", "2", "error",
                R"(, "onError": "continueRegularOutput")") == 0);
  CHECK(through("code", R"({"jsCode": "return [{json: {g: 1}}];"})", "2", "error") == 1);
  CHECK(through("code", R"({"jsCode": "return [{json: {g: 1}}];"})", "2", "f",
                R"(, "onError": "continueErrorOutput")") == 1);
  CHECK(through("set", R"({"assignments": {"assignments": [{"name": "g", "value": 1}]}})", "3.4", "a",
                R"(, "disabled": true)") == 0);
  CHECK(through("n8n-nodes-acme.thing", "{}", "1", "f") == 0);
  const char* defined = R"({"promptType": "define"})";
  CHECK(through("@n8n/n8n-nodes-langchain.chainLlm", defined, "1.7", "text") == 0);
  CHECK(through("@n8n/n8n-nodes-langchain.chainLlm", defined, "1.7", "output") == 1);
  CHECK(through("@n8n/n8n-nodes-langchain.chainLlm", R"({"promptType": "define", "hasOutputParser": true})", "1.7",
                "output") == 0);
  CHECK(through("@n8n/n8n-nodes-langchain.agent", defined, "2.2", "text") == 1);
  CHECK(through("@n8n/n8n-nodes-langchain.agent", defined, "1.7", "text") == 1);
  CHECK(through("@n8n/n8n-nodes-langchain.agent", defined, "1.7", "output") == 0);
  CHECK(through("@n8n/n8n-nodes-langchain.agent", R"({"promptType": "define", "hasOutputParser": true})", "1.7",
                "text") == 0);
  CHECK(through("@n8n/n8n-nodes-langchain.agent", R"({"promptType": "define", "agent": "sqlAgent"})", "1.7", "text") ==
        0);
}

TEST_CASE("flow tables: forms, clocks and nodes that add a field") {
  const std::string form =
      R"({"formFields": {"values": [{"fieldLabel": "f"}, {"fieldType": "hiddenField", "fieldName": "h"}]}})";
  for (const char* known : {"f", "h", "submittedAt", "formMode"})
    CHECK(through("formTrigger", form, "2.2", known) == 0);
  CHECK(through("formTrigger", form, "2.2", "g") == 1);
  CHECK(through("formTrigger", R"({"formFields": {"values": [{"fieldLabel": "={{ 'x' }}"}]}})", "2.2", "g") == 0);
  CHECK(through("formTrigger", "{}", "2.2", "g") == 0);
  CHECK(through("scheduleTrigger", "{}", "1.2", "timestamp") == 0);
  CHECK(through("scheduleTrigger", "{}", "1.2", "f") == 1);
  CHECK(through("crypto", R"({"dataPropertyName": "f.x"})", "1", "f") == 0);
  CHECK(through("crypto", R"({"dataPropertyName": "f"})", "1", "g") == 1);
  CHECK(through("crypto", "{}", "1", "data") == 0);
  CHECK(through("crypto", R"({"dataPropertyName": "={{ $json.a }}"})", "1", "g") == 0);
  CHECK(through("markdown", R"({"destinationKey": "f"})", "1", "f") == 0);
  CHECK(through("markdown", R"({"destinationKey": "f"})", "1", "a") == 0);
  CHECK(through("function", R"({"functionCode": "return [{json: {g: 1}}];"})", "1", "f") == 1);
  CHECK(through("function", R"({"functionCode": "items[0].json.f = 1; return items;"})", "1", "f") == 0);
  CHECK(through("aiTransform", R"({"jsCode": "return [{json: {g: 1}}];"})", "1", "f") == 1);
  CHECK(through("@n8n/n8n-nodes-langchain.informationExtractor", "{}", "1", "output") == 0);
  CHECK(through("@n8n/n8n-nodes-langchain.informationExtractor", "{}", "1", "f") == 1);
  CHECK(through("@n8n/n8n-nodes-langchain.textClassifier", "{}", "1", "a") == 0);
  CHECK(through("@n8n/n8n-nodes-langchain.textClassifier", "{}", "1", "f") == 1);
}

TEST_CASE("flow tables: a chain whose model answers in JSON gives out the answer's own fields") {
  const auto read = [](const char* type, const char* options) {
    const std::string nodes = node("Start", "manualTrigger") + "," +
                              node("M", type, R"({"options": )" + std::string(options) + "}") + "," +
                              node("P", "@n8n/n8n-nodes-langchain.chainLlm", R"({"promptType": "define"})", "1.7") +
                              "," + code("R", "return [{json: {x: $json.f}}];");
    return check_rule("flow/missing-field", workflow_text(nodes, wire("Start", "P") + "," + wire("P", "R") + "," +
                                                                     wire("M", "P", "ai_languageModel")))
        .size();
  };
  const char* openai = "@n8n/n8n-nodes-langchain.lmChatOpenAi";
  CHECK(read(openai, "{}") == 1);
  CHECK(read(openai, R"({"responseFormat": "text"})") == 1);
  CHECK(read(openai, R"({"responseFormat": "json_object"})") == 0);
  CHECK(read(openai, R"({"textFormat": {"textOptions": [{"type": "json_object"}]}})") == 0);
  CHECK(read("@n8n/n8n-nodes-langchain.lmChatOllama", R"({"format": "json"})") == 0);
  CHECK(read("@n8n/n8n-nodes-langchain.lmChatOllama", R"({"format": "default"})") == 1);
  CHECK(read("@n8n/n8n-nodes-langchain.modelSelector", "{}") == 0);
}
