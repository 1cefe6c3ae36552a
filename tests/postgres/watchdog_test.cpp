#include "postgres/watchdog.h"

#include <doctest/doctest.h>

#include "base/format.h"
#include "postgres/attack/range.h"
#include "postgres/connection.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

std::string folder_of(const EmbeddedServer& server) { return server.folder(); }
std::string sockets_of(const EmbeddedServer& server) { return server.folder() + "/s"; }

constexpr unsigned long long kMiB = 1ULL << 20U;

}  // namespace

TEST_CASE("a server that fills the disk is ended with the reason") {
  if (test::shared_server() == nullptr) return;
  const EmbeddedServer server = EmbeddedServer::start();
  Connection db = Connection::require({.conninfo = server.conninfo()});
  const Watchdog dog(server.pid(), folder_of(server), sockets_of(server), {60 * kMiB, 4096 * kMiB});
  CHECK(db.execute("CREATE TABLE small AS SELECT generate_series(1, 1000)").ok());
  const Reply reply = db.execute("CREATE UNLOGGED TABLE t AS SELECT repeat('x', 900) FROM generate_series(1, 3000000)");
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().connection_lost);
  CHECK(reply.error().message == "the SQL needs more than 60 MiB of disk");
}

TEST_CASE("a server that eats the memory is ended with the reason") {
  if (test::shared_server() == nullptr) return;
  const EmbeddedServer server = EmbeddedServer::start();
  Connection db = Connection::require({.conninfo = server.conninfo()});
  const Watchdog dog(server.pid(), folder_of(server), sockets_of(server), {4096 * kMiB, 100 * kMiB});
  const Reply reply = db.execute(
      "DO $$ DECLARE a text[]; BEGIN FOR i IN 1..60 LOOP a := a || repeat(i::text, 5000000); PERFORM pg_sleep(0.01); "
      "END LOOP; PERFORM pg_sleep(20); END $$");
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().message == "the SQL needs more than 100 MiB of memory");
}
