#include "trial/schema_checker.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::trial;

TEST_CASE("parameters are replaced outside of quotes and comments only") {
  CHECK(with_parameters_as("SELECT $1, '$2', $12 -- $3\n", "NULL") == "SELECT NULL, '$2', NULL -- $3\n");
  CHECK(with_parameters_as("SELECT 1", "NULL") == "SELECT 1");
}

TEST_CASE("statements are prepared on the schema in force") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  Base base;
  base.schema_path = "db/schema.sql";
  base.schema = "CREATE TABLE events (id int PRIMARY KEY, body jsonb); GRANT SELECT ON events TO reader;";
  SchemaChecker checker(base, 0);
  CHECK(checker.prepare("SELECT id FROM events WHERE id = $1").ok);
  const lint::StatementVerdict verdict = checker.prepare("SELECT nothing FROM events");
  CHECK_FALSE(verdict.ok);
  CHECK(verdict.sqlstate == "42703");
  CHECK(verdict.position == 8);
  CHECK(checker.prepare("SELECT jsonb_build_object('a', $1)").ok);  // 42P18 until a value stands there
  CHECK(checker.prepare("INSERT INTO events VALUES ($1 || $2, NULL)").ok == false);
  CHECK(checker.prepare("SELECT nosuch($1)").sqlstate == "42883");
  REQUIRE(checker.apply(migration::File("m/1.sql", "ALTER TABLE events RENAME id TO key")).ok());
  CHECK_FALSE(checker.prepare("SELECT id FROM events WHERE id = $1").ok);
  CHECK_FALSE(checker.apply(migration::File("m/2.sql", "SELECT 1/0")).ok());
}

TEST_CASE("a schema that does not load gives way to the chain, and says so") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  Base base;
  base.schema_path = "db/schema.sql";
  base.schema = "CREATE TABLE half (id int);\nCREATE TABLE other (id nosuchtype);";
  CHECK_THROWS_AS(SchemaChecker(base, 0), Error);
  base.chain.push_back({migration::parse_version("001_a"),
                        std::make_shared<const migration::File>("m/001_a.sql", "CREATE TABLE whole (id int)"),
                        nullptr});
  SchemaChecker checker(base, 0);
  CHECK(checker.prepare("SELECT id FROM whole").ok);
  CHECK_FALSE(checker.prepare("SELECT id FROM half").ok);
}
