#include "postgres/connection.h"

#include <doctest/doctest.h>

#include <csignal>
#include <thread>

#include "base/error.h"
#include "base/signals.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

TEST_CASE("rows, parameters and errors") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});

  const std::vector<Parameter> parameters = {"41", std::nullopt, "it's"};
  const Reply reply = db.query("SELECT $1::int + 1 AS n, $2::text, $3::text, true", parameters);
  REQUIRE(reply.ok());
  CHECK(reply.size() == 1);
  CHECK(reply.column(0) == "n");
  CHECK(reply.integer(0, 0) == 42);
  CHECK(reply.null(0, 1));
  CHECK(reply.text(0, 2) == "it's");
  CHECK(reply.boolean(0, 3));
  CHECK(reply.text(5, 5).empty());

  const Reply wrong = db.query("SELECT äö FROM nowhere");
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().sqlstate == "42P01");
  CHECK(wrong.error().position == 16);
  CHECK_FALSE(wrong.error().connection_lost);
  CHECK(wrong.error().text() == "relation \"nowhere\" does not exist [42P01]");

  CHECK(db.prepare("SELECT $1 + 1").ok());
  CHECK(db.prepare("SELECT nosuch()").error().sqlstate == "42883");
}

TEST_CASE("several statements, transactions, notices and COPY") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  CHECK(db.state() == TransactionState::idle);
  db.must("BEGIN");
  CHECK(db.state() == TransactionState::open);
  CHECK(db.execute("CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1), (2)").affected() == 2);
  CHECK_FALSE(db.execute("SELECT 1/0; SELECT 1").ok());
  CHECK(db.state() == TransactionState::failed);
  db.must("ROLLBACK");

  static_cast<void>(db.take_notices());
  db.must("DO $$ BEGIN RAISE WARNING 'mind %', 7; END $$");
  CHECK(db.take_notices() == std::vector<std::string>{"WARNING: mind 7"});
  CHECK(db.take_notices().empty());

  db.must("CREATE TEMP TABLE c (a int)");
  CHECK_FALSE(db.execute("COPY c FROM STDIN").ok());
  CHECK(db.execute("COPY (SELECT generate_series(1, 10000)) TO STDOUT").ok());
  CHECK(db.must("SELECT count(*) FROM c").integer(0, 0) == 0);
  CHECK_THROWS_AS(db.must("SELECT nosuch()"), Error);
}

TEST_CASE("a session that the server ends is recognised") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  Connection other = Connection::require({.conninfo = server->conninfo()});
  other.must("SELECT pg_terminate_backend(" + std::to_string(db.backend_pid()) + ")");
  Reply reply = db.execute("SELECT pg_sleep(5)");
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().connection_lost);
  CHECK(db.lost());
  reply = db.execute("SELECT 1");
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().connection_lost);
}

TEST_CASE("a signal cancels the statement on the server") {
  EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  Connection db = Connection::require({.conninfo = server->conninfo()});
  signals::install();  // doctest puts its own handlers in place for each test case
  const auto begun = std::chrono::steady_clock::now();
  std::thread killer([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    ::kill(::getpid(), SIGINT);
  });
  CHECK_THROWS_AS(static_cast<void>(db.execute("SELECT pg_sleep(30)")), Error);
  killer.join();
  signals::clear();
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(10));
  CHECK(db.execute("SELECT 1").ok());
}
