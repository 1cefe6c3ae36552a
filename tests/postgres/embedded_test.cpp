#include "postgres/embedded.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/temp.h"
#include "postgres/data_folder.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

bool alive(int pid) { return ::kill(pid, 0) == 0; }

bool gone_within(int pid, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (alive(pid) && std::chrono::steady_clock::now() < end) {
    ::waitpid(pid, nullptr, WNOHANG);  // an orphan may be ours while a server of ours runs
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return !alive(pid);
}

}  // namespace

TEST_CASE("the server is private and leaves nothing behind") {
  if (test::shared_server() == nullptr) return;
  std::string folder;
  int pid = 0;
  {
    EmbeddedServer server = EmbeddedServer::start();
    folder = server.folder();
    pid = server.pid();
    CHECK(alive(pid));
    Connection db = Connection::require({.conninfo = server.conninfo()});
    CHECK(db.must("SHOW listen_addresses").text(0, 0).empty());
    CHECK(db.must("SHOW track_counts").text(0, 0) == "on");
    CHECK(db.must("SELECT count(*) FROM pg_database").integer(0, 0) == 1);
    CHECK(db.must("SELECT current_database()").text(0, 0) == "kairon");
    CHECK(db.server_version() / 10000 == server.binaries().major);
    const auto mode = std::filesystem::status(folder + "/s").permissions();
    CHECK((mode & std::filesystem::perms(0777)) == std::filesystem::perms(0700));
  }
  CHECK_FALSE(alive(pid));
  CHECK_FALSE(file::exists(folder));
}

TEST_CASE("a base is loaded once per key and kept") {
  if (test::shared_server() == nullptr) return;
  int loads = 0;
  EmbeddedOptions options;
  options.base_key = "test base " + std::to_string(::getpid()) + std::to_string(::time(nullptr));
  options.load_base = [&](const EmbeddedOptions&, const std::string& conninfo) {
    ++loads;
    Connection db = Connection::require({.conninfo = conninfo});
    db.must("CREATE TABLE kept AS SELECT 7 AS n");
    db.must("ALTER SYSTEM SET work_mem = '9MB'");
    db.must("COPY (SELECT 1) TO '" + std::string(db.must("SHOW data_directory").text(0, 0)) + "/left'");
  };
  CHECK_FALSE(embedded_is_cached(options));
  // What a killed process left there goes when the next one stores something; ours stays.
  const std::string cache = environment::cache_folder() + "/postgres";
  const std::string abandoned = cache + "/kairon-cache-2147483646-abcdef";
  std::filesystem::create_directories(abandoned);
  const TempFolder ours("cache", cache);
  for (int round = 0; round < 2; ++round) {
    EmbeddedServer server = EmbeddedServer::start(options);
    Connection db = Connection::require({.conninfo = server.conninfo()});
    CHECK(db.must("SELECT n FROM kept").integer(0, 0) == 7);
    CHECK(db.must("SHOW work_mem").text(0, 0) != "9MB");
    CHECK_FALSE(file::exists(server.folder() + "/data/left"));
    db.must("DROP TABLE kept");
  }
  CHECK(loads == 1);
  CHECK_FALSE(std::filesystem::exists(abandoned));
  CHECK(std::filesystem::exists(ours.path()));
  CHECK(embedded_is_cached(options));
}

TEST_CASE("a killed owner takes its server along, and the next start removes the folder") {
  if (test::shared_server() == nullptr) return;
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    EmbeddedServer server = EmbeddedServer::start();
    const std::string line = std::to_string(server.pid()) + " " + server.folder();
    static_cast<void>(::write(ends[1], line.data(), line.size()));
    ::pause();
    ::_exit(0);
  }
  std::array<char, 512> buffer{};
  const ssize_t n = ::read(ends[0], buffer.data(), buffer.size());
  REQUIRE(n > 0);
  const std::string line(buffer.data(), static_cast<std::size_t>(n));
  const int server = std::stoi(line);
  const std::string folder = line.substr(line.find(' ') + 1);
  CHECK(file::exists(folder));
  reap_stale_folders();
  CHECK(file::exists(folder));  // its owner lives
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  CHECK(gone_within(server, std::chrono::seconds(30)));
  reap_stale_folders();
  CHECK_FALSE(file::exists(folder));
}

TEST_CASE("a version that is not here names the command that installs it") {
  if (test::shared_server() == nullptr) return;
  try {
    static_cast<void>(require_binaries(7));
    FAIL("PostgreSQL 7 cannot be here");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::environment);
    CHECK(error.message().remedy.find("apt-get install -y postgresql-7") != std::string::npos);
  }
}
