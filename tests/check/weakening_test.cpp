#include "check/weakening.h"

#include <doctest/doctest.h>

#include <map>

using namespace kairon;

namespace {

using Files = std::map<std::string, std::string>;

check::ReadFile reader(const Files& files) {
  return [files](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  };
}

std::vector<std::string> between(const std::string& before, const std::string& after) {
  return check::weakenings(reader({{".kairon", before}}), reader({{".kairon", after}}));
}

std::string finding(const std::string& path) {
  return R"({"rule": "node/unreachable", "path": ")" + path + R"(", "node": "X", "message": "m"})";
}

}  // namespace

TEST_CASE("each way to weaken the gate is one line") {
  struct Case {
    const char* before;
    const char* after;
    const char* line;
  };
  const std::vector<Case> cases = {
      {"", "[lint \"migration/server-escape\"]\nseverity = off",
       "[lint \"migration/server-escape\"] severity: error -> off"},
      {"[lint \"migration/server-escape\"]\nseverity = warning", "[lint \"migration/server-escape\"]\nseverity = info",
       "[lint \"migration/server-escape\"] severity: warning -> info"},
      {"", "[gate]\ntrial = off", "[gate] trial: on -> off"},
      {"", "[kairon]\nruleset = n8n", "[kairon] ruleset: kairon -> n8n"},
      {"", "[kairon]\nmissingExtensions = stub", "[kairon] missingExtensions: block -> stub"},
      {"", "[kairon]\nworkflows = one/*.json", "[kairon] workflows: n8n-workflows/*.json -> one/*.json"},
      {"[kairon]\nworkflows = a/*.json\nworkflows = b/*.json", "[kairon]\nworkflows = a/*.json",
       "[kairon] workflows: b/*.json -> (none)"},
      {"[kairon]\nmigrations = sql", "[kairon]\nmigrations = empty", "[kairon] migrations: sql -> empty"},
      {"[kairon]\nn8nVersion = 1.80.0", "", "[kairon] n8nVersion: 1.80.0 -> (none)"},
      {"[env \"prod\"]\nrequires = staging", "", "[env \"prod\"] requires: staging -> (none)"}};
  for (const Case& one : cases) {
    CAPTURE(one.line);
    const std::vector<std::string> lines = between(one.before, one.after);
    REQUIRE(lines.size() == 1);
    CHECK(lines.front() == std::string("the gate gets weaker: ") + one.line);
    CHECK(between(one.after, one.after).empty());
  }
  // The same changes backwards, as far as they make the gate stronger.
  for (std::size_t i = 0; i < 5; ++i) CHECK(between(cases[i].after, cases[i].before).empty());
}

TEST_CASE("a baseline that takes more for known is a line, one that shrinks is none") {
  const std::string settings = "[kairon]\nbaseline = known.json";
  const std::string one = R"({"findings": [)" + finding("a.json") + "]}";
  const std::string two = R"({"findings": [)" + finding("a.json") + "," + finding("b.json") + "]}";
  const Files before = {{".kairon", settings}, {"known.json", one}};
  const Files after = {{".kairon", settings}, {"known.json", two}};
  const std::vector<std::string> lines = check::weakenings(reader(before), reader(after));
  REQUIRE(lines.size() == 1);
  CHECK(lines.front() == "the gate gets weaker: the baseline has 1 more finding");
  CHECK(check::weakenings(reader(after), reader(before)).empty());
  CHECK(check::weakenings(reader({}), reader(after)).front() ==
        ".kairon is new here, and differs from the defaults: the baseline has 2 more findings");
}

TEST_CASE("the first .kairon is one line") {
  const std::vector<std::string> lines =
      check::weakenings(reader({}), reader({{".kairon", "[kairon]\nworkflows = flows/*.json\nruleset = n8n"}}));
  REQUIRE(lines.size() == 1);
  CHECK(lines.front() ==
        ".kairon is new here, and differs from the defaults: [kairon] ruleset: kairon -> n8n; [kairon] workflows: "
        "n8n-workflows/*.json -> flows/*.json");
  CHECK(check::weakenings(reader({}), reader({{".kairon", "[kairon]\n"}})).empty());
}
