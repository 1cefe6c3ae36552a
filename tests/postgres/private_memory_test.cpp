// What another process of the same user can learn of ours, and what a hostile server can learn of a job.
#include "postgres/private_memory.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>

#include "base/process.h"
#include "postgres/attack/range.h"
#include "postgres/connection.h"
#include "postgres/support.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

constexpr uid_t kOrdinaryUser = 60599;
constexpr const char* kSecret = "s3cret-of-the-job";

/// What a child of the same user got: bit 0 our environment, bit 1 our memory.
int taken_by_a_child() {
  static volatile long secret = 42;
  const std::string environment = kairon::format("/proc/{}/environ", ::getpid());
  const pid_t owner = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    int taken = ::open(environment.c_str(), O_RDONLY | O_CLOEXEC) >= 0 ? 1 : 0;
    long copy = 0;
    iovec mine{&copy, sizeof copy};
    iovec theirs{const_cast<long*>(&secret), sizeof copy};
    if (::syscall(SYS_process_vm_readv, owner, &mine, 1, &theirs, 1, 0) > 0) taken |= 2;
    ::_exit(taken);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

/// Runs `work` in a child that is an ordinary user and may be looked at; its exit status.
template <typename Work>
int as_ordinary_user(const Work& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool changed = ::geteuid() != 0 || ::setresuid(kOrdinaryUser, kOrdinaryUser, kOrdinaryUser) == 0;
    if (!changed || ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) ::_exit(77);
    ::_exit(work());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

/// A process of the server's user with a secret in its environment, as a job of a pull request has one.
process::Child job() {
  process::Command command;
  command.argv = {"sleep", "300"};
  command.environment = {"PATH=/usr/bin:/bin", kairon::format("DEPLOY_TOKEN={}", kSecret)};
  command.in_child = become(server_account());
  Result<process::Child> child = process::Child::start(command);
  REQUIRE(child.ok());
  return std::move(*child);
}

/// True when SQL of a superuser of that server reads the job's secret.
bool reads_secret(const EmbeddedServer& server, int job) {
  Connection db = Connection::require({.conninfo = server.conninfo()});
  const std::string path = kairon::format("/proc/{}/environ", job);
  bool found = false;
  const auto look = [&](const std::string& query) {
    const Reply reply = db.execute(query);
    for (std::size_t row = 0; reply.ok() && row < reply.size(); ++row)
      found = found || reply.text(row, 0).find(kSecret) != std::string_view::npos;
  };
  look(kairon::format("SELECT encode(pg_read_binary_file('{}'), 'escape')", path));
  db.must("CREATE TEMP TABLE seen (l text)");
  static_cast<void>(db.execute(kairon::format("COPY seen FROM PROGRAM 'tr \"\\\\000\" \"\\\\n\" < {}'", path)));
  static_cast<void>(db.execute(kairon::format("SELECT lo_import('{}', 4711)", path)));
  look("SELECT l FROM seen");
  look("SELECT encode(lo_get(4711), 'escape')");
  return found;
}

}  // namespace

TEST_CASE("memory and environment are private while a server runs, and only then") {
  const bool server_runs = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;  // another test's
  // Some kernels and sanitizers keep memory from a child in any case; the environment shows the difference everywhere.
  const int open = as_ordinary_user([] { return taken_by_a_child(); });
  CHECK((open & 1) == 1);
  if (open != 3) MESSAGE("not shown on this machine: reading a parent's memory");
  CHECK(as_ordinary_user([] {
          const PrivateMemory secrets;
          const PrivateMemory more;
          return taken_by_a_child();
        }) == 0);
  CHECK(as_ordinary_user([] {
          std::optional<PrivateMemory> secrets(std::in_place);
          secrets.reset();
          return taken_by_a_child();
        }) == (server_runs ? 0 : open));
}

TEST_CASE("a server makes our memory private") {
  if (test::shared_server() == nullptr) return;  // it runs until the end of this program
  CHECK(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
}

TEST_CASE("the secret of a pull request's job is out of reach") {
  if (test::shared_server() == nullptr) return;
  const process::Child victim = job();
  EmbeddedOptions open;
  open.fence = FenceMode::off;
  CHECK(reads_secret(EmbeddedServer::start(open), victim.pid()));
  CHECK_FALSE(reads_secret(EmbeddedServer::start(), victim.pid()));
}
