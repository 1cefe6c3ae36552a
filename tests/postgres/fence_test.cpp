#include "postgres/fence.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "base/file.h"
#include "base/format.h"
#include "base/temp.h"
#include "postgres/fence_check.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

TEST_CASE("the fence holds on this machine") { CHECK(broken_fence() == ""); }

TEST_CASE("a fence without one of its layers is seen") {
  for (const Layer layer : {Layer::descriptors, Layer::limits, Layer::account, Layer::lifetime, Layer::privileges,
                            Layer::files, Layer::calls}) {
    if (layer == Layer::account && ::geteuid() != 0) continue;
    CAPTURE(layer_name(layer));
    const WithoutLayer without(layer);
    CHECK(broken_fence() != "");
  }
}

TEST_CASE("a superuser of a fenced server runs no program and reaches no file") {
  if (test::shared_server() == nullptr) return;
  const TempFolder outside("outside");
  const std::string out = outside.path() + "/out";
  REQUIRE(file::write_atomic(outside.path() + "/canary", "secret", 0666).ok());
  const EmbeddedServer server = EmbeddedServer::start();
  Connection db = Connection::require({.conninfo = server.conninfo()});
  CHECK_FALSE(db.execute("COPY (SELECT 1) TO PROGRAM 'exit 0'").ok());
  CHECK_FALSE(db.execute(kairon::format("COPY (SELECT 1) TO '{}'", out)).ok());
  CHECK_FALSE(db.execute(kairon::format("SELECT pg_read_file('{}/canary')", outside.path())).ok());
  CHECK_FALSE(file::exists(out));
  CHECK(db.execute("SELECT pg_read_file('PG_VERSION')").ok());
}

TEST_CASE("the server's environment holds nothing of ours") {
  if (test::shared_server() == nullptr) return;
  ::setenv("KAIRON_TEST_SECRET", "hunter2", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  const EmbeddedServer server = EmbeddedServer::start();
  ::unsetenv("KAIRON_TEST_SECRET");  // NOLINT(concurrency-mt-unsafe): one thread
  const Result<std::string> environment = file::read(kairon::format("/proc/{}/environ", server.pid()));
  REQUIRE(environment.ok());
  CHECK(environment->find("PATH=/usr/bin:/bin") != std::string::npos);
  CHECK(environment->find("hunter2") == std::string::npos);
}
