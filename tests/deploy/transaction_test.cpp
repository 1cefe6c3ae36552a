#include "deploy/transaction.h"

#include <csignal>

#include "base/error.h"
#include "base/signals.h"
#include "base/text.h"
#include "deploy/world.h"

using namespace kairon;
using namespace kairon::deploy;
using namespace kairon::n8n;

namespace {

// What one undisturbed second deployment means, for comparing.
struct Measure {
  std::string before;
  std::string after;
  std::size_t requests = 0;
};

Measure measure(Dialect dialect, World::Gone gone) {
  World world(dialect);
  REQUIRE(world.deploy(first_version(dialect)).outcome == Outcome::deployed);
  Measure out;
  out.before = world.server.state();
  const std::size_t begun = world.server.requests();
  REQUIRE(world.deploy(second_version(dialect), gone).outcome == Outcome::deployed);
  out.requests = world.server.requests() - begun;
  out.after = world.server.state();
  REQUIRE(out.before != out.after);
  return out;
}

struct Case {
  Dialect dialect;
  World::Gone gone;
};

// Every combination of server and treatment of what is gone.
template <typename Body>
void for_all(const Body& body) {
  for (const Dialect dialect : {Dialect::one, Dialect::two})
    for (const World::Gone gone : {World::Gone::retired, World::Gone::pruned}) {
      CAPTURE(dialect == Dialect::two);
      CAPTURE(gone == World::Gone::pruned);
      body(Case{dialect, gone}, measure(dialect, gone));
    }
}

}  // namespace

TEST_CASE("deployed twice: the second time nothing is written; every reference is right") {
  for (const Dialect dialect : {Dialect::one, Dialect::two}) {
    World world(dialect);
    const DeployResult first = world.deploy(first_version(dialect));
    CHECK(first.outcome == Outcome::deployed);
    CHECK((*world.server.find("Store"))["nodes"].items()[1]["credentials"]["postgres"]["id"].string() == "c-right");
    const DeployResult second = world.deploy(first_version(dialect));
    CHECK(second.outcome == Outcome::nothing_to_do);
    CHECK(second.writes == 0);
    World::Run run(world, world.order(first_version(dialect)));
    const Deployment::References found = run.deployment.check_references();
    CHECK(found.dangling.empty());
    CHECK(found.calls == (dialect == Dialect::one ? 5 : 3));
    CHECK(found.errors == 3);
    CHECK(found.credentials == (dialect == Dialect::two ? 1 : 0));  // 1.x has no list of them
  }
}

TEST_CASE("without a list of the server's credentials what n8n made of the names is looked at") {
  for (const bool twice : {true, false}) {
    CAPTURE(twice);
    World world(Dialect::one);
    if (twice) world.server.add_credential("c-twin", "postgres", "Main DB");
    const std::string nodes = twice ? query() : text::replace_all(query(), "Main DB", "Nobody's DB");
    const std::string before = world.server.state();
    const DeployResult result = world.deploy({workflow("Store", false, trigger() + "," + nodes)});
    CHECK(result.outcome == Outcome::rolled_back);
    CHECK(text::contains(result.failure.text, "which the server does not have exactly once"));
    CHECK(world.server.state() == before);
  }
}

TEST_CASE("any one disturbed request is made good: the deployment ends as without it") {
  for_all([](const Case& kind, const Measure& fair) {
    for (const Weather weather : {Weather::not_connected, Weather::cut_before, Weather::cut_after,
                                  Weather::database_down, Weather::gateway, Weather::starting})
      for (std::size_t at = 1; at <= fair.requests; ++at) {
        CAPTURE(static_cast<int>(weather));
        CAPTURE(at);
        World world(kind.dialect);
        REQUIRE(world.deploy(first_version(kind.dialect)).outcome == Outcome::deployed);
        world.server.disturb(at, weather);
        DeployResult result;
        try {
          result = world.deploy(second_version(kind.dialect), kind.gone);
        } catch (const Error& error) {
          // Tags are locked with one try; nothing was written then.
          CHECK(world.server.state() == fair.before);
          CHECK_FALSE(world.journal.open_record());
          continue;
        }
        CHECK(result.outcome == Outcome::deployed);
        CHECK(world.server.state() == fair.after);
        CHECK(world.server.count("New") == 1);
        CHECK_FALSE(world.journal.open_record());
      }
  });
}

TEST_CASE("a write that n8n does late, after its connection was lost, leaves no second workflow and no change") {
  for_all([](const Case& kind, const Measure& fair) {
    for (const bool fails : {false, true})
      for (std::size_t at = 1; at <= fair.requests; ++at) {
        CAPTURE(fails);
        CAPTURE(at);
        World world(kind.dialect);
        REQUIRE(world.deploy(first_version(kind.dialect)).outcome == Outcome::deployed);
        world.server.disturb(at, Weather::late);
        if (fails) world.server.disturb(at + 1, Weather::refused);  // the repeat: a rollback begins at once
        Outcome outcome = Outcome::rolled_back;
        try {
          outcome = world.deploy(second_version(kind.dialect), kind.gone).outcome;
        } catch (const Error& error) {
          CHECK(error.code() == ExitCode::environment);  // before the first write
        }
        CHECK(world.journal.open_record().has_value() == (outcome == Outcome::unsettled));
        CHECK(world.server.state() == (outcome == Outcome::deployed ? fair.after : fair.before));
        CHECK(world.server.count("New") == (outcome == Outcome::deployed ? 1 : 0));
      }
  });
}

TEST_CASE("a request that n8n refuses rolls everything back, also one that was half done") {
  for_all([](const Case& kind, const Measure& fair) {
    for (const Weather weather : {Weather::refused, Weather::half_way})
      for (std::size_t at = 1; at <= fair.requests; ++at) {
        CAPTURE(static_cast<int>(weather));
        CAPTURE(at);
        World world(kind.dialect);
        REQUIRE(world.deploy(first_version(kind.dialect)).outcome == Outcome::deployed);
        world.server.disturb(at, weather);
        DeployResult result;
        try {
          result = world.deploy(second_version(kind.dialect), kind.gone);
        } catch (const Error& error) {
          result.outcome = Outcome::rolled_back;  // before the first write
        }
        CHECK_FALSE(world.journal.open_record());
        const bool done = result.outcome == Outcome::deployed;  // a probe or the lock's release was refused
        CHECK(world.server.state() == (done ? fair.after : fair.before));
      }
  });
}

TEST_CASE("killed at any request: --rollback brings back the old state, --resume the new one") {
  for_all([](const Case& kind, const Measure& fair) {
    for (const Weather weather : {Weather::kill_before, Weather::kill_after})
      for (std::size_t at = 1; at <= fair.requests; ++at)
        for (const bool resumes : {false, true}) {
          CAPTURE(static_cast<int>(weather));
          CAPTURE(at);
          CAPTURE(resumes);
          World world(kind.dialect);
          REQUIRE(world.deploy(first_version(kind.dialect)).outcome == Outcome::deployed);
          world.server.disturb(at, weather);
          try {
            (void)world.deploy(second_version(kind.dialect), kind.gone);
          } catch (const Killed&) {
          }
          world.server.calm();
          if (!world.journal.open_record()) {
            const std::string state = world.server.state();
            CHECK((state == fair.before || state == fair.after));
            CHECK_NOTHROW((void)world.deploy(second_version(kind.dialect), kind.gone));  // its lock is not in the way
            CHECK(world.server.state() == fair.after);
            continue;
          }
          CHECK_THROWS_AS((void)world.deploy(second_version(kind.dialect), kind.gone), Error);
          if (resumes) {
            const DeployResult again = world.resume();
            INFO(again.failure.text, again.rollback ? text::join(again.rollback->problems, "; ") : "");
            CHECK(again.outcome == Outcome::deployed);
          } else {
            CHECK(world.undo_whole().ok());
          }
          CHECK(world.server.state() == (resumes ? fair.after : fair.before));
          CHECK_FALSE(world.journal.open_record());
        }
  });
}

TEST_CASE("a rollback that is itself killed can be repeated") {
  for_all([](const Case& kind, const Measure& fair) {
    for (std::size_t at = fair.requests / 2; at <= fair.requests; ++at)
      for (std::size_t second = 1; second <= fair.requests; second += 3) {
        CAPTURE(at);
        CAPTURE(second);
        World world(kind.dialect);
        REQUIRE(world.deploy(first_version(kind.dialect)).outcome == Outcome::deployed);
        world.server.disturb(at, Weather::kill_after);
        try {
          (void)world.deploy(second_version(kind.dialect), kind.gone);
        } catch (const Killed&) {
        }
        world.server.calm();
        if (!world.journal.open_record()) continue;
        world.server.disturb(second, Weather::kill_after);
        try {
          (void)world.undo();
        } catch (const Killed&) {
        }
        world.server.calm();
        if (world.journal.open_record()) CHECK(world.undo_whole().ok());
        CHECK(world.server.state() == fair.before);
      }
  });
}

TEST_CASE("a server that goes away for good leaves a journal entry that --rollback heals") {
  for_all([](const Case& kind, const Measure& fair) {
    for (std::size_t at = 1; at <= fair.requests; at += 2) {
      CAPTURE(at);
      World world(kind.dialect);
      REQUIRE(world.deploy(first_version(kind.dialect)).outcome == Outcome::deployed);
      world.server.go_away(at);
      DeployResult result;
      try {
        result = world.deploy(second_version(kind.dialect), kind.gone);
      } catch (const Error& error) {
        CHECK(error.code() == ExitCode::environment);
        CHECK_FALSE(error.message().remedy.empty());
      }
      world.server.calm();
      if (result.outcome == Outcome::rollback_failed) {
        REQUIRE(world.journal.open_record());
        CHECK(world.undo().ok());
      }
      CHECK_FALSE(world.journal.open_record());
      CHECK(world.server.state() == (result.outcome == Outcome::deployed ? fair.after : fair.before));
    }
  });
}

TEST_CASE("Ctrl-C at any request rolls back, and says interrupted") {
  signals::install();
  for_all([](const Case& kind, const Measure& fair) {
    for (std::size_t at = 1; at <= fair.requests; ++at) {
      CAPTURE(at);
      World world(kind.dialect);
      REQUIRE(world.deploy(first_version(kind.dialect)).outcome == Outcome::deployed);
      world.server.disturb(at, Weather::interrupt);
      std::optional<Outcome> outcome;
      try {
        outcome = world.deploy(second_version(kind.dialect), kind.gone).outcome;
      } catch (const Error& error) {
        CHECK(error.code() == ExitCode::interrupted);
      }
      signals::clear();
      CHECK_FALSE(world.journal.open_record());
      const bool done = outcome == Outcome::deployed;  // it came after the last write
      if (outcome && !done) CHECK(outcome == Outcome::interrupted);
      CHECK(world.server.state() == (done ? fair.after : fair.before));
    }
  });
}
