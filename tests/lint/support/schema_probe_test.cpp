#include "lint/support/schema_probe.h"

#include <doctest/doctest.h>

#include <map>

#include "lint/support.h"

using namespace kairon;
using lint::SchemaProbe;
using lint::SchemaStatements;
using lint::StatementVerdict;

namespace {

/// Answers by what a statement contains.
class Answers : public lint::StatementChecker {
 public:
  explicit Answers(std::map<std::string, StatementVerdict> failing) : failing_(std::move(failing)) {}
  StatementVerdict prepare(const std::string& sql) override {
    for (const auto& [part, verdict] : failing_) {
      if (sql.find(part) != std::string::npos) return verdict;
    }
    return {};
  }
  std::vector<workflow::ResultColumn> columns(const std::string&) override { return {}; }

 private:
  std::map<std::string, StatementVerdict> failing_;
};

StatementVerdict no_table(std::string name) { return {false, "42P01", "relation \"" + name + "\" does not exist", 15}; }
StatementVerdict no_column(std::string name) { return {false, "42703", "column \"" + name + "\" does not exist", 8}; }

std::string query(std::string_view name, std::string_view sql, std::string_view credential = "Main") {
  const std::string more = ", \"credentials\": {\"postgres\": {\"name\": \"" + std::string(credential) + "\"}}";
  return lint_test::node(name, "postgres", "{\"operation\": \"executeQuery\", \"query\": \"" + std::string(sql) + "\"}",
                         "2.4", more);
}

SchemaStatements statements_of(const std::string& nodes) {
  SchemaStatements all;
  all.add(lint_test::workflow_text(nodes, ""), "w/Demo.json");
  return all;
}

std::vector<lint::Finding> all_findings(const SchemaProbe& probe) {
  return probe.findings([](const lint::SchemaStatement&) { return true; });
}

}  // namespace

TEST_CASE("static statements of nodes and of Code are collected, one by one") {
  const auto all = statements_of(
      query("Two", "SELECT 1 FROM a; UPDATE b SET c = 'd {{ $json.x }}'") + "," +
      lint_test::node("Code", "code", "{\"jsCode\": \"return [{json: {sql: `SELECT z\\n FROM t`, params: []}}];\"}",
                      "2"));
  REQUIRE(all.statements.size() == 3);
  CHECK(all.statements[0].text == "SELECT 1 FROM a");
  CHECK(all.statements[1].text.starts_with("UPDATE b"));
  CHECK(all.statements[1].holes);
  CHECK(all.statements[2].credential.empty());
  CHECK(all.statements[2].said_place(10) == "line 2 of the code");
}

TEST_CASE("what is only known at run time, made by workflows, or switched off is not asked") {
  CHECK(statements_of(query("Hole", "SELECT * FROM {{ $json.table }}")).statements.empty());
  CHECK(statements_of(query("Filter", "SELECT * FROM $1:name WHERE a = $2")).statements.empty());
  CHECK(statements_of(query("Cast", "SELECT $1::text FROM t")).statements.size() == 1);
  const auto made = statements_of(query("Make", "CREATE TABLE IF NOT EXISTS public.scratch (id int)") + "," +
                                  query("Use", "SELECT * FROM scratch"));
  REQUIRE(made.statements.size() == 1);
  SchemaProbe probe(made);
  Answers answers({{"scratch", no_table("scratch")}});
  probe.start(answers);
  CHECK(all_findings(probe).empty());
}

TEST_CASE("tables and columns of the node's other operations are asked for") {
  const auto all = statements_of(lint_test::node(
      "Insert", "postgres",
      R"({"operation": "insert", "schema": {"__rl": true, "value": "app"}, "table": {"__rl": true, "value": "events"},
          "columns": {"mappingMode": "defineBelow", "value": {"body": "={{ $json.b }}", "at": "now"}}})",
      "2.4"));
  REQUIRE(all.statements.size() == 1);
  CHECK(all.statements[0].text == R"(SELECT "body", "at" FROM "app"."events")");
}

TEST_CASE("a statement is drift when it worked before, and names the migration that broke it") {
  SchemaProbe probe(statements_of(query("Old", "SELECT old FROM t") + "," + query("Never", "SELECT never FROM t")));
  Answers before({{"never", no_column("never")}});
  Answers after({{"never", no_column("never")}, {"old", no_column("old")}});
  probe.start(before);
  probe.step(before, "m/1.sql");
  probe.step(after, "m/2.sql");
  probe.step(after, "m/3.sql");
  const auto found = all_findings(probe);
  REQUIRE(found.size() == 2);
  CHECK(found[0].rule == "sql/drift");
  CHECK(found[0].node == "Old");
  CHECK(found[0].message.text.find("m/2.sql") != std::string::npos);
  CHECK(found[1].rule == "sql/schema");
  SUBCASE("and not when a later migration mends it") {
    probe.step(before, "m/4.sql");
    CHECK(all_findings(probe).size() == 1);
  }
}

TEST_CASE("a changed schema file beside the migrations can break and can mend") {
  SchemaProbe probe(statements_of(query("A", "SELECT a FROM t") + "," + query("B", "SELECT b FROM t")));
  Answers chain({{"SELECT a", no_column("a")}});
  Answers file({{"SELECT b", no_column("b")}});
  probe.start(chain);
  probe.second(file, "db/schema.sql");
  const auto found = all_findings(probe);
  REQUIRE(found.size() == 1);
  CHECK(found[0].node == "B");
  CHECK(found[0].rule == "sql/drift");
}

TEST_CASE("a credential whose tables are all unknown belongs to another database") {
  const std::string ours = query("Ours", "SELECT 1 FROM known");
  const std::string theirs = query("Theirs", "SELECT 1 FROM far", "Other");
  Answers answers({{"far", no_table("far")}, {"near", no_column("near")}});
  SchemaProbe both(statements_of(ours + "," + theirs));
  both.start(answers);
  CHECK(all_findings(both).empty());
  SchemaProbe alone(statements_of(theirs));
  alone.start(answers);
  CHECK(all_findings(alone).size() == 1);
  SchemaProbe knows_one(statements_of(ours + "," + theirs + "," + query("Third", "SELECT near FROM known", "Other")));
  knows_one.start(answers);
  CHECK(all_findings(knows_one).size() == 2);
}

TEST_CASE("literals with holes prove nothing, and places count characters") {
  SchemaProbe holes(statements_of(query("Hole", "SELECT '{{ $json.x }}'::uuid FROM t")));
  Answers bad_literal({{"uuid", {false, "22P02", "invalid input syntax for type uuid: \\\"NULL\\\"", 8}}});
  holes.start(bad_literal);
  CHECK(all_findings(holes).empty());
  SchemaProbe place(statements_of(query("Place", "SELECT 'ää', x FROM t")));
  Answers column({{"x", {false, "42703", "column \"x\" does not exist", 14}}});
  place.start(column);
  const auto found = all_findings(place);
  REQUIRE(found.size() == 1);
  SchemaProbe first(statements_of(query("Place", "SELECT 'ää', x FROM t")));
  Answers start({{"x", {false, "42703", "column \"x\" does not exist", 1}}});
  first.start(start);
  CHECK(found[0].column == all_findings(first)[0].column + 13);
}
