#include "postgres/snapshot.h"

#include <doctest/doctest.h>

#include "base/format.h"
#include "base/text.h"
#include "postgres/fingerprint.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

std::vector<std::string> lines(const std::vector<SchemaChange>& changes) {
  std::vector<std::string> out;
  for (const SchemaChange& change : changes) out.push_back(change.line());
  return out;
}

}  // namespace

TEST_CASE("a diff reads like a list of what happened") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  db.must("CREATE TABLE d (a int, b text)");
  const Snapshot before = take_snapshot(db, SnapshotScope::cluster);
  CHECK(take_snapshot(db, SnapshotScope::cluster) == before);
  db.must(
      "CREATE INDEX d_a ON d (a); ALTER TABLE d DROP COLUMN b; ALTER TABLE d ALTER a TYPE bigint; COMMENT ON TABLE d "
      "IS 'x'");
  const Snapshot after = take_snapshot(db, SnapshotScope::cluster);
  const std::vector<std::string> expected = {
      "~ column public.d.a: type: integer -> bigint",
      "- column public.d.b: text",
      "~ column order public.d: columns: a, b -> a",
      "+ comment table public.d: x",
      "+ index public.d_a: CREATE INDEX d_a ON public.d USING btree (a)",
  };
  CHECK(lines(difference(before, after)) == expected);
  CHECK(difference(after, after).empty());
  db.must("DROP TABLE d");
}

TEST_CASE("column order is a warning, ownership an error") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  db.must("CREATE TABLE o (a int, b text); CREATE ROLE heir");
  const Snapshot before = take_snapshot(db, SnapshotScope::cluster);
  db.must("ALTER TABLE o DROP COLUMN a; ALTER TABLE o ADD COLUMN a int");
  const auto order = difference(before, take_snapshot(db, SnapshotScope::cluster));
  REQUIRE(order.size() == 1);
  CHECK(order.front().weight == DifferenceWeight::warning);
  db.must("DROP TABLE o; CREATE TABLE o (a int, b text); ALTER TABLE o OWNER TO heir");
  const auto owner = difference(before, take_snapshot(db, SnapshotScope::cluster));
  REQUIRE(owner.size() == 1);
  CHECK(text::contains(owner.front().line(), "owner: postgres -> heir"));
  CHECK(owner.front().weight == DifferenceWeight::error);
  db.must("DROP TABLE o; DROP ROLE heir");
}

TEST_CASE("the search path of the session stays") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  db.must("SET search_path = pg_catalog, public");
  static_cast<void>(take_snapshot(db, SnapshotScope::database));
  CHECK(db.must("SHOW search_path").text(0, 0) == "pg_catalog, public");
}

TEST_CASE("a fingerprint sees values, not their order") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  db.must("CREATE TABLE f (id int, \"Odd Name\" jsonb); INSERT INTO f VALUES (1, '{}'), (2, NULL)");
  const DataState before = take_data(db);
  const TableData* table = before.by_name("public.f");
  REQUIRE(table != nullptr);
  CHECK(table->rows == 2);
  CHECK(before.by_oid(table->oid) == table);

  db.must("DELETE FROM f WHERE id = 1; INSERT INTO f VALUES (1, '{}'); ALTER TABLE f ADD COLUMN later int DEFAULT 3");
  CHECK(take_data(db).by_name("public.f")->fingerprint != table->fingerprint);
  CHECK(take_data(db, &before).by_name("public.f")->fingerprint == table->fingerprint);
  db.must("UPDATE f SET \"Odd Name\" = '[]' WHERE id = 2");
  const DataState after = take_data(db, &before);
  CHECK(after.by_name("public.f")->rows == 2);
  CHECK(after.by_name("public.f")->fingerprint != table->fingerprint);
  db.must("DROP TABLE f");
  CHECK(take_data(db).by_name("public.f") == nullptr);
}

TEST_CASE("a table is read again when its rows may have changed, and only then") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  if (db.server_version() < 150000) return;
  Connection eyes = Connection::require({.conninfo = server->conninfo()});
  db.must("CREATE TYPE mood AS ENUM ('calm', 'glad'); CREATE TABLE m (id int, mood mood); CREATE TABLE w (a int)");
  db.must("INSERT INTO m SELECT g, 'glad' FROM generate_series(1, 9) g; INSERT INTO w VALUES (1), (2)");
  DataReader reader(eyes);
  const auto publish = [](Connection& session) { session.must("SELECT pg_stat_force_next_flush()"); };
  const auto same_as_read_anew = [&] {
    publish(db);
    const DataState kept = reader.take();
    const DataState anew = take_data(db);
    REQUIRE(kept.tables.size() == anew.tables.size());
    for (std::size_t i = 0; i < kept.tables.size(); ++i) {
      CHECK(kept.tables[i].rows == anew.tables[i].rows);
      CHECK(kept.tables[i].fingerprint == anew.tables[i].fingerprint);
    }
  };
  same_as_read_anew();

  SUBCASE("nobody wrote") {
    const auto scans = [&] {
      publish(db);
      publish(eyes);
      return db.must("SELECT pg_stat_get_numscans('m'::regclass), pg_stat_get_numscans('w'::regclass)");
    };
    const Reply before = scans();
    db.must("INSERT INTO w VALUES (3)");
    publish(db);
    CHECK(reader.take().by_name("public.w")->rows == 3);
    const Reply after = scans();
    CHECK(after.integer(0, 0) == before.integer(0, 0));
    CHECK(after.integer(0, 1) > before.integer(0, 1));
    reader.forget();
    static_cast<void>(reader.take());
    CHECK(scans().integer(0, 0) > before.integer(0, 0));
  }
  SUBCASE("rows were written") {
    for (const std::string sql : {"UPDATE w SET a = 5 WHERE a = 1", "DELETE FROM w WHERE a = 2", "TRUNCATE m",
                                  "INSERT INTO m VALUES (1, 'calm')", "DROP TABLE w; CREATE TABLE w (a int)"}) {
      CAPTURE(sql);
      db.must(sql);
      same_as_read_anew();
    }
  }
  SUBCASE("the same writes come again after the counters were reset") {
    db.must("DELETE FROM w");
    publish(db);
    db.must("SELECT pg_stat_reset()");
    db.must("INSERT INTO w VALUES (8), (9)");
    same_as_read_anew();
  }
  SUBCASE("what the rows show changed without a write") {
    for (const char* sql :
         {"ALTER TABLE w ALTER a TYPE text USING a || '.'", "ALTER TYPE mood RENAME VALUE 'glad' TO 'happy'",
          "ALTER TABLE m DROP COLUMN mood; ALTER TABLE m ADD COLUMN mood mood",
          "ALTER TABLE w ADD COLUMN b int DEFAULT 4"}) {
      CAPTURE(sql);
      db.must(sql);
      same_as_read_anew();
    }
  }
  db.must("DROP TABLE m, w; DROP TYPE mood");
}

TEST_CASE("what a rollback may leave is a warning") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  const auto f = [](std::string_view body) {
    return "CREATE OR REPLACE FUNCTION wf() RETURNS int LANGUAGE plpgsql AS $$" + std::string(body) + "$$";
  };
  db.must("CREATE TYPE we AS ENUM ('a', 'c'); CREATE VIEW wv AS SELECT 1 AS n; CREATE SCHEMA ws");
  db.must(f("\nBEGIN\n  -- one\n  RETURN 1;\nEND"));
  const Snapshot before = take_snapshot(db, SnapshotScope::cluster);
  const auto weights = [&] {
    std::string out;
    for (const SchemaChange& change : difference(before, take_snapshot(db, SnapshotScope::cluster)))
      out += change.kind + (change.weight == DifferenceWeight::error ? "=error " : "=warning ");
    return out;
  };
  SUBCASE("a view option that says what holds anyway is no difference") {
    db.must("ALTER VIEW wv SET (security_barrier = false)");
    CHECK(weights().empty());
    db.must("ALTER VIEW wv SET (security_barrier = true)");
    CHECK(weights() == "view=error ");
  }
  SUBCASE("blanks and comments of a function") {
    db.must(f("BEGIN /* two */ RETURN 1; END"));
    CHECK(weights() == "function=warning ");
    db.must(f("BEGIN RETURN 2; END"));
    CHECK(weights() == "function=error ");
  }
  SUBCASE("the server drops no value of an enum") {
    db.must("ALTER TYPE we ADD VALUE 'b' BEFORE 'c'");
    CHECK(weights() == "enum=warning ");
    db.must("ALTER TYPE we RENAME VALUE 'a' TO 'x'");
    CHECK(weights() == "enum=error ");
  }
  SUBCASE("the moment at which a view was made") {
    db.must("CREATE OR REPLACE VIEW wn AS SELECT now() < timestamp '2026-01-02 03:04:05.678' AS n");
    const Snapshot first = take_snapshot(db, SnapshotScope::cluster);
    db.must("CREATE OR REPLACE VIEW wn AS SELECT now() < timestamp '2026-01-02 03:04:09.1' AS n");
    const std::vector<SchemaChange> moved = difference(first, take_snapshot(db, SnapshotScope::cluster));
    REQUIRE(moved.size() == 1);
    CHECK(moved.front().weight == DifferenceWeight::warning);
    // A day that somebody wrote is not a moment.
    db.must("CREATE OR REPLACE VIEW wn AS SELECT now() < timestamp '2026-01-03' AS n");
    const std::vector<SchemaChange> other = difference(first, take_snapshot(db, SnapshotScope::cluster));
    REQUIRE(other.size() == 1);
    CHECK(other.front().weight == DifferenceWeight::error);
    db.must("DROP VIEW wn");
  }
  SUBCASE("a comment is part of the schema") {
    db.must("COMMENT ON VIEW wv IS 'one'");
    CHECK(weights() == "comment=error ");
  }
  db.must("DROP TYPE we; DROP VIEW wv; DROP FUNCTION wf(); DROP SCHEMA ws");
}

TEST_CASE("a long text that changed is shown where it changed") {
  const std::string same(150, 'x');
  const Snapshot before{{{"function", "public.f()", {{"definition", same + " RETURN 1; END"}}}}};
  const Snapshot after{{{"function", "public.f()", {{"definition", same + " RETURN 2; END"}}}}};
  CHECK(lines(difference(before, after)) ==
        std::vector<std::string>{"~ function public.f(): definition: ..." + std::string(22, 'x') +
                                 " RETURN 1; END -> ..." + std::string(22, 'x') + " RETURN 2; END"});
}

TEST_CASE("what follows from a difference is folded into it") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  db.must("CREATE TABLE stays (id int)");
  const Snapshot before = take_snapshot(db, SnapshotScope::cluster);
  const auto causes = [&] {
    std::string out;
    for (const SchemaCause& cause : causes_of(difference(before, take_snapshot(db, SnapshotScope::cluster))))
      out += format("{} {}:{} ", cause.change.kind, cause.change.name, cause.parts);
    return out;
  };
  const std::string undo = "DROP TABLE IF EXISTS made; DROP SCHEMA IF EXISTS s CASCADE; DROP TABLE stays";
  SUBCASE("a table with all that is in it") {
    db.must(
        "CREATE TABLE made (id serial PRIMARY KEY, n int CHECK (n > 0) UNIQUE); CREATE INDEX made_i ON made (n); "
        "COMMENT ON TABLE made IS 'c'; COMMENT ON COLUMN made.n IS 'c'; CREATE POLICY p ON made");
    // 2 columns, their order, 3 constraints, 3 indexes, a sequence, 2 comments, a policy.
    CHECK(causes() == "table public.made:13 ");
    CHECK(causes_of(difference(before, take_snapshot(db, SnapshotScope::cluster))).front().line() ==
          "+ table public.made (and 13 parts of it)");
  }
  SUBCASE("a schema with its tables") {
    db.must("CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY); CREATE TYPE s.e AS ENUM ('a')");
    CHECK(causes().starts_with("schema s:"));
    CHECK(causes_of(difference(before, take_snapshot(db, SnapshotScope::cluster))).size() == 1);
  }
  SUBCASE("a constraint with its index, a column with the order") {
    db.must("ALTER TABLE stays ADD COLUMN n int, ADD CONSTRAINT u UNIQUE (id)");
    CHECK(causes() == "column public.stays.n:1 constraint public.stays.u:1 ");
  }
  SUBCASE("what came to a table that stays is told") {
    db.must("CREATE INDEX i ON stays (id); CREATE TABLE made (n int); COMMENT ON TABLE stays IS 'c'");
    CHECK(causes() == "comment table public.stays:0 index public.i:0 table public.made:2 ");
  }
  SUBCASE("a partition follows its parent") {
    db.must("CREATE TABLE made (id int PRIMARY KEY) PARTITION BY RANGE (id)");
    db.must("CREATE TABLE made_1 PARTITION OF made FOR VALUES FROM (1) TO (2)");
    CHECK(causes().starts_with("table public.made:"));
    CHECK(causes_of(difference(before, take_snapshot(db, SnapshotScope::cluster))).size() == 1);
    const Snapshot there = take_snapshot(db, SnapshotScope::cluster);
    db.must("ALTER TABLE made ADD COLUMN n int CHECK (n > 0), ADD UNIQUE (id, n)");
    std::string out;
    for (const SchemaCause& cause : causes_of(difference(there, take_snapshot(db, SnapshotScope::cluster))))
      out += format("{} {} ", cause.change.kind, cause.change.name);
    CHECK(out == "column public.made.n constraint public.made.made_id_n_key constraint public.made.made_n_check ");
  }
  SUBCASE("a role of the schema's name stands for itself") {
    db.must("CREATE SCHEMA s; CREATE ROLE s");
    CHECK(causes() == "role s:0 schema s:0 ");
    db.must("DROP ROLE s");
  }
  db.must(undo);
}
