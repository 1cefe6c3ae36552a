#include "postgres/mutations.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "postgres/snapshot.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

std::string report(const Snapshot& before, const Snapshot& after) {
  std::string out;
  for (const SchemaChange& change : difference(before, after)) out += change.line() + "\n";
  return out;
}

bool run(Connection& db, const char* sql) {
  const Reply reply = db.execute(sql);
  if (!reply.ok()) MESSAGE(std::string(sql) << ": " << reply.error().text());
  return reply.ok();
}

}  // namespace

TEST_CASE("every schema mutation is seen, and every undo is equal") {
  if (test::shared_server() == nullptr) return;
  EmbeddedServer server = EmbeddedServer::start();
  Connection db = Connection::require({.conninfo = server.conninfo()});
  REQUIRE(run(db, test::mutation_base()));
  const Snapshot base = take_snapshot(db, SnapshotScope::cluster);

  std::set<std::string> names;
  for (const test::Mutation& mutation : test::mutations()) {
    CAPTURE(std::string(mutation.name));
    names.insert(mutation.name);
    REQUIRE(run(db, mutation.change));
    CHECK(take_snapshot(db, SnapshotScope::cluster) != base);
    REQUIRE(run(db, mutation.undo));
    const Snapshot undone = take_snapshot(db, SnapshotScope::cluster);
    const std::string left = report(base, undone);
    CHECK(left == "");
    REQUIRE(undone == base);
  }
  CHECK(names.size() == test::mutations().size());
  CHECK(names.size() >= 100);
  MESSAGE(names.size() << " mutations");
}
