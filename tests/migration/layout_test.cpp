#include "migration/layout.h"

#include <doctest/doctest.h>

#include <map>

#include "migration/detect.h"
#include "migration/new_files.h"
#include "migration/set.h"

using namespace kairon;
using migration::Role;

namespace {

const migration::Layout& layout(std::string_view name) {
  const migration::Layout* found = migration::find_layout(name);
  REQUIRE(found != nullptr);
  return *found;
}

std::string stem(std::string_view name, std::string_view path) { return file_name(layout(name), path).stem; }
Role role(std::string_view name, std::string_view path) { return file_name(layout(name), path).role; }
bool in_order(std::string_view name, std::string_view first, std::string_view second) {
  return version_of(layout(name), first) < version_of(layout(name), second);
}

}  // namespace

TEST_CASE("file names of the layouts") {
  CHECK(stem("golang-migrate", "m/000117_x.up.sql") == "000117_x");
  CHECK(role("golang-migrate", "m/000117_x.down.sql") == Role::rollback);
  CHECK(role("golang-migrate", "m/000117_x.sql") == Role::none);
  CHECK(role("dbmate", "m/20240812011320_x.sql") == Role::both);
  CHECK(role("dbmate", "m/file with space.sql") == Role::none);
  CHECK(role("goose", "m/00001_x.sql") == Role::both);
  CHECK(role("goose", "m/00001_x.go") == Role::forward);
  CHECK(stem("goose", "m/00001_x.go") == "00001_x");
  CHECK(role("goose", "m/00001_x_test.go") == Role::none);
  CHECK(role("goose", "m/main.go") == Role::none);
  CHECK(stem("diesel", "m/2019-10-10-083032_add/up.sql") == "2019-10-10-083032_add");
  CHECK(role("diesel", "m/2019-10-10-083032_add/down.sql") == Role::rollback);
  CHECK(role("diesel", "m/2019-10-10-083032_add/other.sql") == Role::none);
  CHECK(stem("prisma", "m/20240126184148_new_models copy/migration.sql") == "20240126184148_new_models copy");
  CHECK(stem("prisma", "m/20250517273700_x.sql/migration.sql") == "20250517273700_x.sql");
  CHECK(role("supabase", "m/20240108234540_setup.sql") == Role::forward);
  CHECK(role("supabase", "m/notes.sql") == Role::none);
  CHECK(role("flyway", "m/V1_2__x.sql") == Role::forward);
  CHECK(role("flyway", "m/R__x.sql") == Role::repeatable);
  CHECK(role("flyway", "m/U1__x.sql") == Role::rollback);
  CHECK(role("flyway", "m/afterMigrate__x.sql") == Role::callback);
  CHECK(role("flyway", "m/V1_x.sql") == Role::none);
  CHECK(role("sqlx", "m/1_x.sql") == Role::forward);
  CHECK(role("sqlx", "m/1_x.down.sql") == Role::rollback);
  CHECK(role("node-pg-migrate", "m/1600_x.sql") == Role::both);
  CHECK(role("node-pg-migrate", "m/1600_x.js") == Role::forward);
  CHECK(role("node-pg-migrate", "m/1600_x.d.ts") == Role::none);
  CHECK(role("dbmate", "m/1600_x.go") == Role::none);
  CHECK(role("atlas", "m/20240101.sql") == Role::forward);
  CHECK(stem("sqitch", "db/deploy/a/b@v1.sql") == "a/b@v1");
  CHECK(role("sqitch", "db/verify/a.sql") == Role::verify);
  CHECK(role("kairon", "m/001_x_rollback.sql") == Role::rollback);
}

TEST_CASE("each tool's order") {
  CHECK(in_order("golang-migrate", "9_z", "10_a"));
  CHECK(in_order("goose", "00009_z", "20240101_a"));
  CHECK(in_order("dbmate", "10_z", "9_a"));  // text order of the file name
  CHECK(in_order("diesel", "2019-01-02-030405_z", "20190102030406_a"));
  CHECK(in_order("flyway", "V1.2__z", "V1.10__a"));
  CHECK(in_order("flyway", "V10__a", "V10.1__a"));
  CHECK(in_order("flyway", "V99__a", "R__a"));
  CHECK(version_of(layout("flyway"), "V1_0__a").number == "1");
  CHECK(version_of(layout("flyway"), "V013_1__a").number == "13.1");
  CHECK(version_of(layout("golang-migrate"), "000117_x").number == "117");
  CHECK(version_of(layout("dbmate"), "0117_x").number == "0117");
  CHECK(version_of(layout("diesel"), "2019-10-10-083032_x").number == "20191010083032");
  CHECK(version_of(layout("prisma"), "20240101_x").number.empty());
}

TEST_CASE("a set of each kind of folder") {
  const migration::Set flyway("db/migration",
                              {{"db/migration/a/V13.1__x.sql", "1"},
                               {"db/migration/b/V2__y.sql", "2"},
                               {"db/migration/b/V2__y.sql.conf", "3"},
                               {"db/migration/R__v.sql", "4"}},
                              layout("flyway"));
  REQUIRE(flyway.migrations().size() == 3);
  CHECK(flyway.migrations()[0].version.number == "2");
  CHECK(flyway.migrations()[0].companion.path == "db/migration/b/V2__y.sql.conf");
  CHECK(flyway.migrations()[2].repeatable);
  // The two directions of golang-migrate belong together by their number.
  const migration::Set pairs("m", {{"m/01_new.up.sql", "1"}, {"m/1_old.down.sql", "2"}, {"m/sub/2_x.up.sql", "3"}},
                             layout("golang-migrate"));
  REQUIRE(pairs.migrations().size() == 1);
  CHECK(pairs.migrations()[0].rollbacks.size() == 1);
  CHECK(pairs.archived().size() == 1);
}

TEST_CASE("a program stands in the order of the files") {
  const migration::Set set("m", {{"m/3_c.sql", "3"}, {"m/2_b.go", "2"}, {"m/1_a.sql", "1"}}, layout("goose"));
  REQUIRE(set.migrations().size() == 3);
  CHECK(set.migrations()[1].version.stem == "2_b");
  CHECK(set.migrations()[1].version.number == "2");
  CHECK(set.migrations()[1].rollbacks.empty());
  CHECK(is_companion(layout("goose"), "m/2_b.go"));
  CHECK_FALSE(is_companion(layout("goose"), "m/main.go"));
}

TEST_CASE("a companion turns the transaction off") {
  CHECK(turns_transaction_off(layout("diesel"), "run_in_transaction = false\n"));
  CHECK(turns_transaction_off(layout("diesel"), ""));
  CHECK_FALSE(turns_transaction_off(layout("diesel"), "run_in_transaction = true # yes\n"));
  CHECK(turns_transaction_off(layout("flyway"), "executeInTransaction=false\n"));
  CHECK_FALSE(turns_transaction_off(layout("flyway"), "placeholderReplacement=false\n"));
}

TEST_CASE("the files of a new migration") {
  const auto first = [](std::string_view name, const std::vector<migration::Version>& existing) {
    return migration::new_files(layout(name), "m", existing, "add Tags", 1700000000).front().first;
  };
  CHECK(first("kairon", {}) == "m/001_add_tags.sql");
  CHECK(first("golang-migrate", {version_of(layout("golang-migrate"), "000117_x")}) == "m/000118_add_tags.up.sql");
  CHECK(first("dbmate", {}) == "m/20231114221320_add_tags.sql");
  CHECK(first("goose", {version_of(layout("goose"), "20230101000000_x")}) == "m/20231114221320_add_tags.sql");
  CHECK(first("diesel", {}) == "m/2023-11-14-221320_add_tags/up.sql");
  CHECK(first("prisma", {}) == "m/20231114221320_add_tags/migration.sql");
  CHECK(first("flyway", {version_of(layout("flyway"), "V13.2__x")}) == "m/V14__add_tags.sql");
}

TEST_CASE("histories are found") {
  std::map<std::string, std::string> texts;
  const auto found = [&] {
    std::vector<std::string> files;
    for (const auto& [path, text] : texts) files.push_back(path);
    return migration::find_histories(files, [&](const std::string& path) { return texts.at(path); });
  };
  const auto first = [&] {
    const auto all = found();
    return all.empty() ? std::string("none") : std::string(all.front().layout->name) + " " + all.front().folder;
  };
  SUBCASE("by the marks in its files") {
    texts = {{"db/m/1_a.sql", "-- +goose Up\nselect 1;"}, {"db/m/2_b.sql", "-- +goose Up\nselect 1;"}};
    CHECK(first() == "goose db/m");
    texts = {{"db/m/1_a.sql", "-- migrate:up\n-- migrate:down"}, {"supabase/config.toml", ""}};
    CHECK(first() == "dbmate db/m");
  }
  SUBCASE("by a file of the tool") {
    texts = {{"p/prisma/migrations/migration_lock.toml", "provider = \"postgresql\""},
             {"p/prisma/migrations/2024_a/migration.sql", ""}};
    CHECK(first() == "prisma p/prisma/migrations");
    texts["p/prisma/migrations/migration_lock.toml"] = "provider = \"mysql\"";
    CHECK(first() == "none");
    texts = {{"supabase/config.toml", ""}, {"supabase/migrations/20240101000000_a.sql", "select 1;"}};
    CHECK(first() == "supabase supabase/migrations");
    texts = {{"app/supabase/migrations/20240101000000_a.sql", "select 1;"}};
    CHECK(first() == "supabase app/supabase/migrations");
    texts = {{"supabase/migrations/001_a.sql", "select 1;"}, {"supabase/migrations/001_a_rollback.sql", "select 1;"}};
    CHECK(first() == "kairon supabase/migrations");
    texts = {{"m/atlas.sum", ""}, {"m/20240101.sql", ""}};
    CHECK(first() == "atlas m");
    // Atlas writes the files of other tools too.
    texts = {{"m/atlas.sum", ""}, {"m/1_a.up.sql", ""}, {"m/1_a.down.sql", ""}};
    CHECK(first() == "golang-migrate m");
    texts = {{"m/atlas.sum", ""}, {"m/1_a.sql", "-- +goose Up\nselect 1;"}};
    CHECK(first() == "goose m");
  }
  SUBCASE("by names") {
    texts = {{"m/V1__a.sql", ""}, {"m/V2__b.sql", ""}};
    CHECK(first() == "flyway m");
    texts["m/U2__b.sql"] = "";
    CHECK(first() == "flyway m");
    texts = {{"m/1_a.up.sql", ""}, {"m/1_a.down.sql", ""}};
    CHECK(first() == "golang-migrate m");
    texts["Cargo.toml"] = "[dependencies]\nsqlx = \"0.7\"";
    CHECK(first() == "sqlx m");
    texts = {{"m/001_a.sql", ""}, {"m/001_a_rollback.sql", ""}};
    CHECK(first() == "kairon m");
  }
  SUBCASE("the version table that a file names") {
    const std::string up = "-- +goose Up\nselect 1;";
    const auto table = [&] { return found().front().table; };
    texts = {
        {"p/db/m/1_a.sql", up}, {"p/db/m/2_b.sql", up}, {"p/db/Makefile", "migrate:\n\t@goose -table \"_m\" up\n"}};
    CHECK(table() == "_m");
    texts["p/db/Makefile"] = "# goose -table _m\n\tpsql -table _m\n\tgoose -table $(TABLE)\n";
    CHECK(table().empty());
    texts[".env"] = "GOOSE_TABLE='own.versions'\n";
    CHECK(table() == "own.versions");
    texts["p/.env"] = "GOOSE_TABLE=nearer\n";
    texts["q/.env"] = "GOOSE_TABLE=elsewhere\n";
    CHECK(table() == "nearer");
    texts["p/.env"] = "MY_GOOSE_TABLE=nearer\nGOOSE_TABLES=x\n";
    texts["p/db/run.go"] = "goose.SetTableName(\"of_code\")";
    CHECK(table() == "of_code");
    texts = {{"m/V1__a.sql", ""}, {"flyway.conf", "# flyway.table=x\nflyway.table=history\n"}};
    CHECK(table() == "history");
    texts = {{"m/V1__a.sql", ""}, {"flyway.toml", "[flyway]\ntable = \"flyway_schema_history\"\n"}};
    CHECK(table().empty());
    texts = {{"m/1_a.up.sql", ""},
             {"m/1_a.down.sql", ""},
             {"Makefile", "\tmigrate -database 'postgres://x/y?x-migrations-table=vs&a=b' up\n"}};
    CHECK(table() == "vs");
    texts = {{"s/sqitch.plan", "%project=x\n"},
             {"s/deploy/a.sql", "select 1;"},
             {"s/sqitch.conf", "[core]\n\tengine = pg\n[engine \"pg\"]\n\tregistry = own\n"}};
    CHECK(table() == "own.changes");
    texts = {{"db/m/1_a.sql", "-- migrate:up\n-- migrate:down"}, {"db/dbmate.sh", "dbmate --migrations-table=vs up"}};
    CHECK(table() == "vs");
    texts = {{"m/atlas.sum", ""}, {"m/20240101.sql", ""}, {"atlas.hcl", "  revisions_schema = \"public\""}};
    CHECK(table() == "public.atlas_schema_revisions");
  }
  SUBCASE("a host makes what the files use and do not make") {
    texts = {{"m/1_a.up.sql", "create policy p on t using (auth.uid() = id);"}, {"m/1_a.down.sql", ""}};
    CHECK(found().front().host == "supabase");
    texts["m/0_stub.up.sql"] = "CREATE SCHEMA IF NOT EXISTS auth;";
    CHECK(found().front().host.empty());
  }
  SUBCASE("back ends side by side, and what is for another database") {
    texts = {{"migrations/mysql/2019_a/up.sql", ""},
             {"migrations/mysql/2019_b/up.sql", ""},
             {"migrations/postgresql/2019_a/up.sql", ""},
             {"migrations/postgresql/2019_b/up.sql", ""},
             {"migrations/sqlite/2019_a/up.sql", ""}};
    CHECK(first() == "diesel migrations/postgresql");
    CHECK(found().size() == 1);
    texts = {{"jdbc-h2/migrations/h2/V1__a.sql", ""}, {"jdbc-postgres/migrations/postgres/V1__a.sql", ""}};
    CHECK(first() == "flyway jdbc-postgres/migrations/postgres");
    CHECK(found().size() == 1);
    texts = {{"ch/1_a.up.sql", "CREATE TABLE a (n Int64) ENGINE = MergeTree"}, {"ch/1_a.down.sql", ""}};
    CHECK(first() == "none");
  }
}
