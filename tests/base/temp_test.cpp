#include "base/temp.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <string>

using namespace kairon;
namespace fs = std::filesystem;

namespace {

/// A child that makes a folder and is killed while it has it; what the folder is called.
std::string left_by_a_kill(const std::string& purpose, const std::string& parent) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const TempFolder folder(purpose, parent);
    if (::write(ends[1], folder.path().data(), folder.path().size()) < 0) ::_exit(1);
    ::close(ends[1]);
    for (;;) ::pause();
  }
  ::close(ends[1]);
  std::string path(4096, '\0');
  const ssize_t n = ::read(ends[0], path.data(), path.size());
  ::close(ends[0]);
  REQUIRE(n > 0);
  path.resize(static_cast<std::size_t>(n));
  reap_stale(parent, {});
  CHECK(fs::is_directory(path));  // its maker lives
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return path;
}

}  // namespace

TEST_CASE("reap_stale removes what a kill left, and nothing else") {
  const TempFolder parent("reap-test");
  const std::string left = left_by_a_kill("some-thing", parent.path());
  const std::string spared = left_by_a_kill("pg", parent.path());
  const TempFolder ours("some-thing", parent.path());
  const std::string foreign = parent.path() + "/kairon-notes";
  fs::create_directory(foreign);
  fs::create_directory(parent.path() + "/kairon-e2e-AbCdEf");
  const std::array<std::string_view, 1> except{"pg"};
  reap_stale(parent.path(), except);
  CHECK_FALSE(fs::exists(left));
  CHECK(fs::exists(spared));
  CHECK(fs::exists(ours.path()));
  CHECK(fs::exists(foreign));
  CHECK(fs::exists(parent.path() + "/kairon-e2e-AbCdEf"));
  reap_stale(parent.path() + "/nowhere", except);
}

TEST_CASE("reap_unheld goes by the lock, whoever has the process id by now") {
  const TempFolder parent("reap-test");
  const auto named = [&](int owner) { return parent.path() + "/kairon-restore-" + std::to_string(owner) + "-abcdef"; };
  const int nobody = 2147483646;
  const std::string left = named(::getppid());
  fs::rename(left_by_a_kill("restore", parent.path()), left);
  fs::create_directory(left + "/inside");
  const std::string other = left_by_a_kill("other", parent.path());
  const TempFolder ours("restore", parent.path());
  const TempFolder held("restore", parent.path());
  fs::rename(held.path(), named(nobody));
  reap_stale(parent.path(), {});
  CHECK(fs::exists(left));  // a process of that id lives
  reap_unheld(parent.path(), "restore");
  CHECK_FALSE(fs::exists(left));
  CHECK(fs::exists(ours.path()));
  CHECK(fs::exists(named(nobody)));  // no process has that id, and yet it is held
  CHECK_FALSE(fs::exists(other));    // by reap_stale
  fs::rename(named(nobody), held.path());
  reap_unheld(parent.path() + "/nowhere", "restore");
}
