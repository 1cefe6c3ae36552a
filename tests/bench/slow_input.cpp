// Texts that are made to take long: deep nesting, long lines, many of everything. Prints the CPU seconds that each
// takes beside the budget of 2 s, at 1 MiB, and with KAIRON_FULL=1 at 31 MiB, just below the largest file that is read.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/format.h"
#include "base/text.h"
#include "json/document.h"
#include "lint/check.h"
#include "lint/migration_lint.h"
#include "lint/support/search.h"

using namespace kairon;

namespace {

constexpr double kBudget = 2;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// `unit` with each `#` replaced by a number, as often as it takes to fill `size` bytes.
std::string many(std::size_t size, const std::string& unit) {
  const bool numbered = unit.find('#') != std::string::npos;
  std::string out;
  out.reserve(size + unit.size() + 8);
  for (std::size_t i = 0; out.size() < size; ++i)
    out += numbered ? text::replace_all(unit, "#", std::to_string(i)) : unit;
  return out;
}

std::string node(const std::string& name, const std::string& type, const std::string& parameters) {
  return kairon::format(
      R"({{"id":"{0}","name":"{0}","type":"n8n-nodes-base.{1}","typeVersion":2,"position":[0,0],"parameters":{2}}})",
      name, type, parameters);
}

std::string workflow(const std::string& nodes, const std::string& connections = "{}", const std::string& name = "W") {
  return R"({"name":")" + name + R"(","nodes":[)" + nodes + R"(],"connections":)" + connections +
         R"(,"settings":{},"active":false})";
}

std::string many_nodes(std::size_t size, const std::string& type, const std::string& parameters) {
  return workflow(many(size, node("N#", type, parameters) + ",") + node("Last", "noOp", "{}"));
}

std::string quoted(const std::string& text) {
  json::Writer out;
  return out.string(text).take();
}

std::string with_code(const std::string& code) {
  return workflow(node("A", "code", R"({"jsCode":)" + quoted(code) + "}"));
}
std::string with_value(const std::string& value) {
  return workflow(node("A", "set", R"({"value":)" + quoted(value) + "}"));
}
std::string with_sql(const std::string& sql) {
  return workflow(node("A", "postgres", R"({"operation":"executeQuery","query":)" + quoted(sql) + "}"));
}

/// A chain of nodes, in which each is connected with the `width` next ones.
std::string graph(std::size_t count, std::size_t width) {
  std::string nodes;
  std::string edges;
  for (std::size_t i = 0; i < count; ++i) {
    nodes += (i == 0 ? "" : ",") + node(kairon::format("N{}", i), "noOp", "{}");
    edges += kairon::format(R"({}"N{}":{{"main":[[)", i == 0 ? "" : ",", i);
    for (std::size_t k = 1; k <= width; ++k)
      edges += kairon::format(R"({}{{"node":"N{}","type":"main","index":0}})", k == 1 ? "" : ",", (i + k) % count);
    edges += "]]}";
  }
  return workflow(nodes, "{" + edges + "}");
}

/// A graph without order: each node leads to six others anywhere. `make` writes the node of a number.
template <typename Make>
std::string thicket(std::size_t count, const Make& make) {
  std::string nodes = node("N0", "manualTrigger", "{}");
  std::string edges;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) nodes += "," + make(i);
    edges += kairon::format(R"({}"N{}":{{"main":[[)", i == 0 ? "" : ",", i);
    for (std::size_t k = 1; k <= 6; ++k)
      edges += kairon::format(R"({}{{"node":"N{}","type":"main","index":0}})", k == 1 ? "" : ",",
                              1 + (i * 7919 + k * k * 104729) % (count - 1));
    edges += "]]}";
  }
  return workflow(nodes, "{" + edges + "}");
}

std::string code_that_adds(std::size_t i) {
  return node(
      kairon::format("N{}", i), "code",
      kairon::format(
          R"x({{"jsCode":"return $input.all().map(i => ({{json: {{...i.json, f{0}: $('N{1}').item.json.a}}}}));"}})x",
          i, i / 2));
}

std::string mixed_node(std::size_t i) {
  const std::string name = kairon::format("N{}", i);
  if (i % 4 == 0) return code_that_adds(i);
  if (i % 4 == 1) return node(name, "if", R"({"conditions":{"conditions":[{"leftValue":"={{ $json.a }}"}]}})");
  return i % 4 == 2 ? node(name, "merge", "{}") : node(name, "set", R"({"v":"={{ $json.a }}"})");
}

struct Case {
  std::string name;
  std::string text;
};

std::vector<Case> migrations(std::size_t size) {
  const auto twice = [&](const std::string& open, const std::string& close) {
    return many(size / 2, open) + many(size / 2, close);
  };
  return {
      {"nested comments", twice("/*", "*/")},
      {"open comments", many(size, "/*")},
      {"BEGIN", many(size, "BEGIN;")},
      {"blocks in a body", "DO $$ " + twice("BEGIN ", "END; ") + "$$;"},
      {"a long string", "SELECT '" + std::string(size, 'a') + "';"},
      {"small statements", many(size, "SELECT 1;")},
      {"semicolons", std::string(size, ';')},
      {"parentheses", "SELECT " + twice("(", ")") + ";"},
      {"dollars", many(size, "$t#$")},
      {"notes", many(size, "-- kairon: allow migration/truncate x\n")},
      {"commands of psql", many(size, "\\set x 1\n")},
      {"commas", "SELECT " + many(size, "1,") + "1;"},
      {"rows", "INSERT INTO t VALUES " + many(size, "(1),") + "(1);"},
      {"columns", "ALTER TABLE t " + many(size, "ADD a# int,") + "ADD b int;"},
      {"tables", many(size, "CREATE TABLE t# (a int);")},
      {"drops", many(size, "DROP TABLE t#;")},
      {"renames", many(size, "ALTER TABLE a# RENAME TO b;")},
      {"indexes", many(size, "CREATE INDEX ON t# (a);")},
      {"blocks", many(size, "DO $$ BEGIN END $$;")},
      {"functions", many(size, "CREATE FUNCTION f#() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;")},
      {"urls with passwords", "-- " + many(size, "http://a:b#@c.example ")}};
}

std::vector<Case> workflows(std::size_t size) {
  const std::string deep = many(size / 2, "[") + many(size / 2, "]");
  const std::size_t nodes = size / 220;
  return {{"deep lists", deep},
          {"deep parameters", workflow(node("A", "set", R"({"a":)" + deep + "}"))},
          {"a long name", workflow(node("A", "noOp", "{}"), "{}", many(size, "http://a:b#@c.example "))},
          {"keys that occur twice", "{" + many(size, R"("k":1,)") + R"("k":1})"},
          {"keys", "{" + many(size, R"("k#":1,)") + R"("k":1})"},
          {"a large object, many small",
           "[{" + many(size / 2, R"("k#":1,)") + R"("k":1},)" + many(size / 2, R"({"a":1,"b":1},)") + "1]"},
          {"nodes", many_nodes(size, "noOp", "{}")},
          {"nodes of one name", workflow(many(size, node("N", "noOp", "{}") + ",") + node("N", "noOp", "{}"))},
          {"conditions", many_nodes(size, "if", R"({"conditions":{"conditions":[{"leftValue":"={{ $json.a }}"}]}})")},
          {"Code nodes", many_nodes(size, "code", R"x({"jsCode":"return $input.all()"})x")},
          {"queries", many_nodes(size, "postgres", R"({"operation":"executeQuery","query":"SELECT 1"})")},
          {"references", many_nodes(size, "set", R"({"v":"={{ $('N#').item.json.a }}"})")},
          {"a chain", graph(nodes, 1)},
          {"a web", graph(std::min<std::size_t>(nodes, 5000), std::min<std::size_t>(nodes / 10, 400))},
          {"a thicket of Code", thicket(3000, code_that_adds)},
          {"a thicket of all kinds", thicket(3000, mixed_node)},
          {"statements of code", with_code(many(size, "const x = 1;\n"))},
          {"names in code", with_code(many(size, "let a# = $json.b#;\n"))},
          {"blocks of code", with_code(many(size, "{ let x = 1; }\n"))},
          {"deep code", with_code(many(size / 2, "(") + "1" + many(size / 2, ")"))},
          {"templates", with_code(many(size / 2, "`${") + "1" + many(size / 2, "}`"))},
          {"functions in functions", with_code(many(size, "function f(){"))},
          {"fields", with_code(many(size, "$json.f#;"))},
          {"slashes", with_code(std::string(size, '/'))},
          {"expressions", with_value("=" + many(size, "{{ $json.a }}"))},
          {"open expressions", with_value("=" + many(size, "{{"))},
          {"$fromAI", with_value("=" + many(size, "{{ $fromAI('a#') }}"))},
          {"SQL with expressions", with_sql("=SELECT " + many(size, "{{ $json.a }},"))},
          {"SQL with comments", with_sql(many(size / 2, "/*") + many(size / 2, "*/"))},
          {"statements in a node", with_sql(many(size, "SELECT 1;"))}};
}

std::vector<Case> files(std::size_t size) {
  std::string token = "gh";
  token += "p_";
  return {{"urls with passwords", many(size, "http://a:b#@c.example ")},
          {"tokens in one line", many(size, token + "q7Rk2Vb9Xc4Nd8Ls1Wm6Tz3Hy5Jf0Gp2K# ")},
          {"base64", many(size, "QUJD")},
          {"prefixes", many(size, token + " xoxb- AKIA eyJ")},
          {"passwords", many(size, "password#=\"hunter2hunter#\"\n")}};
}

bool measure(const char* what, const Case& one, const std::function<void()>& work) {
  const double begun = cpu_seconds();
  work();
  const double took = cpu_seconds() - begun;
  const bool slow = took > kBudget;
  std::printf("%-10s %-24s %6.1f MiB %8.2f s%s\n", what, one.name.c_str(),
              static_cast<double>(one.text.size()) / (1U << 20U), took, slow ? "  OVER THE BUDGET" : "");
  return !slow;
}

}  // namespace

int main() {
  const std::size_t size = std::size_t{environment::flag("KAIRON_FULL") ? 31U : 1U} << 20U;
  int slow = 0;
  for (const Case& one : migrations(size))
    slow += measure("migration", one,
                    [&] { static_cast<void>(lint::lint_migration_file("db/migrations/001_x.sql", one.text, {})); })
                ? 0
                : 1;
  for (const Case& one : workflows(size))
    slow += measure("workflow", one, [&] { static_cast<void>(lint::check_workflow(one.text, "n8n-workflows/W.json")); })
                ? 0
                : 1;
  for (const Case& one : files(size)) {
    slow += measure("file", one, [&] { static_cast<void>(lint::search_bytes(one.text, "a.txt")); }) ? 0 : 1;
    slow += measure(".env", one, [&] { static_cast<void>(lint::search_bytes(one.text, ".env")); }) ? 0 : 1;
  }
  std::printf("%d of these take longer than %.0f s of CPU\n", slow, kBudget);
  return 0;
}
