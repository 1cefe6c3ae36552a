#include <ctime>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "deploy/record.h"
#include "deploy/world.h"

using namespace kairon;
using namespace kairon::deploy;
using namespace kairon::n8n;

namespace {

std::string state_after(Dialect dialect, std::vector<Local> locals) {
  World world(dialect);
  REQUIRE(world.deploy(first_version(dialect)).outcome == Outcome::deployed);
  REQUIRE(world.deploy(std::move(locals)).outcome != Outcome::rolled_back);
  return world.server.state();
}

std::size_t requests_of_second(Dialect dialect) {
  World world(dialect);
  REQUIRE(world.deploy(first_version(dialect)).outcome == Outcome::deployed);
  const std::size_t begun = world.server.requests();
  REQUIRE(world.deploy(second_version(dialect)).outcome == Outcome::deployed);
  return world.server.requests() - begun;
}

}  // namespace

// 20 moments for each write: before, during and after the rollback, and when nobody looks any more.
TEST_CASE("a write that was not answered in time is undone or said to be possible, whenever it arrives") {
  int rolled_back = 0;
  int deployed = 0;
  int unsettled = 0;
  int unseen = 0;
  for (const Dialect dialect : {Dialect::one, Dialect::two}) {
    const std::string before = state_after(dialect, first_version(dialect));
    const std::string after = state_after(dialect, second_version(dialect));
    const std::size_t requests = requests_of_second(dialect);
    for (std::size_t at = 1; at <= requests; ++at)
      for (std::size_t moment = 1; moment <= 20; ++moment) {
        CAPTURE(dialect == Dialect::two);
        CAPTURE(at);
        CAPTURE(moment);
        World world(dialect);
        REQUIRE(world.deploy(first_version(dialect)).outcome == Outcome::deployed);
        world.server.delay(at, moment * 6);
        DeployResult result;
        try {
          result = world.deploy(second_version(dialect));
        } catch (const Error&) {  // the lock's tag: nothing was written
          result.outcome = Outcome::rolled_back;
        }
        (void)world.server.deliver();
        if (result.outcome == Outcome::deployed) {
          ++deployed;
          CHECK(world.server.state() == after);
          continue;
        }
        if (result.outcome == Outcome::rolled_back) {
          ++rolled_back;
          CHECK(world.server.state() == before);
          CHECK_FALSE(world.journal.open_record());
          continue;
        }
        ++unsettled;
        CHECK(result.outcome == Outcome::unsettled);
        REQUIRE(result.rollback);
        REQUIRE(result.rollback->unsettled.size() == 1);
        CHECK(text::contains(result.rollback->unsettled.front(), "that was sent at"));
        REQUIRE(world.journal.open_record());
        CHECK_THROWS_AS((void)world.deploy(second_version(dialect)), Error);
        CHECK_THROWS_AS((void)world.resume(), Error);
        CAPTURE(result.rollback->unsettled.front());
        CAPTURE(result.failure.text);
        // It has arrived by now. What n8n then refused (a webhook that is taken) cannot be seen.
        if (!world.undo().ok()) {
          ++unseen;
          world.make_old();
          CHECK(world.undo().ok());
        }
        CHECK(world.server.state() == before);
        CHECK_FALSE(world.journal.open_record());
      }
  }
  CHECK(deployed > 0);
  CHECK(rolled_back > 0);
  CHECK(unsettled > unseen);
}

TEST_CASE("a write whose connection broke is watched like one that was not answered, whenever it arrives") {
  std::map<Outcome, int> seen;
  for (const Dialect dialect : {Dialect::one, Dialect::two})
    for (const bool fails : {false, true}) {
      const std::string before = state_after(dialect, first_version(dialect));
      const std::string after = state_after(dialect, second_version(dialect));
      const std::size_t requests = requests_of_second(dialect);
      for (std::size_t at = 1; at <= requests; ++at)
        for (std::size_t moment = 1; moment <= 20; moment += 3) {
          CAPTURE(dialect == Dialect::two);
          CAPTURE(fails);
          CAPTURE(at);
          CAPTURE(moment);
          World world(dialect);
          REQUIRE(world.deploy(first_version(dialect)).outcome == Outcome::deployed);
          world.server.lose(at, moment * 6);
          const std::size_t begun = world.server.requests();
          if (fails) world.server.disturb(std::max(at + 2, requests - 6), Weather::refused_write);
          DeployResult result;
          try {
            result = world.deploy(second_version(dialect));
          } catch (const Error&) {  // the lock's tag: nothing was written
            result.outcome = Outcome::rolled_back;
          }
          ++seen[result.outcome];
          // Nobody looks while the lock is given back.
          const bool is_late = world.server.deliver() > 0 || at + moment * 6 + 6 > world.server.requests() - begun;
          CAPTURE(result.failure.text);
          if (result.outcome == Outcome::deployed) {
            if (!is_late) CHECK(world.server.state() == after);
          } else if (result.outcome == Outcome::rolled_back) {
            CHECK(world.server.state() == before);
            CHECK_FALSE(world.journal.open_record());
          } else {
            CHECK(result.outcome == Outcome::unsettled);
            CHECK(world.undo_whole().ok());
            CHECK(world.server.state() == before);
          }
        }
    }
  CHECK(seen[Outcome::deployed] > 0);
  CHECK(seen[Outcome::rolled_back] > 0);
  CHECK(seen[Outcome::unsettled] > 0);
}

TEST_CASE("killed while a write is on its way: --rollback waits for it") {
  int arrived = 0;
  for (const Dialect dialect : {Dialect::one, Dialect::two}) {
    const std::string before = state_after(dialect, first_version(dialect));
    for (std::size_t at = 1; at <= requests_of_second(dialect); ++at)
      for (const std::size_t later : {2, 10, 30, 60}) {
        CAPTURE(dialect == Dialect::two);
        CAPTURE(at);
        CAPTURE(later);
        World world(dialect);
        REQUIRE(world.deploy(first_version(dialect)).outcome == Outcome::deployed);
        world.server.kill_sending(at, later);
        try {
          (void)world.deploy(second_version(dialect));
        } catch (const Killed&) {
        }
        world.server.calm();
        if (!world.journal.open_record()) continue;
        const RollbackReport report = world.undo();
        if (world.server.deliver() == 0) ++arrived;
        if (report.ok()) {
          CHECK(world.server.state() == before);
          continue;
        }
        CHECK(report.problems.empty());
        CHECK(world.undo_whole().ok());
        CHECK(world.server.state() == before);
      }
  }
  CHECK(arrived > 20);
}

TEST_CASE("killed while an unanswered write is looked for: --rollback knows of it") {
  const std::string before = state_after(Dialect::one, first_version(Dialect::one));
  int known = 0;
  for (std::size_t at = 1; at <= requests_of_second(Dialect::one); ++at)
    for (const std::size_t later : {5, 20, 60, 100000}) {
      CAPTURE(at);
      CAPTURE(later);
      World world(Dialect::one);
      REQUIRE(world.deploy(first_version(Dialect::one)).outcome == Outcome::deployed);
      world.server.delay(at, later);
      world.server.disturb(at + 3, Weather::kill_before);
      try {
        (void)world.deploy(second_version(Dialect::one));
      } catch (const Killed&) {
      } catch (const Error&) {
      }
      world.server.calm();
      const std::optional<std::string> text = world.journal.open_record();
      if (!text || read_record(*text)->unanswered.empty()) continue;  // what was delayed was a read
      ++known;
      bool ok = world.undo().ok();
      (void)world.server.deliver();
      if (ok) CHECK(world.server.state() == before);
      if (!ok) ok = world.undo().ok();
      if (!ok) {
        world.make_old();
        ok = world.undo().ok();
      }
      CHECK(ok);
      CHECK(world.server.state() == before);
      CHECK_FALSE(world.journal.open_record());
    }
  CHECK(known > 20);
}

TEST_CASE("a write that never arrives keeps the journal open for ten minutes") {
  World world(Dialect::one);
  REQUIRE(world.deploy(first_version(Dialect::one)).outcome == Outcome::deployed);
  const std::string before = world.server.state();
  world.server.delay_put(100000);
  const DeployResult result = world.deploy(second_version(Dialect::one));
  CHECK(result.outcome == Outcome::unsettled);
  CHECK(world.server.state() == before);
  const RollbackReport again = world.undo();
  CHECK_FALSE(again.ok());
  CHECK(again.problems.empty());
  CHECK(again.unsettled == result.rollback->unsettled);
  REQUIRE(world.journal.open_record());
  world.make_old();
  CHECK(world.undo().ok());
  CHECK_FALSE(world.journal.open_record());
  CHECK(world.deploy(second_version(Dialect::one)).outcome == Outcome::deployed);
}

TEST_CASE("a rollback that fails names the status, not what follows from it") {
  const std::size_t requests = requests_of_second(Dialect::one);
  int failed = 0;
  for (std::size_t at = requests / 2; at < requests; ++at) {
    World other(Dialect::one);
    REQUIRE(other.deploy(first_version(Dialect::one)).outcome == Outcome::deployed);
    for (std::size_t more = 0; more < 60; ++more) other.server.disturb(at + more, Weather::refused_write);
    const DeployResult result = other.deploy(second_version(Dialect::one));
    if (result.outcome != Outcome::rollback_failed) continue;
    ++failed;
    for (const std::string& problem : result.rollback->problems) {
      CAPTURE(problem);
      CHECK(text::contains(problem, "something is wrong with it (HTTP 400)"));
    }
  }
  CHECK(failed > 0);
}
