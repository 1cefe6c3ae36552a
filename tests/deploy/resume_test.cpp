#include "base/error.h"
#include "deploy/record.h"
#include "deploy/world.h"

using namespace kairon;
using namespace kairon::deploy;
using namespace kairon::n8n;

namespace {

DeployResult deploy_only(World& world, const std::string& name) {
  DeployOrder order = world.order(second_version(Dialect::one));
  order.only = {name};
  World::Run run(world, std::move(order));
  return run.deployment.carry_out(run.deployment.plan());
}

// Killed after its request number `at`; true when that left an open record.
bool killed_at(World& world, std::size_t at, const std::string& name) {
  world.server.disturb(at, Weather::kill_after);
  try {
    (void)deploy_only(world, name);
  } catch (const Killed&) {
  }
  world.server.calm();
  return world.journal.open_record().has_value();
}

}  // namespace

TEST_CASE("a resumed deployment of one workflow touches no other, and counts as a partial one") {
  World fair(Dialect::one);
  REQUIRE(fair.deploy(first_version(Dialect::one)).outcome == Outcome::deployed);
  REQUIRE(deploy_only(fair, "Ping").outcome == Outcome::deployed);
  int resumed = 0;
  for (std::size_t at = 1; at < 40; ++at) {
    CAPTURE(at);
    World world(Dialect::one);
    REQUIRE(world.deploy(first_version(Dialect::one)).outcome == Outcome::deployed);
    if (!killed_at(world, at, "Ping")) continue;
    ++resumed;
    CHECK(world.resume().outcome == Outcome::deployed);
    CHECK(world.server.state() == fair.server.state());
    CHECK(world.journal.history().back().find(R"("partial":true)") != std::string::npos);
  }
  CHECK(resumed >= 1);
}

TEST_CASE("a resumed deployment takes away what it was going to take away, and nothing since") {
  int resumed = 0;
  for (std::size_t at = 1; at < 60; at += 3) {
    CAPTURE(at);
    World world(Dialect::one);
    REQUIRE(world.deploy(first_version(Dialect::one)).outcome == Outcome::deployed);
    world.server.disturb(at, Weather::kill_before);
    try {
      (void)world.deploy(second_version(Dialect::one));
    } catch (const Killed&) {
    }
    world.server.calm();
    if (!world.journal.open_record()) continue;
    ++resumed;
    State state = read_state(world.journal.state());
    state["Later"].print = "left by a newer version of the repository";
    world.journal.set_state(to_text(state));
    Tree later = workflow("Later", true, hook("later")).tree;
    later.set("active", Tree::boolean(true));
    world.server.put(later);
    CHECK(world.resume().outcome == Outcome::deployed);
    CHECK((*world.server.find("Later"))["active"].boolean_or(false));
    CHECK_FALSE((*world.server.find("Old"))["active"].boolean_or(true));
  }
  CHECK(resumed > 2);
}

TEST_CASE("a rollback gives nodes back, not what the workflow has remembered since") {
  int undone = 0;
  for (std::size_t at = 1; at < 40; ++at) {
    CAPTURE(at);
    World world(Dialect::one);
    REQUIRE(world.deploy(first_version(Dialect::one)).outcome == Outcome::deployed);
    world.server.find("Ping")->set("staticData", "polled until 10:00");
    const std::string before = world.server.state();
    if (!killed_at(world, at, "Ping") || world.server.state() == before) continue;
    ++undone;
    world.server.find("Ping")->set("staticData", "polled until 14:00");
    CHECK(world.undo_whole().ok());
    CHECK(world.server.state() == before);
    CHECK((*world.server.find("Ping"))["staticData"].string() == "polled until 14:00");
  }
  CHECK(undone >= 1);
}

TEST_CASE("what somebody edits while migrations run is not overwritten") {
  World world(Dialect::one);
  REQUIRE(world.deploy(first_version(Dialect::one)).outcome == Outcome::deployed);
  World::Run run(world, world.order(second_version(Dialect::one)));
  Plan plan = run.deployment.plan();
  std::string edited;
  DeployHooks hooks;
  hooks.before = [&] {
    world.server.find("Ping")->set("updatedAt", "while the backup ran");
    edited = world.server.state();
    return std::string("migrations stand");
  };
  CHECK_THROWS_AS((void)run.deployment.carry_out(std::move(plan), hooks), Error);
  CHECK(world.server.state() == edited);
  CHECK_FALSE(world.journal.open_record());
}
