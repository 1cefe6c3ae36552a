#include "trial/cause.h"

#include <doctest/doctest.h>

using namespace kairon;

namespace {

migration::File file_of(std::string text) { return {"m/1_a.sql", std::move(text)}; }

bool makes(const std::string& text, const std::string& sqlstate, const std::string& message) {
  postgres::SqlError error;
  error.sqlstate = sqlstate;
  error.message = message;
  return trial::would_make(file_of(text), error);
}

}  // namespace

TEST_CASE("a failed migration is the cause only when it would make what is missing") {
  const std::string schema = R"(schema "extensions" does not exist)";
  CHECK(makes("CREATE SCHEMA extensions", "3F000", schema));
  CHECK(makes("DO $$ BEGIN CREATE SCHEMA extensions; END $$", "3F000", schema));
  CHECK_FALSE(makes("CREATE FUNCTION extensions.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "3F000", schema));
  CHECK_FALSE(makes("CREATE EXTENSION pg_net SCHEMA extensions", "3F000", schema));

  const std::string table = R"(relation "s.t" does not exist)";
  CHECK(makes("CREATE TABLE s.t (n int)", "42P01", table));
  CHECK(makes("CREATE TABLE t_old (n int); ALTER TABLE t_old RENAME TO t", "42P01", table));
  CHECK(makes("SELECT 1 AS n INTO t", "42P01", table));
  CHECK_FALSE(makes("CREATE VIEW v AS SELECT * FROM t", "42P01", table));
  CHECK_FALSE(makes("CREATE TABLE other (n int REFERENCES t)", "42P01", table));
  CHECK(makes("CREATE TABLE t (id serial)", "42P01", R"(relation "t_id_seq" does not exist)"));

  const std::string column = R"(column "code" of relation "t" does not exist)";
  CHECK(makes("ALTER TABLE t ADD code text", "42703", column));
  CHECK_FALSE(makes("ALTER TABLE t ADD postal_code text", "42703", column));
  CHECK(makes("ALTER TABLE t ADD code text", "42703", "column t.code does not exist"));

  const std::string function = "function s.f(integer) does not exist";
  CHECK(makes("CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'", "42883", function));
  CHECK_FALSE(makes("CREATE VIEW v AS SELECT s.f(1)", "42883", function));
  CHECK(makes("CREATE TYPE mood AS ENUM ('a')", "42704", R"(type "mood" does not exist)"));
}

TEST_CASE("what a migration makes itself is no part of an extension") {
  const auto makes_itself = [](const std::string& text, const std::string& sqlstate, const std::string& message) {
    postgres::SqlError error;
    error.sqlstate = sqlstate;
    error.message = message;
    return trial::makes_itself(file_of(text), error);
  };
  const std::string function = "function s.f(integer) does not exist";
  const std::string type = R"(type "vector" does not exist)";
  CHECK(makes_itself("CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'", "42883", function));
  CHECK(makes_itself("CREATE FUNCTION s.f(; CREATE TABLE case (", "42883", function));
  CHECK_FALSE(makes_itself("CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT s.f(1)'", "42883", function));
  CHECK_FALSE(makes_itself("CREATE TABLE case (n int DEFAULT s.f(1))", "42883", function));
  CHECK_FALSE(makes_itself("CREATE EXTENSION vector", "42704", type));
  CHECK_FALSE(makes_itself("CREATE TABLE t (v vector); CREATE DOMAIN v3 AS vector", "42704", type));
  CHECK_FALSE(makes_itself("CREATE TABLE case (v vector)", "42704", type));
  CHECK(makes_itself("CREATE DOMAIN vector AS text", "42704", type));
}

TEST_CASE("an object that a failed migration would have changed is as it was") {
  const auto left = [](const std::string& text) {
    postgres::SqlError error;
    error.sqlstate = "0A000";
    error.message = "cannot alter type of a column used by a view or rule";
    error.detail = "rule _RETURN on view s.totals depends on column \"n\"";
    return trial::left_as_it_was(file_of(text), error);
  };
  CHECK(left("CREATE OR REPLACE VIEW s.totals AS SELECT 1"));
  CHECK(left("DROP VIEW s.totals"));
  CHECK_FALSE(left("CREATE VIEW other AS SELECT * FROM s.totals"));
  CHECK_FALSE(left("DROP VIEW s.subtotals"));
}
