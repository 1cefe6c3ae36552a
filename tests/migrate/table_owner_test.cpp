#include "migrate/table_owner.h"

#include <doctest/doctest.h>

#include "migrate/version_table.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::migrate;

namespace {

std::string owner_of(const std::vector<std::string>& columns, bool rails = false) {
  const auto owner = foreign_owner(columns, rails);
  return owner ? std::string(owner->name) : "ours";
}

/// Columns, types and rows of a table, to see that nothing touched it.
std::string content(postgres::Connection& db) {
  return std::string(
      db.must("SELECT (SELECT string_agg(attname || ' ' || atttypid::regtype, ',' ORDER BY attnum) FROM pg_attribute "
              "WHERE attrelid = 'schema_migrations'::regclass AND attnum > 0) || (SELECT "
              "string_agg(m::text, ',') FROM schema_migrations m)")
          .text(0, 0));
}

}  // namespace

TEST_CASE("a table schema_migrations is told by its columns") {
  CHECK(owner_of({"version", "dirty"}) == "golang-migrate");
  CHECK(owner_of({"version"}) == "dbmate");
  CHECK(owner_of({"version"}, true) == "Rails");
  CHECK(owner_of({"version", "inserted_at"}) == "Ecto");
  CHECK(owner_of({"version", "statements", "name"}) == "the Supabase CLI");
  CHECK(owner_of({"version", "ran_on"}) == "another program");
  CHECK(owner_of({"filename"}) == "another program");
  CHECK(owner_of({"version", "applied_at"}) == "ours");
  CHECK(owner_of({"version", "applied_at", "migrated_by"}) == "ours");
  CHECK(owner_of({"version", "applied_at", "checksum", "description", "kind"}) == "ours");
}

TEST_CASE("another program's table is neither read nor changed") {
  postgres::EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  for (const char* table :
       {"CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO "
        "schema_migrations VALUES (117, false)",
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('001')"}) {
    postgres::Connection db = postgres::Connection::require({.conninfo = server->conninfo()});
    db.must("DROP SCHEMA IF EXISTS foreign_table CASCADE; CREATE SCHEMA foreign_table");
    db.must("SET search_path = foreign_table");
    db.must(table);
    const std::string before = content(db);
    VersionTable versions(db);
    REQUIRE(versions.foreign());
    CHECK_THROWS_AS(static_cast<void>(versions.rows()), Error);
    CHECK_THROWS_AS(static_cast<void>(versions.begun()), Error);
    CHECK_THROWS_AS(versions.ensure(), Error);
    CHECK(content(db) == before);
    CHECK(db.must("SELECT to_regclass('foreign_table.kairon_migration_steps') IS NULL").boolean(0, 0));
  }
}
