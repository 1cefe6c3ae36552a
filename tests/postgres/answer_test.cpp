// Answers without end: of a server that a hostile migration has taken over.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "postgres/connection.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeepsFreedMemory = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kKeepsFreedMemory = true;
#else
constexpr bool kKeepsFreedMemory = false;
#endif
#else
constexpr bool kKeepsFreedMemory = false;
#endif

/// False where memory cannot be counted, loudly.
bool counts_memory() {
  if (test::shared_server() == nullptr) return false;
  if (kKeepsFreedMemory) test::skip("the address sanitizer keeps freed memory, so answers seem to grow");
  return !kKeepsFreedMemory;
}

/// Forgets the peak until now, where the process may (proc(5), clear_refs).
void forget_peak() {
  const file::Descriptor refs(::open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC));
  if (refs) static_cast<void>(file::write_all(refs.get(), "5").ok());
}

/// The most memory that this process had since then, in bytes.
std::size_t peak() {
  const Result<std::string> status = file::read("/proc/self/status", 65536);
  REQUIRE(status.ok());
  const std::size_t at = status->find("VmHWM:");
  REQUIRE(at != std::string::npos);
  return static_cast<std::size_t>(std::strtoull(status->c_str() + at + 6, nullptr, 10)) * 1024;
}

Connection session(std::size_t limit = 64 * kMiB) {
  return Connection::require({.conninfo = test::shared_server()->conninfo(), .answer_limit = limit});
}

}  // namespace

TEST_CASE("an answer that is too large ends the session, not us") {
  if (!counts_memory()) return;
  Connection db = session();
  forget_peak();
  const std::size_t before = peak();
  const Reply reply = db.execute("SELECT repeat('x', 10000) FROM generate_series(1, 200000)");
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().connection_lost);
  CHECK(reply.error().message == "the server's answer needs more than 64 MiB of memory");
  CHECK(db.lost());
  CHECK(peak() - before < 256 * kMiB);
  CHECK(session().execute("SELECT 1").ok());
}

TEST_CASE("rows of foreign text are dropped as they come") {
  if (!counts_memory()) return;
  Connection db = session();
  forget_peak();
  const std::size_t before = peak();
  const Reply reply = db.perform("SELECT repeat('x', 10000) FROM generate_series(1, 200000); SELECT 1, 2");
  CHECK(reply.ok());
  CHECK(reply.tag() == "SELECT 1");
  CHECK(db.perform("SELECT repeat('x', 10000) FROM generate_series(1, 200000)").tag() == "SELECT 200000");
  CHECK(peak() - before < 64 * kMiB);
  CHECK(db.perform("SELECT 1/0").error().sqlstate == "22012");
  CHECK(db.perform("SELECT 1/g FROM generate_series(-5, 5) g").error().sqlstate == "22012");
  CHECK(db.must("SELECT 7").integer(0, 0) == 7);
}

TEST_CASE("one field that is too large ends the session") {
  if (!counts_memory()) return;
  Connection db = session();
  const Reply reply = db.perform("SELECT repeat('x', 500000000)");
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().message == "the server's answer needs more than 64 MiB of memory");
}

TEST_CASE("of a message without end the beginning is kept") {
  if (!counts_memory()) return;
  Connection db = session();
  const Reply reply = db.execute(
      "DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'x' || repeat(U&'\\00fc', 5000000), DETAIL = repeat('d', 5000000), "
      "HINT "
      "= 'short'; END $$");
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().message.size() == 1 + 2 * 4095 + 3);
  CHECK(reply.error().message.ends_with("\xC3\xBC..."));
  CHECK(reply.error().detail.size() == 8192 + 3);
  CHECK(reply.error().hint == "short");
}

TEST_CASE("notices and notifications without end are not kept") {
  if (!counts_memory()) return;
  Connection db = session();
  forget_peak();
  const std::size_t before = peak();
  CHECK(db.perform("DO $$ BEGIN FOR i IN 1..30000 LOOP RAISE WARNING '%', repeat('x', 5000); END LOOP; END $$").ok());
  const std::vector<std::string> notices = db.take_notices();
  CHECK(notices.size() == 200);
  CHECK(db.perform("DO $$ BEGIN RAISE WARNING '%', repeat('x', 1000000); END $$").ok());
  const std::vector<std::string> cut = db.take_notices();
  REQUIRE(cut.size() == 1);
  CHECK(cut.front().size() < 10000);
  db.must("LISTEN c");
  CHECK(db.perform("DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_notify('c', i::text || repeat('x', 7000)); END LOOP; "
                   "END $$")
            .ok());
  CHECK(peak() - before < 64 * kMiB);
}

TEST_CASE("the output of COPY without end is cancelled, whatever the statement's own limit is") {
  if (test::shared_server() == nullptr) return;
  Connection db = session();
  db.must("SET statement_timeout = 0");
  db.cancel_after(std::chrono::milliseconds(500));
  const auto begun = std::chrono::steady_clock::now();
  const Reply reply = db.perform("COPY (SELECT 1 FROM generate_series(1, 3000000000)) TO STDOUT");
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().sqlstate == "57014");
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
}

TEST_CASE("a sort that needs too much disk fails by itself") {
  if (test::shared_server() == nullptr) return;
  Connection db = session();
  const long long limit =
      db.must("SELECT setting::bigint FROM pg_settings WHERE name = 'temp_file_limit'").integer(0, 0);
  CHECK(limit > 1024 * 1024);
  CHECK(limit < 4LL * 1024 * 1024);
}
