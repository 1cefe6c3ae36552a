// What migrations and backups do all day works inside the fence as it does without.
#include <doctest/doctest.h>

#include <set>

#include "base/error.h"
#include "base/format.h"
#include "base/process.h"
#include "postgres/attack/range.h"
#include "postgres/client.h"
#include "postgres/connection.h"
#include "postgres/quote.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

std::set<std::string> extensions_that_install(const EmbeddedServer& server) {
  Connection db = Connection::require({.conninfo = server.conninfo()});
  std::set<std::string> installed;
  const Reply all = db.must("SELECT name FROM pg_available_extensions ORDER BY name");
  for (std::size_t row = 0; row < all.size(); ++row) {
    const std::string name(all.text(row, 0));
    const bool good =
        db.execute(kairon::format("CREATE EXTENSION IF NOT EXISTS {} CASCADE", quote_identifier(name))).ok();
    if (db.lost()) db = Connection::require({.conninfo = server.conninfo()});
    if (good) installed.insert(name);
  }
  return installed;
}

const std::vector<const char*>& ordinary_work() {
  static const std::vector<const char*> kWork = {
      "CREATE TABLE t (id int PRIMARY KEY, body text, at timestamptz DEFAULT now())",
      "INSERT INTO t SELECT g, md5(g::text) FROM generate_series(1, 20000) g",
      "CREATE INDEX CONCURRENTLY t_body ON t (body)",
      "REINDEX TABLE CONCURRENTLY t",
      "VACUUM FULL t",
      "ANALYZE t",
      "CLUSTER t USING t_pkey",
      "ALTER TABLE t ALTER id TYPE bigint",
      "SELECT lo_from_bytea(0, 'x')",
      "CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM t",
      "REFRESH MATERIALIZED VIEW m",
      "SELECT to_tsvector('english', 'the quick brown foxes')",
      "SELECT timestamptz '2024-07-01 12:00 Europe/Vienna' AT TIME ZONE 'America/New_York'",
      "CREATE COLLATION IF NOT EXISTS german (provider = icu, locale = 'de')",
      "CREATE PUBLICATION p FOR TABLE t",
      "SELECT pg_create_logical_replication_slot('s', 'pgoutput')",
      "SELECT pg_drop_replication_slot('s')",
      "CREATE DATABASE other TEMPLATE kairon STRATEGY wal_log",
      "CREATE DATABASE more TEMPLATE kairon STRATEGY file_copy",
      "DROP DATABASE other",
      "PREPARE TRANSACTION 'x'",
      "CHECKPOINT",
      "SELECT pg_switch_wal()"};
  return kWork;
}

}  // namespace

TEST_CASE("every extension that installs without the fence installs within") {
  if (test::shared_server() == nullptr) return;
  EmbeddedOptions without;
  without.fence = FenceMode::off;
  const EmbeddedServer open = EmbeddedServer::start(without);
  const EmbeddedServer fenced = EmbeddedServer::start();
  const std::set<std::string> wanted = extensions_that_install(open);
  CHECK(extensions_that_install(fenced) == wanted);
  MESSAGE(wanted.size(), " extensions of PostgreSQL ", fenced.binaries().version);
}

TEST_CASE("ordinary work succeeds inside the fence") {
  if (test::shared_server() == nullptr) return;
  const EmbeddedServer server = EmbeddedServer::start();
  Connection db = Connection::require({.conninfo = server.conninfo()});
  for (const char* statement : ordinary_work()) {
    if (std::string_view(statement).starts_with("PREPARE")) db.must("BEGIN; UPDATE t SET body = '' WHERE id = 1");
    const Reply reply = db.execute(statement);
    CAPTURE(std::string(statement));
    CHECK((reply.ok() ? "" : reply.error().text()) == "");
  }
  CHECK(db.execute("COMMIT PREPARED 'x'").ok());
}

TEST_CASE("procedural languages load their own libraries inside the fence") {
  if (test::shared_server() == nullptr) return;
  struct Language {
    const char* name;
    const char* body;
  };
  const EmbeddedServer server = EmbeddedServer::start();
  for (const Language& one : {Language{"plperlu", "use POSIX; use List::Util qw(max); return max(floor(7.5), 1);"},
                              Language{"plpython3u", "import json, decimal\nreturn json.loads('7')"},
                              Language{"pltclu", "package require Tcl; return [expr 3 + 4]"}}) {
    Connection db = Connection::require({.conninfo = server.conninfo()});
    if (!db.execute(kairon::format("CREATE EXTENSION {}", one.name)).ok()) {
      MESSAGE("not installed: ", std::string(one.name));
      continue;
    }
    CAPTURE(std::string(one.name));
    const std::string function = kairon::format("f_{}", one.name);
    const Reply made = db.execute(
        kairon::format("CREATE FUNCTION {}() RETURNS int LANGUAGE {} AS $f${}$f$", function, one.name, one.body));
    CHECK((made.ok() ? "" : made.error().text()) == "");
    const Reply called = db.execute(kairon::format("SELECT {}()", function));
    CHECK((called.ok() ? "" : called.error().text()) == "");
  }
}

TEST_CASE("parallel workers start inside the fence") {
  if (test::shared_server() == nullptr) return;
  const EmbeddedServer server = EmbeddedServer::start();
  Connection db = Connection::require({.conninfo = server.conninfo()});
  db.must("CREATE TABLE t AS SELECT g AS id, md5(g::text) AS body FROM generate_series(1, 50000) g; ANALYZE t");
  db.must(
      "SET max_parallel_workers_per_gather = 2; SET max_parallel_maintenance_workers = 2; SET parallel_setup_cost = 0;"
      "SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET work_mem = '64kB'");
  const Reply plan = db.must("EXPLAIN (ANALYZE, COSTS off) SELECT count(*), max(body) FROM t");
  std::string text;
  for (std::size_t row = 0; row < plan.size(); ++row) text += std::string(plan.text(row, 0)) + "\n";
  CAPTURE(text);
  CHECK(text.find("Workers Launched: 2") != std::string::npos);
  CHECK(db.execute("CREATE INDEX t_id ON t (id)").ok());
  CHECK(db.must("SELECT count(*) FROM (SELECT body FROM t ORDER BY body OFFSET 10) x").integer(0, 0) == 49990);
}

TEST_CASE("dump and restore work on a fenced server, COPY FROM STDIN included") {
  if (test::shared_server() == nullptr) return;
  const EmbeddedServer server = EmbeddedServer::start();
  Binaries clients;
  try {
    clients = require_clients(server.binaries().major);
  } catch (const Error& error) {
    return test::skip(error.message().text);
  }
  Connection db = Connection::require({.conninfo = server.conninfo()});
  db.must(
      "CREATE SCHEMA shop; CREATE TABLE shop.items AS SELECT g AS id, md5(g::text) AS body FROM generate_series(1, "
      "3000) g");
  const TempFolder folder("dump");
  const ClientAccess access(server.conninfo());
  const auto runs = [&](std::vector<std::string> argv) {
    argv.front().insert(0, clients.folder + "/");
    const auto outcome = process::run({.argv = std::move(argv), .environment = access.environment()});
    REQUIRE(outcome.ok());
    CHECK(outcome->errors == "");
    return outcome->ok();
  };
  CHECK(runs({"pg_dump", "-Fc", "-f", folder.path() + "/c", "-d", access.conninfo()}));
  CHECK(runs({"pg_dump", "-Fd", "-j2", "-f", folder.path() + "/d", "-d", access.conninfo()}));
  for (const char* name : {"/c", "/d"}) {
    db.must("DROP SCHEMA shop CASCADE");
    CHECK(runs({"pg_restore", "--exit-on-error", "-j2", "-d", access.conninfo(), folder.path() + name}));
    CHECK(db.must("SELECT count(*) FROM shop.items").integer(0, 0) == 3000);
  }
}
