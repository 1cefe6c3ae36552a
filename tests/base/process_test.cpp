#include "base/process.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>

using namespace kairon;
using namespace std::chrono_literals;

TEST_CASE("run") {
  SUBCASE("captures both streams and the exit status") {
    const auto outcome = process::run({.argv = {"/bin/sh", "-c", "echo out; echo err >&2; exit 7"}});
    REQUIRE(outcome.ok());
    CHECK(outcome->status == 7);
    CHECK(outcome->output == "out\n");
    CHECK(outcome->errors == "err\n");
  }
  SUBCASE("feeds more than a pipe holds and drains it") {
    const std::string megabyte(1 << 20U, 'x');
    const auto outcome = process::run({.argv = {"cat"}, .input = megabyte});
    REQUIRE(outcome.ok());
    CHECK(outcome->output == megabyte);
  }
  SUBCASE("a child that reads nothing is no error") {
    const auto outcome = process::run({.argv = {"true"}, .input = std::string(1 << 20U, 'x')});
    REQUIRE(outcome.ok());
    CHECK(outcome->status == 0);
  }
  SUBCASE("what cannot be started is a failure that names it") {
    const auto outcome = process::run({.argv = {"no-such-program-here"}});
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.failure().text.find("no-such-program-here") != std::string::npos);
  }
  SUBCASE("time runs out") {
    const auto outcome = process::run({.argv = {"sleep", "30"}, .timeout = 50ms});
    REQUIRE(outcome.ok());
    CHECK(outcome->timed_out);
    CHECK(outcome->signal == SIGTERM);
  }
  SUBCASE("a grandchild that keeps the pipe open does not hold us") {
    const auto outcome = process::run({.argv = {"/bin/sh", "-c", "sleep 5 & echo done"}});
    REQUIRE(outcome.ok());
    CHECK(outcome->output == "done\n");
  }
}

TEST_CASE("git's own variables do not reach a child") {
  ::setenv("GIT_DIR", "/nowhere", 1);
  const auto outcome = process::run({.argv = {"/bin/sh", "-c", "echo ${GIT_DIR:-none}"}});
  ::unsetenv("GIT_DIR");
  REQUIRE(outcome.ok());
  CHECK(outcome->output == "none\n");
}

TEST_CASE("Child") {
  auto child = process::Child::start({.argv = {"sleep", "30"}});
  REQUIRE(child.ok());
  CHECK(child->running());
  CHECK_FALSE(child->wait(10ms));
  CHECK(child->stop(SIGTERM, 1000ms) == 128 + SIGTERM);
  CHECK_FALSE(child->running());
}
