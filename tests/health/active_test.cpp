#include <doctest/doctest.h>

#include <algorithm>

#include "deploy/world.h"
#include "health/line.h"
#include "health/n8n.h"

using namespace kairon;
using deploy::World;

namespace {

/// The words of the line "active" when git says that these workflows are active.
std::string active_line(World& world, const std::vector<n8n::Local>& locals) {
  n8n::Api api(world.server, "http://n8n.example", {}, world.time);
  health::N8nQuestions questions;
  questions.active = health::active_in_git(locals);
  health::HealthLines lines("prod");
  health::look_at_n8n(api, questions, lines);
  for (const health::HealthLine& line : lines.take())
    if (line.check == "active") return line.message.text;
  return "no line";
}

}  // namespace

TEST_CASE("a workflow that is only called is no degradation on an n8n that cannot activate it") {
  const std::vector<n8n::Local> locals = {
      deploy::workflow("Store", true, deploy::trigger() + "," + deploy::code("x")),
      deploy::workflow("One", true, deploy::hook("one") + "," + deploy::call("Store"))};
  World one(n8n::Dialect::one);
  CHECK(one.deploy(locals).outcome == deploy::Outcome::deployed);
  CHECK(active_line(one, locals) == "all 1 workflows that are active in git are active here");
  one.server.find("One")->set("active", n8n::Tree::boolean(false));
  CHECK(active_line(one, locals) == "active in git and not on the server: One");

  World two(n8n::Dialect::two);
  CHECK(two.deploy(locals).outcome == deploy::Outcome::deployed);
  CHECK(active_line(two, locals) == "all 2 workflows that are active in git are active here");
  two.server.find("Store")->set("active", n8n::Tree::boolean(false));
  CHECK(active_line(two, locals) == "active in git and not on the server: Store");
}
