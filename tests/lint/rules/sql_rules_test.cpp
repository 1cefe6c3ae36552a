#include <doctest/doctest.h>

#include "json/document.h"
#include "lint/support.h"

// SQL in Postgres nodes and in Code: what the examples in tests/fixtures/rules do not show.
using namespace kairon;
using lint_test::check_rule;
using lint_test::node;
using lint_test::workflow_text;

namespace {

std::string quoted(std::string_view text) { return json::Writer().string(text).take(); }

std::size_t in_node(std::string_view rule, std::string_view query, std::string_view values = "",
                    std::string_view version = "2.4") {
  const std::string options = values.empty() ? "" : R"(,"options":{"queryReplacement":)" + quoted(values) + "}";
  return check_rule(rule, workflow_text(
                              node("P", "postgres",
                                   R"({"operation":"executeQuery","query":)" + quoted(query) + options + "}", version),
                              ""))
      .size();
}

std::vector<lint::Finding> in_code(std::string_view rule, std::string_view code) {
  return check_rule(rule, workflow_text(node("C", "code", R"({"jsCode":)" + quoted(code) + "}", "2"), ""));
}

}  // namespace

TEST_CASE("sql/syntax in Postgres nodes") {
  CHECK(in_node("sql/syntax", "SELECT 1") == 0);
  CHECK(in_node("sql/syntax", "SELECT FROM WHERE") == 1);
  CHECK(in_node("sql/syntax", "SELECT a FROM t ORDER BY a UNION ALL SELECT b FROM u") == 1);
  CHECK(in_node("sql/syntax", "=SELECT * FROM t WHERE a = {{ $json.a }} AND b = '{{ $json.b }}'") == 0);
  CHECK(in_node("sql/syntax", "=SELECT * FROM t {{ $json.where }} ORDER") == 0);
  CHECK(in_node("sql/syntax", "=SELECT '{{ $json.a }}' FROM FROM t") == 1);
  CHECK(in_node("sql/syntax", "-- comment\nSELECT $1::text") == 0);
  CHECK(in_node("sql/syntax", "") == 0);
  CHECK(in_node("sql/syntax", "={{ $json.query }}") == 0);
  CHECK(in_node("sql/syntax", "={{ $json.query }} LIMIT 1") == 0);
  // The first word may be the typo.
  CHECK(in_node("sql/syntax", "SELEC a FROM t") == 1);
  CHECK(in_node("sql/syntax", "=SELEC a FROM t WHERE b = '{{ $json.b }}'") == 1);
  CHECK(in_node("sql/syntax", "SET statement_timeout = '5s'; LOCK TABLE t") == 0);
}

TEST_CASE("sql/syntax in Code") {
  CHECK(in_code("sql/syntax", "return [{json: {q: {sql: 'SELECT 1', params: []}}}]").empty());
  CHECK(in_code("sql/syntax", "return [{json: {q: {sql: 'SELEC 1'}}}]").empty());
  const auto found =
      in_code("sql/syntax",
              "const sql = `SELECT *\nFROM t\nWHERE WHERE a = 1`;\nreturn [{json: {q: {sql, sql: sql, params: []}}}]");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.text.find("line 3 of the SQL") != std::string::npos);
  CHECK(in_code("sql/syntax", "return [{json: {q: {sql: `SELECT ${a} FROM FROM t`}}}]").empty());
}

TEST_CASE("sql/placeholders in Postgres nodes") {
  const auto judged = [](std::string_view query, std::string_view values, std::string_view version = "2.4") {
    return in_node("sql/placeholders", query, values, version);
  };
  CHECK(judged("SELECT $1, $2", "") == 1);
  CHECK(judged("SELECT $1, $2", "", "2.6") == 1);
  CHECK(judged("SELECT $1", "", "1") == 0);
  CHECK(judged("SELECT '$1'", "") == 0);
  CHECK(judged("SELECT 1 -- $1", "") == 0);
  CHECK(judged("SELECT $1, $2", "={{ [ $json.a, $json.b ] }}") == 0);
  CHECK(judged("SELECT $1, $2", "={{ [ $json.a ] }}") == 1);
  CHECK(judged("SELECT $1, $2", "={{ [ $json.a ] }}", "2.6") == 1);
  CHECK(judged("SELECT $1, $2", "={{ [ ...$json.a ] }}") == 0);
  CHECK(judged("SELECT $1, $2", "={{ $json.params }}") == 0);
  CHECK(judged("SELECT $1, $2", "={{ $json.params }}", "2.6") == 0);
  CHECK(judged("SELECT $1, $2", "={{ $json.a }},{{ $json.b }}") == 0);
  CHECK(judged("SELECT $1, $2", "={{ $json.a }}, {{ $json.b }}") == 0);
  CHECK(judged("SELECT $1, $2", "={{ $json.a }},={{ $json.b }}") == 0);
  CHECK(judged("SELECT $1, $2", "=={{ $json.a }}, = {{ $json.b }}") == 0);
  CHECK(judged("SELECT $1, $2, $3", "={{ $json.a }},={{ $json.b }}") == 1);
  CHECK(judged("SELECT $1, $2", "={{ $json.a }},=x {{ $json.b }}") == 1);
  CHECK(judged("SELECT $1, $2", "a,b") == 0);
  CHECK(judged("SELECT $1, $2", "a") == 1);
  CHECK(judged("SELECT $1, $2", "={{ $json.a }},") == 1);
  CHECK(judged("SELECT $1, $2", "={{ f($json.a, 1) }},{{ $json.b }}") == 1);
  CHECK(judged("SELECT $1, $2", "=x:{{ $json.a }},{{ $json.b }}") == 1);
  CHECK(judged("SELECT $1, $2", "={{ [$json.a, $json.b].join(',') }}") == 1);
  CHECK(judged("SELECT $1, $2", "=x:{{ $json.a }},{{ $json.b }}", "2.5") == 0);
}

TEST_CASE("sql/placeholders in Code") {
  const auto count = [](std::string_view code) { return in_code("sql/placeholders", code).size(); };
  CHECK(count("return [{json: {q: {sql: 'SELECT $1, $2', params: [1, 2]}}}]") == 0);
  CHECK(count("return [{json: {q: {sql: 'SELECT $1, $2', params: [1]}}}]") == 1);
  CHECK(count("return [{json: {q: {sql: 'SELECT $1, $2', params: [...a]}}}]") == 0);
  CHECK(count("return [{json: {q: {sql: 'SELECT $1, $2', params}}}]") == 0);
  CHECK(count("return [{json: {q: {sql: `SELECT '$2', $1`, params: [1]}}}]") == 0);
  CHECK(count("return [{json: {q: {sql: 'SELECT \\'$2\\', $1', params: [1]}}}]") == 0);
}

TEST_CASE("sql/interpolation tells of data in the text of a statement, once a node") {
  const auto told = [](std::string_view query) { return in_node("sql/interpolation", query, ""); };
  CHECK(told("=SELECT * FROM t WHERE a = '{{ $json.a }}'") == 1);
  CHECK(told("=SELECT * FROM t WHERE a = '{{ $json.a }}' AND b = '{{ $json.b }}'") == 1);
  for (const char* name :
       {"SELECT * FROM {{ $('A').item.json.table }}", "=DESCRIBE {{ $json.table }}",
        "=SELECT * FROM s.{{ $json.table }} ORDER BY {{ $json.column }}", "=INSERT INTO {{ $json.t }} VALUES (1)"})
    CHECK(told(name) == 0);
  CHECK(told("SELECT {{ $('A').item.json.value }}") == 1);
  CHECK(told("=SELECT * FROM t WHERE a = {{ $input.first().json.a || 0 }}") == 1);
  for (const char* whole : {"={{ $json.sql }}", "{{ $json.sql }}", "\n {{ $json.sql }} ;"}) CHECK(told(whole) == 0);
  CHECK(told("SELECT * FROM t WHERE a = $1") == 0);
  CHECK(told("=SELECT * FROM {{ $env.SCHEMA }}.t WHERE d > '{{ $now.minus(7).toISO() }}'") == 0);
  CHECK(told("=SELECT * FROM t WHERE a = {{ Number($json.a) }} LIMIT {{ $json.list.length }}") == 0);
  CHECK(told("=SELECT * FROM t WHERE a = '{{ $json.a.replace(/'/g, `''`) }}'") == 0);
}
