#include <doctest/doctest.h>

#include "base/text.h"
#include "deploy/report.h"
#include "deploy/world.h"

using namespace kairon;
using namespace kairon::deploy;

namespace {

std::string last_line(const World& world) { return world.journal.history().back(); }

}  // namespace

TEST_CASE("the result counts what is different on the server") {
  World world(n8n::Dialect::one);
  const std::vector<n8n::Local> first = {workflow("Goes", true, hook("goes")), workflow("Turns", false, hook("turns")),
                                         workflow("Edited", true, hook("edited")),
                                         workflow("Same", true, hook("same"))};
  CHECK(effects_line(world.deploy(first)) == "4 created, 0 updated, 0 unchanged");
  const std::vector<n8n::Local> second = {workflow("Turns", true, hook("turns")),
                                          workflow("Edited", true, hook("edited") + "," + code("x")),
                                          workflow("Same", true, hook("same")), workflow("New", false, trigger())};
  CHECK(effects_line(world.deploy(second)) == "1 created, 1 updated, 1 activated, 1 retired, 1 unchanged");
  CHECK(effects_line(world.deploy(second)) == "0 created, 0 updated, 4 unchanged");
}

TEST_CASE("a deployment that was taken back does not claim the counts of its plan") {
  signals::install();
  for (const n8n::Weather weather : {n8n::Weather::refused, n8n::Weather::interrupt}) {
    World world(n8n::Dialect::one);
    World::Run run(world, world.order(first_version(n8n::Dialect::one)));
    Plan plan = run.deployment.plan();
    world.server.disturb(12, weather);
    const DeployResult result = run.deployment.carry_out(std::move(plan));
    CHECK(result.outcome == (weather == n8n::Weather::refused ? Outcome::rolled_back : Outcome::interrupted));
    CHECK(effects_line(result) == "every workflow is as before");
    signals::clear();
  }
}

TEST_CASE("check_references counts our workflows that the server has, and names those that were renamed there") {
  World world(n8n::Dialect::one);
  const std::vector<n8n::Local> locals = {workflow("Callee", false, trigger()),
                                          workflow("Caller", true, hook("in") + "," + call("Callee"))};
  const auto found = [&] { return World::Run(world, world.order(locals)).deployment.check_references(); };
  CHECK(found().workflows == 0);
  (void)world.deploy(locals);
  CHECK(found().workflows == 2);
  CHECK(found().dangling.empty());
  world.server.find("Callee")->set("name", "Other");
  CHECK(found().workflows == 1);
  CHECK(found().dangling ==
        std::vector<std::string>{"'Caller' Call Callee (executeWorkflow): 'Callee' was renamed to 'Other'"});
}

TEST_CASE("the history of a repeated run retires nothing a second time") {
  World world(n8n::Dialect::one);
  (void)world.deploy({workflow("Goes", true, hook("goes")), workflow("Stays", true, hook("stays"))});
  (void)world.deploy({workflow("Stays", true, hook("stays"))});
  CHECK(text::contains(last_line(world), R"("retire":1)"));
  CHECK(world.deploy({workflow("Stays", true, hook("stays"))}).outcome == Outcome::nothing_to_do);
  CHECK(text::contains(last_line(world), R"("result":"unchanged")"));
  CHECK(text::contains(last_line(world), R"("retire":0)"));
}
