#include "check/schema_check.h"

#include <doctest/doctest.h>

#include <map>

#include "base/embedded.h"
#include "base/error.h"
#include "lint/rule.h"
#include "lint/support.h"
#include "postgres/binaries.h"
#include "support/skip.h"

using namespace kairon;
using repository::Snapshot;

namespace {

/// A state made of files in memory; identity is the path, content is looked up by it.
using Files = std::map<std::string, std::string>;

Snapshot snapshot_of(const Files& files) {
  Snapshot snapshot;
  for (const auto& [path, content] : files) {
    const repository::SnapshotFile file{path, content};
    if (path.ends_with(".json")) snapshot.workflows.push_back(file);
    if (path.starts_with("db/migrations/")) snapshot.migrations.push_back(file);
    if (path == "db/schema.sql") snapshot.others.push_back(file);
  }
  snapshot.read = [](const repository::SnapshotFile& file) { return file.identity; };
  return snapshot;
}

Files example(const std::string& folder) {
  Files files;
  for (const embedded::File& file : embedded::rule_examples()) {
    if (file.path.starts_with(folder)) files.emplace(file.path.substr(folder.size()), file.content);
  }
  return files;
}

check::SchemaFindings judge_schema(const Files& now_files, const Files& base_files,
                                   std::optional<std::set<std::string>> only = std::nullopt) {
  const Snapshot now = snapshot_of(now_files);
  const Snapshot base = snapshot_of(base_files);
  check::SchemaRequest request{&now, &base, std::move(only), nullptr, {}, "."};
  return check::check_schema(request, config::load(nullptr));
}

std::string rules_of(const check::SchemaFindings& found) {
  std::string rules;
  for (const auto& [path, findings] : found) {
    for (const lint::Finding& finding : findings) rules += finding.rule + ";";
  }
  return rules;
}

Files without(Files files, std::string_view prefix) {
  std::erase_if(files, [&](const auto& file) { return file.first.starts_with(prefix); });
  return files;
}

}  // namespace

TEST_CASE("every rule that needs a database fires on its bad example and not on its good one") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    if (!lint::needs_database(rule->id)) continue;
    CAPTURE(rule->id);
    const std::string folder = std::string(rule->id) + "/";
    const Files bad = example(folder + "bad/");
    REQUIRE_FALSE(bad.empty());
    CHECK(rules_of(judge_schema(bad, without(bad, "db/migrations/"))) == std::string(rule->id) + ";");
    const Files good = example(folder + "good/");
    REQUIRE_FALSE(good.empty());
    CHECK(rules_of(judge_schema(good, without(good, "db/migrations/"))).empty());
  }
}

TEST_CASE("which states are compared") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  const Files drift = example("sql/drift/bad/");
  const std::string migration = "db/migrations/002_received.sql";
  SUBCASE("drift counts when its migration or its workflow is looked at") {
    const Files base = without(drift, "db/migrations/");
    CHECK(rules_of(judge_schema(drift, base, std::set<std::string>{migration})) == "sql/drift;");
    CHECK(rules_of(judge_schema(drift, base, std::set<std::string>{"Recent.json"})) == "sql/drift;");
    CHECK(judge_schema(drift, base, std::set<std::string>{"Other.json"}).empty());
  }
  SUBCASE("a changed schema file drifts as well") {
    Files now = without(drift, "db/migrations/");
    const Files base = now;
    now["db/schema.sql"] = "CREATE TABLE public.events (event_id bigint PRIMARY KEY);\n";
    const auto found = judge_schema(now, base);
    REQUIRE(rules_of(found) == "sql/drift;");
    CHECK(found.begin()->second.front().message.text.starts_with("db/schema.sql breaks"));
    CHECK(found.begin()->second.front().line == 13);
  }
  SUBCASE("a migration that is not published and another one now") {
    Files now = without(drift, "db/");
    now["db/migrations/001_events.sql"] = "CREATE TABLE events (event_id bigint, received_at timestamptz);";
    const Files base = now;
    CHECK(judge_schema(now, base).empty());
    now["db/migrations/001_events.sql"] = "CREATE TABLE events (event_id bigint, seen_at timestamptz);";
    CHECK(rules_of(judge_schema(now, base)) == "sql/drift;");
  }
  SUBCASE("all of it new: the schema file is what is in force") {
    CHECK(judge_schema(without(drift, "db/migrations/"), {}).empty());
  }
  SUBCASE("a migration that does not run") {
    Files now = drift;
    now[migration] = "ALTER TABLE nowhere ADD x int;";
    CHECK_THROWS_AS(judge_schema(now, without(drift, "db/migrations/")), Error);
  }
}

TEST_CASE("without a statement nothing is needed, without a schema nothing can be said") {
  CHECK(judge_schema({}, {}).empty());
  const Files drift = example("sql/drift/bad/");
  CHECK_THROWS_AS(judge_schema(without(drift, "db/"), {}), Error);
}

namespace {

struct ColumnRow {
  std::string what;
  std::string columns;     ///< of the table t
  std::string operation;   ///< of the Postgres node: a query, or parameters of another operation
  std::string expression;  ///< what a condition compares
  std::string type;        ///< as what, in strict mode
  std::string found;
};

/// Read -> Check, which compares an expression in strict mode.
Files reading(const ColumnRow& row, const std::string& more = "") {
  const std::string parameters =
      row.operation.starts_with("{")
          ? row.operation
          : R"({"operation": "executeQuery", "query": ")" + row.operation + R"(", "options": {)" + more + "}}";
  const std::string condition = R"({"id": "c", "leftValue": "={{ )" + row.expression +
                                R"( }}", "rightValue": "", "operator": {"type": ")" + row.type +
                                R"(", "operation": "exists", "singleValue": true}})";
  const std::string nodes =
      lint_test::node("Start", "manualTrigger") + "," + lint_test::node("Read", "postgres", parameters, "2.4") + "," +
      lint_test::node("Check", "if",
                      R"({"conditions": {"options": {"typeValidation": "strict", "version": 2}, "combinator": "and",)"
                      R"("conditions": [)" +
                          condition + "]}}",
                      "2.2");
  return {{"w/Demo.json",
           lint_test::workflow_text(nodes, lint_test::wire("Start", "Read") + "," + lint_test::wire("Read", "Check"))},
          {"db/schema.sql",
           "CREATE TYPE public.mood AS ENUM ('a'); CREATE DOMAIN public.amount AS numeric;\n"
           "CREATE TABLE public.t (" +
               row.columns + ");\n"}};
}

}  // namespace

TEST_CASE("the columns of the schema decide what arrives") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  const std::string used = "sql/column-use;";
  const ColumnRow rows[] = {
      {"a bigint is a text", "id bigint", "SELECT id FROM t", "$json.id", "number", used},
      {"a bigint is a text, as compared", "id bigint", "SELECT id FROM t", "$json.id", "string", ""},
      {"an integer is a number", "id int", "SELECT id FROM t", "$json.id", "number", ""},
      {"an integer is not a text", "id int", "SELECT id FROM t", "$json.id", "string", used},
      {"numeric is a text", "n numeric(10,2)", "SELECT n FROM t", "$json.n", "number", used},
      {"numeric, converted", "n numeric(10,2)", "SELECT n FROM t", "Number($json.n)", "number", ""},
      {"numeric, cast in the query", "n numeric(10,2)", "SELECT n::float8 AS n FROM t", "$json.n", "number", ""},
      {"a sum of integers is a bigint", "n int", "SELECT sum(n) AS n FROM t", "$json.n", "number", used},
      {"a sum of doubles is a number", "n float8", "SELECT sum(n) AS n FROM t", "$json.n", "number", ""},
      {"every column", "id bigint, n int", "SELECT * FROM t", "$json.id", "number", used},
      {"a column that is not there", "id bigint", "SELECT * FROM t", "$json.n", "string", used},
      {"a column of a join", "id int", "SELECT a.* FROM t a JOIN t b ON a.id = b.id", "$json.id", "string", used},
      {"a boolean", "b boolean", "SELECT b FROM t", "$json.b", "boolean", ""},
      {"a boolean as text", "b boolean", "SELECT b FROM t", "$json.b", "string", used},
      {"a timestamp is a text or a Date", "d timestamptz", "SELECT d FROM t", "$json.d", "string", ""},
      {"a timestamp as date", "d timestamptz", "SELECT d FROM t", "$json.d", "dateTime", ""},
      {"a date is a Date", "d date", "SELECT d FROM t", "$json.d", "string", used},
      {"a date as date", "d date", "SELECT d FROM t", "$json.d", "dateTime", ""},
      {"json may be anything", "j jsonb", "SELECT j FROM t", "$json.j", "string", ""},
      {"a list", "l int[]", "SELECT l FROM t", "$json.l", "array", ""},
      {"a list is not a text", "l int[]", "SELECT l FROM t", "$json.l", "string", used},
      {"an enum is a text", "m public.mood", "SELECT m FROM t", "$json.m", "number", used},
      {"a list of an own type is a text", "m public.mood[]", "SELECT m FROM t", "$json.m", "array", used},
      {"a domain is its base type", "n public.amount", "SELECT n FROM t", "$json.n", "number", used},
      {"a parameter has no type yet", "id int", "SELECT $1 AS x FROM t", "$json.x", "number", ""},
      {"a column next to a parameter", "id bigint", "SELECT id FROM t WHERE id = $1", "$json.id", "number", used},
      {"a value that is only known at run time", "id bigint", "SELECT '{{ $json.x }}' AS id FROM t", "$json.id",
       "number", used},
      {"an insert that returns", "id bigint, n int", "INSERT INTO t (n) VALUES (1) RETURNING id", "$json.id", "number",
       used},
      {"several statements", "id bigint", "SELECT id FROM t; SELECT 1 AS id", "$json.id", "number", ""},
      {"select of the node", "id bigint", R"({"operation": "select", "schema": "public", "table": "t", "options": {}})",
       "$json.id", "number", used},
      {"chosen columns of an insert", "id bigint, n int",
       R"({"operation": "insert", "schema": "public", "table": "t", "options": {"outputColumns": ["id"]}})", "$json.n",
       "number", used},
      {"chosen by an expression", "id bigint, n int",
       R"({"operation": "insert", "schema": "public", "table": "t", "options": {"outputColumns": "={{ [1] }}"}})",
       "$json.n", "number", ""},
      {"delete gives no columns", "id bigint",
       R"({"operation": "deleteTable", "schema": "public", "table": "t", "options": {}})", "$json.n", "number", ""},
  };
  for (const ColumnRow& row : rows) {
    CAPTURE(row.what);
    const Files files = reading(row);
    CHECK(rules_of(judge_schema(files, files)) == row.found);
  }
}

TEST_CASE("a node that asks for numbers decides for all of that n8n") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  const ColumnRow row{"", "id bigint, n int", "SELECT id, n FROM t", "$json.id", "number", ""};
  Files files = reading(row);
  REQUIRE(rules_of(judge_schema(files, files)) == "sql/column-use;");
  files["w/Other.json"] = reading(row, R"("largeNumbersOutput": "numbers")").at("w/Demo.json");
  CHECK(judge_schema(files, files).empty());
}

TEST_CASE("a migration that changes a type is told at workflows that nobody touched") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  const Files base = reading({"", "id int", "SELECT id FROM t", "$json.id", "number", ""});
  REQUIRE(judge_schema(base, base).empty());
  Files now = base;
  now["db/migrations/002_wide.sql"] = "ALTER TABLE t ALTER COLUMN id TYPE bigint;";
  const auto found = judge_schema(now, base, std::set<std::string>{"db/migrations/002_wide.sql"});
  CHECK(rules_of(found) == "sql/column-use;");
  Files narrow = base;
  narrow["db/migrations/002_note.sql"] = "ALTER TABLE t ADD COLUMN note text;";
  CHECK(judge_schema(narrow, base, std::set<std::string>{"db/migrations/002_note.sql"}).empty());
  // It was so before.
  const Files wrong = reading({"", "id bigint", "SELECT id FROM t", "$json.id", "number", ""});
  Files noted = wrong;
  noted["db/migrations/002_note.sql"] = "ALTER TABLE t ADD COLUMN note text;";
  CHECK(judge_schema(noted, wrong, std::set<std::string>{"db/migrations/002_note.sql"}).empty());
}

TEST_CASE("a credential of another database has no columns here") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  Files files = reading({"", "id bigint", "SELECT id FROM t", "$json.id", "number", ""});
  files["w/Other.json"] = reading({"", "", "SELECT id FROM elsewhere", "$json.id", "string", ""}).at("w/Demo.json");
  CHECK(rules_of(judge_schema(files, files)) == "sql/schema;");
}

namespace {

/// Main calls Sub, whose query is its last node, and compares in strict mode what comes back.
Files calling(const std::string& columns, const std::string& query, const std::string& expression,
              const std::string& type, const std::string& after = "") {
  Files files = reading({"", columns, query, "$json.none", "string", ""});
  const std::string sub =
      lint_test::node("Called", "executeWorkflowTrigger", R"({"inputSource": "passthrough"})", "1.1") + "," +
      lint_test::node("Read", "postgres",
                      R"({"operation": "executeQuery", "query": ")" + query + R"(", "options": {}})", "2.4") +
      (after.empty() ? after : "," + after);
  const std::string wires =
      lint_test::wire("Called", "Read") + (after.empty() ? std::string() : "," + lint_test::wire("Read", "After"));
  const std::string call = R"({"workflowId": {"__rl": true, "mode": "list", "value": "s", "cachedResultName": "Sub"}})";
  std::string main = reading({"", "", "SELECT 1", expression, type, ""}).at("w/Demo.json");
  const std::size_t begin = main.find(R"({"operation": "executeQuery")");
  main.replace(begin, main.find("}}", begin) + 2 - begin, call);
  files["w/Demo.json"] = std::move(main);
  const auto replaced = [](std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  };
  files["w/Demo.json"] = replaced(files["w/Demo.json"], "n8n-nodes-base.postgres", "n8n-nodes-base.executeWorkflow");
  files["w/Demo.json"] = replaced(files["w/Demo.json"], R"("typeVersion": 2.4)", R"("typeVersion": 1.2)");
  files["w/Sub.json"] = replaced(lint_test::workflow_text(sub, wires), R"("name": "Demo")", R"("name": "Sub")");
  return files;
}

}  // namespace

TEST_CASE("the columns of a called workflow decide what its caller may do with them") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  struct Row {
    std::string what;
    std::string columns;
    std::string query;
    std::string expression;
    std::string type;
    std::string found;
    std::string after = {};
  };
  const std::string used = "sql/column-use;";
  const std::string renamed = lint_test::node(
      "After", "set",
      R"({"assignments": {"assignments": [{"id": "a", "name": "n", "type": "string", "value": "={{ $json.id }}"}]},)"
      R"("includeOtherFields": true, "options": {}})",
      "3.4");
  const Row rows[] = {
      {"a bigint comes back as text", "id bigint", "SELECT id FROM t", "$json.id", "number", used},
      {"a bigint, compared as text", "id bigint", "SELECT id FROM t", "$json.id", "string", ""},
      {"an integer", "id int", "SELECT * FROM t", "$json.id", "number", ""},
      {"an integer is not a text", "id int", "SELECT * FROM t", "$json.id", "string", used},
      {"a column that does not come back", "id int", "SELECT * FROM t", "$json.total", "number", used},
      {"a column that was added", "id int, total int", "SELECT * FROM t", "$json.total", "number", ""},
      {"kept by Edit Fields", "id bigint", "SELECT * FROM t", "$json.id", "number", used, renamed},
      {"set by Edit Fields, which the files alone show", "id int", "SELECT id FROM t", "$json.n", "number", "",
       renamed},
      {"another node's data", "id bigint", "SELECT id FROM t", "$('Start').item.json.id", "number", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Files files = calling(row.columns, row.query, row.expression, row.type, row.after);
    const auto found = judge_schema(files, files);
    CHECK(rules_of(found) == row.found);
    if (row.found.empty()) continue;
    REQUIRE(found.contains("w/Demo.json"));
    CHECK(found.at("w/Demo.json").front().message.remedy.find("in 'Sub' 'Read' returns id (") != std::string::npos);
  }
}

TEST_CASE("a migration that changes what a called workflow gives back is told at its caller") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  const Files base = calling("id int", "SELECT id FROM t", "$json.id", "number");
  REQUIRE(judge_schema(base, base).empty());
  Files now = base;
  now["db/migrations/002_wide.sql"] = "ALTER TABLE t ALTER COLUMN id TYPE bigint;";
  const auto found = judge_schema(now, base, std::set<std::string>{"db/migrations/002_wide.sql"});
  CHECK(rules_of(found) == "sql/column-use;");
  CHECK(found.contains("w/Demo.json"));
  Files noted = base;
  noted["db/migrations/002_note.sql"] = "ALTER TABLE t ADD COLUMN note text;";
  CHECK(judge_schema(noted, base, std::set<std::string>{"db/migrations/002_note.sql"}).empty());
}
