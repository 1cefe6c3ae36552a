#include "migration/sections.h"

#include <doctest/doctest.h>

#include "migration/file.h"

using namespace kairon;
using migration::Direction;

namespace {

migration::File read(std::string_view layout, std::string text, Direction direction = Direction::forward) {
  const std::string path = layout == "flyway"           ? "m/V1__x.sql"
                           : layout == "golang-migrate" ? "m/1_x.up.sql"
                                                        : "m/1_x.sql";
  return {path, std::move(text), {migration::find_layout(layout), direction}};
}

}  // namespace

TEST_CASE("each direction of a file is read by itself, at its own place") {
  const std::string text =
      "-- about it\n-- migrate:up\ncreate table a (n int);\n\n-- migrate:down\ndrop table a;\ndrop table b;\n";
  const auto up = read("dbmate", text);
  REQUIRE(up.script().statements().size() == 1);
  CHECK(up.script().position(up.script().statements()[0].begin).line == 3);
  CHECK_FALSE(up.name().is_rollback);
  CHECK(up.runs_in_transaction());
  const auto down = read("dbmate", text, Direction::rollback);
  REQUIRE(down.script().statements().size() == 2);
  CHECK(down.script().position(down.script().statements()[1].begin).line == 7);
  CHECK(down.name().is_rollback);
  CHECK(down.text() == text);
  CHECK(read("dbmate", "-- migrate:up\nselect 1;\n-- migrate:down\n-- nothing\n", Direction::rollback).holds_nothing());
}

TEST_CASE("several pairs, CRLF, and files without marks") {
  const std::string pairs =
      "-- migrate:up\r\nselect 1;\r\n-- migrate:down\r\nselect 2;\r\n-- migrate:up\r\nselect 3;\r\n-- migrate:down\r\n";
  CHECK(read("dbmate", pairs).script().statements().size() == 2);
  CHECK(read("dbmate", pairs).problems().empty());
  CHECK(read("node-pg-migrate", "select 1;\n").script().statements().size() == 1);
  CHECK(read("node-pg-migrate", "select 1;\n", Direction::rollback).holds_nothing());
  const std::string both = "-- Down Migration\ndrop table a;\n--- UP migration\ncreate table a (n int);\n";
  CHECK(read("node-pg-migrate", both).script().text_of(0) == "create table a (n int)");
  CHECK(read("node-pg-migrate", both, Direction::rollback).script().text_of(0) == "drop table a");
}

TEST_CASE("directives of the tools") {
  CHECK_FALSE(read("dbmate", "-- migrate:up transaction:false\nselect 1;\n-- migrate:down\n").runs_in_transaction());
  CHECK_FALSE(read("goose", "-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;\n").runs_in_transaction());
  CHECK_FALSE(read("sqlx", "-- no-transaction\nselect 1;\n").runs_in_transaction());
  CHECK(read("sqlx", "\n-- no-transaction\nselect 1;\n").runs_in_transaction());
  CHECK_FALSE(read("atlas", "-- atlas:txmode none\n\nselect 1;\n").runs_in_transaction());
  CHECK(read("atlas", "-- atlas:txmode none\nselect 1;\n").runs_in_transaction());
  CHECK(read("atlas", "-- x\n\n-- atlas:txmode none\nselect 1;\n").runs_in_transaction());
  CHECK_FALSE(read("flyway", "create index concurrently i on t (a);\n").runs_in_transaction());
  CHECK(read("flyway", "create index i on t (a);\n").runs_in_transaction());
  // One query of several statements is one transaction to the server; a statement alone is not.
  CHECK(read("golang-migrate", "select 1; select 2;").runs_in_transaction());
  CHECK_FALSE(read("golang-migrate", "create index concurrently i on t (a);").runs_in_transaction());
  CHECK_FALSE(read("golang-migrate", "begin; select 1; commit;").runs_in_transaction());
}

TEST_CASE("no text harms a reader") {
  for (const char* layout : {"dbmate", "goose", "node-pg-migrate", "flyway", "atlas", "sqlx", "prisma", "supabase"})
    for (const char* text : {"", "\n", "--", "-- migrate:", "-- +goose", "-- +goose Up", "\xEF\xBB\xBF", "-- up", "${",
                             "{{", "-- +goose Up\nselect $$;\n$$", "-- +goose StatementEnd\n-- +goose Up\r\n",
                             "select 1;\n-- Down Migration", "-- +goose Up\n-- +goose ENVSUB ON\nselect $"})
      for (const Direction direction : {Direction::forward, Direction::rollback}) {
        const auto file = read(layout, text, direction);
        CHECK(file.text() == text);
      }
}
