#include "overview/servers.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "overview/render.h"

namespace kairon {
namespace {

constexpr std::string_view kAnswer = R"({"health": [
  {"check": "n8n", "detail": "ready", "status": "ok", "remedy": "", "reached": true},
  {"check": "database", "detail": "refused", "status": "degraded", "remedy": "start it", "reached": false}],
 "problem": "", "deployments": [
  {"at": 2000, "result": "rolled back", "commit": "", "by": "eve"},
  {"at": 1010, "result": "deployed", "commit": "0123456789abcdef", "by": "anna"}]})";

overview::Facts records_of_this_machine() {
  overview::Facts facts;
  facts.deployments.push_back(overview::deployment_event("prod", 1000, "deployed", "0123456789abcdef", "anna"));
  facts.health.push_back({"prod", "backup", health::Condition::degraded, "none", ""});
  facts.health.push_back({"dev", "n8n", health::Condition::ok, "ready", ""});
  return facts;
}

TEST_CASE("add_answer: the environment's own word replaces the records, and a deployment counts once") {
  overview::Facts facts = records_of_this_machine();
  REQUIRE(overview::add_answer("prod", kAnswer, facts));
  REQUIRE(facts.deployments.size() == 2);
  CHECK(facts.deployments[0].what == "deployed: 0123456789ab by anna");
  CHECK(facts.deployments[1].what == "rolled back: the work tree by eve");
  CHECK_FALSE(facts.deployments[1].good);
  REQUIRE(facts.health.size() == 3);
  CHECK(facts.health[0].environment == "dev");
  CHECK(facts.health[2].condition == health::Condition::degraded);
  REQUIRE(facts.servers.size() == 1);
  CHECK(facts.servers[0].problem == "database: refused");
  CHECK(overview::servers_line(facts) == "asked: prod: database: refused");
}

TEST_CASE("add_answer: what is not an answer adds nothing") {
  for (const char* text : {"", "{}", "[1]", "{\"health\": 1}", "\xFF"}) {
    overview::Facts facts = records_of_this_machine();
    CHECK_FALSE(overview::add_answer("prod", text, facts));
    CHECK(facts.deployments.size() == 1);
    CHECK(facts.health.size() == 2);
    CHECK(facts.servers.empty());
  }
}

TEST_CASE("servers_line: nobody was asked, everybody answered, one did not") {
  overview::Facts facts;
  CHECK(overview::servers_line(facts) == "made without asking a server");
  facts.servers = {{"dev", ""}, {"prod", "no answer within 10 s"}};
  CHECK(overview::servers_line(facts) == "asked: dev answered; prod: no answer within 10 s");
  CHECK(text::contains(overview::to_html(facts), "prod: no answer within 10 s"));
  CHECK(text::contains(overview::to_markdown(facts), "prod: no answer within 10 s"));
}

TEST_CASE("to_markdown: migrations, their last trial, and health") {
  overview::Facts facts;
  facts.migrations.push_back({"db/migrations/001_a.sql",
                              {{"ALTER TABLE t ADD COLUMN a int", "ACCESS EXCLUSIVE on t", 1},
                               {"ALTER TABLE t ADD COLUMN b int", "ACCESS EXCLUSIVE on t", 2}}});
  trial::LastTrial trial;
  trial.server = "PostgreSQL 15";
  trial.base = "db/schema.sql";
  trial.passed = true;
  trial.migrations.push_back(
      {"db/migrations/001_a.sql", "", 12.34, {"ACCESS EXCLUSIVE on t"}, {"+ column t.a", "x|y"}});
  facts.trial = trial;
  facts.health.push_back({"prod", "backup", health::Condition::degraded, "none | <b>", ""});
  const std::string out = overview::to_markdown(facts);
  CHECK(text::contains(out, "| `db/migrations/001_a.sql` | 2 | `ACCESS EXCLUSIVE on t` |"));
  CHECK(text::contains(out, "passed on `PostgreSQL 15`, base: `db/schema.sql`"));
  CHECK(text::contains(out, "| 12.3 ms | `ACCESS EXCLUSIVE on t` | `+ column t.a; x\\|y` |"));
  CHECK(text::contains(out, "- degraded: prod backup: `none | <b>`"));
}

}  // namespace
}  // namespace kairon
