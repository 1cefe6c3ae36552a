// Attacks on the machine by SQL that runs as a real superuser. Each is tried twice: without the fence it succeeds,
// which proves the attack, and with the fence nothing happens.
#include <dlfcn.h>
#include <doctest/doctest.h>

#include <csignal>
#include <iterator>
#include <memory>

#include "postgres/attack/range.h"
#include "postgres/connection.h"
#include "postgres/quote.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

constexpr const char* kLeaves = "leaves a process behind";

/// How an attack shows that it worked.
enum class Proof {
  reply,  ///< the statement succeeds
  harm    ///< a file outside has changed, or somebody has come
};

struct Attack {
  std::string name;
  std::vector<const char*> sql;
  Proof proof = Proof::reply;
};

const std::vector<Attack>& attacks() {
  static const std::vector<Attack> kAttacks = {
      {"COPY TO PROGRAM", {"COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'"}},
      {"COPY FROM PROGRAM", {"CREATE TEMP TABLE t (l text)", "COPY t FROM PROGRAM 'echo 1'"}},
      {"a program writes a file", {"COPY (SELECT 1) TO PROGRAM 'cat > {out}/fresh'"}, Proof::harm},
      {"COPY PROGRAM inside a function",
       {"CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM "
        "''cat > /dev/null'''; RETURN 1; END $$",
        "SELECT f()"}},
      {"file_fdw with a program",
       {"CREATE EXTENSION IF NOT EXISTS file_fdw", "CREATE SERVER IF NOT EXISTS p FOREIGN DATA WRAPPER file_fdw",
        "CREATE FOREIGN TABLE IF NOT EXISTS p (l text) SERVER p OPTIONS (program 'echo 1')", "SELECT * FROM p"}},
      {"file_fdw with a file",
       {"CREATE EXTENSION IF NOT EXISTS file_fdw", "CREATE SERVER IF NOT EXISTS q FOREIGN DATA WRAPPER file_fdw",
        "CREATE FOREIGN TABLE IF NOT EXISTS q (l text) SERVER q OPTIONS (filename '{out}/canary')", "SELECT * FROM q"}},
      {"COPY FROM a file", {"CREATE TEMP TABLE t (l text)", "COPY t FROM '{out}/canary'"}},
      {"COPY TO a file", {"COPY (SELECT 1) TO '{out}/fresh'"}, Proof::harm},
      {"COPY over a file", {"COPY (SELECT 'other') TO '{out}/canary'"}, Proof::harm},
      {"pg_read_file", {"SELECT pg_read_file('{out}/canary')"}},
      {"pg_read_binary_file of /proc", {"SELECT pg_read_binary_file('/proc/self/environ')"}},
      {"pg_read_file of /etc", {"SELECT pg_read_file('/etc/passwd')"}},
      {"pg_ls_dir of the root folder", {"SELECT pg_ls_dir('/')"}},
      {"pg_ls_dir of /proc", {"SELECT pg_ls_dir('/proc')"}},
      {"pg_ls_dir by a path with ..", {"SELECT pg_ls_dir(current_setting('data_directory') || '/../..')"}},
      {"lo_import", {"SELECT lo_import('{out}/canary')"}},
      {"lo_export", {"SELECT lo_from_bytea(424242, 'x')", "SELECT lo_export(424242, '{out}/fresh')"}, Proof::harm},
      {"lo_export over a file",
       {"SELECT lo_from_bytea(424243, 'long')", "SELECT lo_export(424243, '{out}/canary')"},
       Proof::harm},
      {"a tablespace outside", {"CREATE TABLESPACE s LOCATION '{out}/space'"}},
      {"dblink by a unix socket",
       {"CREATE EXTENSION IF NOT EXISTS dblink", "SELECT dblink_connect('host={out} dbname=x user=y')"},
       Proof::harm},
      {"dblink by TCP",
       {"CREATE EXTENSION IF NOT EXISTS dblink", "SELECT dblink_connect('hostaddr=127.0.0.1 port={port} user=y')"},
       Proof::harm},
      {"dblink by a host name",
       {"CREATE EXTENSION IF NOT EXISTS dblink", "SELECT dblink_connect('host=localhost port={port} user=y')"},
       Proof::harm},
      {"postgres_fdw by a unix socket",
       {"CREATE EXTENSION IF NOT EXISTS postgres_fdw",
        "CREATE SERVER IF NOT EXISTS u FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{out}')",
        "CREATE USER MAPPING IF NOT EXISTS FOR postgres SERVER u OPTIONS (user 'y', password 'z')",
        "CREATE FOREIGN TABLE IF NOT EXISTS u (a int) SERVER u", "SELECT * FROM u"},
       Proof::harm},
      {"postgres_fdw by TCP",
       {"CREATE EXTENSION IF NOT EXISTS postgres_fdw",
        "CREATE SERVER IF NOT EXISTS w FOREIGN DATA WRAPPER postgres_fdw OPTIONS (hostaddr '127.0.0.1', port '{port}')",
        "CREATE USER MAPPING IF NOT EXISTS FOR postgres SERVER w OPTIONS (user 'y', password 'z')",
        "CREATE FOREIGN TABLE IF NOT EXISTS w (a int) SERVER w", "SELECT * FROM w"},
       Proof::harm},
      {"a subscription by a unix socket",
       {"CREATE SUBSCRIPTION s1 CONNECTION 'host={out} dbname=x user=y' PUBLICATION p"},
       Proof::harm},
      {"a subscription by TCP",
       {"CREATE SUBSCRIPTION s2 CONNECTION 'hostaddr=127.0.0.1 port={port} user=y' PUBLICATION p"},
       Proof::harm},
  };
  return kAttacks;
}

/// True when the attack worked.
bool attempt(test::Range& range, const Attack& attack) {
  range.restore();
  Connection db = Connection::require({.conninfo = range.server().conninfo()});
  bool last = false;
  for (const char* statement : attack.sql) last = db.execute(range.filled(statement)).ok();
  return attack.proof == Proof::reply ? last : range.harmed();
}

/// Writes a file into the server's data folder as hostile SQL would: by way of a large object. `value` is an
/// expression of type bytea.
void export_file(Connection& db, const std::string& value, const std::string& name) {
  const std::string object(db.must(kairon::format("SELECT lo_from_bytea(0, {})", value)).text(0, 0));
  db.must(kairon::format("SELECT lo_export({}, current_setting('data_directory') || '/{}')", object, name));
}

/// Uploads the library; its path there.
std::string upload(test::Range& range) {
  const Result<std::string> library = file::read(KAIRON_ATTACK_LIBRARY);
  REQUIRE(library.ok());
  std::string hex;
  for (const char c : *library) hex += kairon::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  Connection db = Connection::require({.conninfo = range.server().conninfo()});
  export_file(db, "'\\x" + hex + "'", "attack.so");
  return std::string(db.must("SELECT current_setting('data_directory')").text(0, 0)) + "/attack.so";
}

/// "open", "held", or "" when the library did not run.
std::string native(test::Range& range, const std::string& library, const std::string& name) {
  range.restore();
  Connection db = Connection::require({.conninfo = range.server().conninfo()});
  const std::string order =
      kairon::format("{}\n{}\n{}\n{}\n", name, range.path(""), range.path("/.s.PGSQL.5432"), range.port());
  export_file(db, "''", "answer");
  export_file(db, kairon::format("convert_to({}, 'UTF8')", quote_literal(order)), "attack");
  static_cast<void>(db.execute(kairon::format("LOAD {}", quote_literal(library))));
  if (db.lost()) db = Connection::require({.conninfo = range.server().conninfo()});
  return std::string(db.must("SELECT pg_read_file('answer')").text(0, 0));
}

std::vector<std::string> native_names() {
  void* handle = ::dlopen(KAIRON_ATTACK_LIBRARY, RTLD_NOW);
  REQUIRE(handle != nullptr);
  const auto name_of = reinterpret_cast<const char* (*)(unsigned)>(::dlsym(handle, "kairon_attack_name"));
  const bool found = name_of != nullptr;
  REQUIRE(found);
  std::vector<std::string> names;
  for (unsigned i = 0; name_of(i) != nullptr; ++i) names.emplace_back(name_of(i));
  ::dlclose(handle);
  return names;
}

}  // namespace

TEST_CASE("SQL of a superuser attacks the machine") {
  if (test::shared_server() == nullptr) return;
  test::Range open(FenceMode::off);
  test::Range fenced(FenceMode::on);
  REQUIRE(open.good());
  REQUIRE(fenced.good());
  int proven = 0;
  for (const Attack& attack : attacks()) {
    CAPTURE(attack.name);
    const bool works = attempt(open, attack);
    if (works) ++proven;
    if (!works) MESSAGE("not shown on this machine: ", attack.name);
    CHECK_FALSE(attempt(fenced, attack));
  }
  CHECK(proven >= 20);
  MESSAGE(proven, " attacks by SQL work without the fence, 0 within");
}

TEST_CASE("native code that SQL uploads attacks the machine") {
  if (test::shared_server() == nullptr) return;
  test::Range open(FenceMode::off);
  test::Range fenced(FenceMode::on);
  const std::string open_library = upload(open);
  const std::string fenced_library = upload(fenced);
  int proven = 0;
  for (const std::string& name : native_names()) {
    if (name == kLeaves) continue;  // allowed; it ends with the server
    CAPTURE(name);
    const std::string control = native(open, open_library, name);
    if (control == "open") ++proven;
    if (control != "open") MESSAGE("not shown on this machine: ", name, " (", control, ")");
    CHECK(native(fenced, fenced_library, name) == "held");
    CHECK_FALSE(fenced.harmed());
  }
  CHECK(proven >= 25);
  MESSAGE(proven, " attacks by native code work without the fence, 0 within");
}

TEST_CASE("neither of the two great walls can be left out") {
  if (test::shared_server() == nullptr) return;
  {
    const WithoutLayer without(Layer::files);
    test::Range range(FenceMode::on);
    const std::string library = upload(range);
    CHECK(native(range, library, "reads a file") == "open");
    CHECK(native(range, library, "lists /proc") == "open");
    CHECK(native(range, library, "connects to a unix socket") == "held");
  }
  const WithoutLayer without(Layer::calls);
  test::Range range(FenceMode::on);
  const std::string library = upload(range);
  CHECK(native(range, library, "connects to a unix socket") == "open");
  CHECK(native(range, library, "closes a file to its owner") == "open");
  CHECK(native(range, library, "reads a file") == "held");
}

TEST_CASE("what a server leaves behind ends with it") {
  if (test::shared_server() == nullptr) return;
  pid_t left = 0;
  {
    test::Range range(FenceMode::on);
    CHECK(native(range, upload(range), kLeaves) == "open");
    Connection db = Connection::require({.conninfo = range.server().conninfo()});
    left = static_cast<pid_t>(db.must("SELECT pg_read_file('left')::int").integer(0, 0));
    REQUIRE(left > 0);
    CHECK(::kill(left, 0) == 0);
  }
  CHECK(::kill(left, 0) != 0);
}
