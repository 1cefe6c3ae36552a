#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "deploy/world.h"

using namespace kairon;
using namespace kairon::deploy;
using namespace kairon::n8n;

namespace {

enum class Kind { other, draft, publishing };

// Which writes change what production runs, and which only what it shows.
Kind kind_of(const http::Request& request) {
  if (request.method == "GET" || request.url.find("/api/v1/workflows") == std::string::npos) return Kind::other;
  if (request.url.ends_with("activate")) return Kind::publishing;
  const bool is_draft = request.url.ends_with("publishIfActive=false") || request.url.ends_with("/workflows");
  return is_draft || request.url.ends_with("/tags") ? Kind::draft : Kind::publishing;
}

std::string version_of(World& world, const std::string& name) {
  return (*world.server.find(name))["activeVersionId"].string();
}

// 15 published workflows that call one another, and the content of each.
std::vector<Local> chain(const std::string& content, const std::string& settings = "{}") {
  std::vector<Local> all;
  for (int i = 0; i < 15; ++i)
    all.push_back(workflow(
        "W" + std::to_string(i), true,
        hook("w" + std::to_string(i)) + "," + code(content) + (i > 0 ? "," + call("W" + std::to_string(i - 1)) : ""),
        settings));
  return all;
}

}  // namespace

TEST_CASE("2.x: everything is stored as drafts before the first is published, and then nothing comes between") {
  World world(Dialect::two);
  REQUIRE(world.deploy(chain("1")).outcome == Outcome::deployed);
  const std::string before = version_of(world, "W7");
  std::vector<Kind> kinds;
  std::size_t drafted = 0;
  world.server.watch([&](const http::Request& request) {
    kinds.push_back(kind_of(request));
    if (kinds.back() == Kind::draft) CHECK(version_of(world, "W7") == before);
    if (request.method == "PUT") ++drafted;
  });
  const DeployResult result = world.deploy(chain("2"));
  CHECK(result.outcome == Outcome::deployed);
  CHECK(drafted == 15);
  CHECK(version_of(world, "W7") != before);
  const auto first = std::find(kinds.begin(), kinds.end(), Kind::publishing);
  const auto last = std::find(kinds.rbegin(), kinds.rend(), Kind::publishing).base();
  CHECK(last - first == 15);
  CHECK(std::all_of(first, last, [](Kind kind) { return kind == Kind::publishing; }));
  CHECK(std::none_of(last, kinds.end(), [](Kind kind) { return kind == Kind::draft; }));
}

TEST_CASE("2.x: settings of a published workflow wait for the second step") {
  World world(Dialect::two);
  REQUIRE(world.deploy(chain("1")).outcome == Outcome::deployed);
  SUBCASE("with nodes: one request for both") {
    bool publishes = false;
    world.server.watch([&](const http::Request& request) {
      publishes = publishes || kind_of(request) == Kind::publishing;
      if (!publishes)
        for (int i = 0; i < 15; ++i)
          CHECK_FALSE((*world.server.find("W" + std::to_string(i)))["settings"].has("executionTimeout"));
    });
    const DeployResult result = world.deploy(chain("2", R"({"executionTimeout":60})"));
    CHECK(result.outcome == Outcome::deployed);
    CHECK(result.writes == 30);
  }
  SUBCASE("alone: no draft") {
    const DeployResult result = world.deploy(chain("1", R"({"executionTimeout":60})"));
    CHECK(result.outcome == Outcome::deployed);
    CHECK(result.writes == 15);
  }
  CHECK((*world.server.find("W3"))["settings"]["executionTimeout"].integer_or(0) == 60);
  world.server.watch({});
  CHECK(world.deploy(chain("1")).outcome == Outcome::deployed);
  CHECK_FALSE((*world.server.find("W3"))["settings"].has("executionTimeout"));
}

TEST_CASE("2.x: refused in the middle of publishing: the versions that ran before run again") {
  for (const char* settings : {"{}", R"({"executionTimeout":60})"})
    for (std::size_t which = 1; which <= 15; ++which) {
      CAPTURE(which);
      CAPTURE(settings);
      World world(Dialect::two);
      REQUIRE(world.deploy(chain("1")).outcome == Outcome::deployed);
      const std::string before = world.server.state();
      std::vector<std::string> versions;
      for (int i = 0; i < 15; ++i) versions.push_back(version_of(world, "W" + std::to_string(i)));
      std::size_t seen = 0;
      world.server.watch([&](const http::Request& request) {
        if (kind_of(request) == Kind::publishing && ++seen == which) world.server.disturb(0, Weather::refused);
      });
      const DeployResult result = world.deploy(chain("2", settings));
      CHECK(result.outcome == Outcome::rolled_back);
      CHECK(world.server.state() == before);
      for (int i = 0; i < 15; ++i)
        CHECK(version_of(world, "W" + std::to_string(i)) == versions[static_cast<std::size_t>(i)]);
      CHECK(world.deploy(chain("1")).outcome == Outcome::nothing_to_do);
    }
}

TEST_CASE("2.x: a version that n8n has pruned is written again and published") {
  World world(Dialect::two);
  REQUIRE(world.deploy(first_version(Dialect::two)).outcome == Outcome::deployed);
  const std::string before = world.server.state();
  std::size_t seen = 0;
  world.server.watch([&](const http::Request& request) {
    if (kind_of(request) != Kind::publishing || ++seen != 4) return;
    world.server.forget_versions();
    world.server.disturb(0, Weather::refused);
  });
  CHECK(world.deploy(second_version(Dialect::two)).outcome == Outcome::rolled_back);
  CHECK(world.server.state() == before);
}

TEST_CASE("2.x before 2.35 has no drafts: written in one step, with the same result") {
  World newer(Dialect::two);
  REQUIRE(newer.deploy(first_version(Dialect::two)).outcome == Outcome::deployed);
  REQUIRE(newer.deploy(second_version(Dialect::two)).outcome == Outcome::deployed);
  World older(Dialect::two);
  older.server.forget_drafts();
  REQUIRE(older.deploy(first_version(Dialect::two)).outcome == Outcome::deployed);
  const std::string before = older.server.state();
  SUBCASE("deployed") {
    CHECK(older.deploy(second_version(Dialect::two)).outcome == Outcome::deployed);
    CHECK(older.server.state() == newer.server.state());
  }
  SUBCASE("rolled back") {
    std::size_t puts = 0;
    older.server.watch([&](const http::Request& request) {
      if (request.method == "PUT" && ++puts == 4) older.server.disturb(0, Weather::refused);
    });
    CHECK(older.deploy(second_version(Dialect::two)).outcome == Outcome::rolled_back);
    CHECK(older.server.state() == before);
  }
}

TEST_CASE("2.x: a draft that is right and not published is published; an edit that was published is seen") {
  World world(Dialect::two);
  const auto version = [](const std::string& text) { return workflow("A", true, hook("a") + "," + code(text)); };
  REQUIRE(world.deploy({version("1")}).outcome == Outcome::deployed);
  const std::string first = version_of(world, "A");
  REQUIRE(world.deploy({version("2")}).outcome == Outcome::deployed);
  REQUIRE(world.deploy({version("2")}).outcome == Outcome::nothing_to_do);
  World::Run run(world, world.order({version("2")}));
  REQUIRE(run.api.publish((*world.server.find("A"))["id"].string(), first).ok());
  const Plan plan = run.deployment.plan();
  REQUIRE(plan.problems.size() == 1);  // the history of git is empty here
  CHECK(text::contains(plan.problems.front().message.text, "was edited on the server and published: node 'Code'"));
  DeployOrder order = world.order({version("2")});
  order.overwrite = true;
  World::Run again(world, order);
  const DeployResult result = again.deployment.carry_out(again.deployment.plan());
  CHECK(result.outcome == Outcome::deployed);
  CHECK(result.writes == 1);
  CHECK(version_of(world, "A") == (*world.server.find("A"))["versionId"].string());
}

TEST_CASE("2.x: an edit is told apart by whether it was published") {
  World world(Dialect::two);
  REQUIRE(world.deploy(chain("1")).outcome == Outcome::deployed);
  World::Run run(world, world.order(chain("1")));
  const auto drift = [&] {
    (void)run.deployment.check_references();
    return run.deployment.check_drift("");
  };
  Tree body = sanitised(*world.server.find("W3"), Dialect::two);
  body.find("nodes")->items()[1].set("notes", "mine");
  const std::string id = (*world.server.find("W3"))["id"].string();
  REQUIRE(run.api.save_draft(id, body).ok());
  REQUIRE(drift().edited.size() == 1);
  CHECK(text::contains(shown(drift().edited.front()), "W3, a draft that is not published"));
  REQUIRE(run.api.publish(id, "").ok());
  REQUIRE(drift().edited.size() == 1);
  CHECK_FALSE(text::contains(shown(drift().edited.front()), "draft"));
}
