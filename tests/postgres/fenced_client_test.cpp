#include "postgres/fenced_client.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <optional>

#include "base/format.h"
#include "base/temp.h"
#include "base/text.h"
#include "postgres/connection.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

/// The clients of the server's version; nothing (and the test is skipped, loudly) where they are not installed.
std::optional<Binaries> clients() {
  if (test::shared_server() == nullptr) return std::nullopt;
  try {
    return require_clients(test::shared_server()->binaries().major);
  } catch (const Error& error) {
    test::skip(error.message().text);
    return std::nullopt;
  }
}

/// A dump of a table with `rows` rows, only ours to read.
void make_dump(const EmbeddedServer& server, const std::string& path, int rows) {
  {
    Connection db = Connection::require({.conninfo = server.conninfo()});
    db.must(kairon::format("CREATE TABLE t AS SELECT g AS a FROM generate_series(1, {}) g; CREATE INDEX t_a ON t (a)",
                           rows));
  }
  const auto made = process::run({.argv = {require_clients(server.binaries().major).folder + "/pg_dump",
                                           "--format=custom", "--file=" + path, "--dbname=" + server.conninfo()}});
  REQUIRE(made.ok());
  REQUIRE(made->errors == "");
  ::chmod(path.c_str(), 0600);
}

}  // namespace

TEST_CASE("pg_restore works inside its fence, with one job and with several") {
  const std::optional<Binaries> found = clients();
  if (!found) return;
  const TempFolder folder("dump");
  const std::string dump = folder.path() + "/d.dump";
  const EmbeddedServer source = EmbeddedServer::start();
  make_dump(source, dump, 1000);
  for (const unsigned jobs : {1U, 3U}) {
    const EmbeddedServer target = EmbeddedServer::start();
    const auto restored = run_fenced({.clients = *found,
                                      .arguments = {"--exit-on-error", "--dbname", target.conninfo()},
                                      .dump = dump,
                                      .jobs = jobs});
    REQUIRE(restored.ok());
    CHECK(restored->errors == "");
    CHECK(restored->status == 0);
    Connection db = Connection::require({.conninfo = target.conninfo()});
    CHECK(db.must("SELECT count(*) FROM t").integer(0, 0) == 1000);
  }
  const auto text = run_fenced({.clients = *found, .arguments = {"--file", "-"}, .dump = dump});
  REQUIRE(text.ok());
  CHECK(text->output.find("CREATE TABLE public.t") != std::string::npos);
}

TEST_CASE("pg_restore reaches nothing else from inside of its fence") {
  const std::optional<Binaries> found = clients();
  if (!found) return;
  const TempFolder folder("dump");
  const std::string dump = folder.path() + "/d.dump";
  const EmbeddedServer source = EmbeddedServer::start();
  make_dump(source, dump, 1);
  REQUIRE(file::write_atomic(folder.path() + "/list", ";\n", 0644).ok());
  ::chmod(folder.path().c_str(), 0755);
  const auto outcome = [&](std::vector<std::string> arguments, FenceMode mode) {
    auto done = run_fenced({.clients = *found, .arguments = std::move(arguments), .dump = dump, .fence = mode});
    REQUIRE(done.ok());
    return std::move(*done);
  };
  // A file next to the dump, to read and to write.
  const std::vector<std::string> reading = {"--use-list", folder.path() + "/list", "--file", "-"};
  CHECK(outcome(reading, FenceMode::off).status == 0);
  CHECK(outcome(reading, FenceMode::on).status != 0);
  const TempFolder open("open");
  ::chmod(open.path().c_str(), 01777);
  CHECK(outcome({"--file", open.path() + "/a"}, FenceMode::off).status == 0);
  CHECK(outcome({"--file", open.path() + "/b"}, FenceMode::on).status != 0);
  CHECK_FALSE(file::exists(open.path() + "/b"));
  // Another server.
  const process::Outcome tcp = outcome({"--dbname", "host=127.0.0.1 port=1 user=x dbname=x"}, FenceMode::on);
  INFO(tcp.errors);  // from libpq 17 on without the words "Operation not permitted"
  CHECK(tcp.status != 0);
  CHECK_FALSE(text::contains(tcp.errors, "Connection refused"));
  CHECK(text::contains(outcome({"--dbname", "host=127.0.0.1 port=1 user=x dbname=x"}, FenceMode::off).errors,
                       "Connection refused"));
}

TEST_CASE("pg_restore's environment holds nothing of ours") {
  const std::optional<Binaries> found = clients();
  if (!found) return;
  const TempFolder folder("dump");
  const std::string dump = folder.path() + "/d.dump";
  make_dump(EmbeddedServer::start(), dump, 1);
  // libpq takes the name of the database, and here its port, from its environment.
  ::setenv("PGPORT", "hunter2", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  const auto done =
      run_fenced({.clients = *found, .arguments = {"--dbname", "host=/nowhere user=x dbname=x"}, .dump = dump});
  ::unsetenv("PGPORT");  // NOLINT(concurrency-mt-unsafe): one thread
  REQUIRE(done.ok());
  CHECK(text::contains(done->errors, "/nowhere"));
  CHECK_FALSE(text::contains(done->errors, "hunter2"));
}
