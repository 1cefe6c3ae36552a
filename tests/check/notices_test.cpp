#include <doctest/doctest.h>

#include <cstdlib>

#include "check/check.h"
#include "check/unmatched.h"

using namespace kairon;

namespace {

std::vector<config::Notice> notices(const char* repository_file) {
  config::Settings::Layers layers;
  layers.repository_file = repository_file;
  return check::notices_of(config::Settings::merge(layers));
}

}  // namespace

TEST_CASE("the severity of a rule that does not exist is told of, wherever settings are read for a check") {
  const auto found =
      notices("[lint \"node/unreachble\"]\nseverity = off\n[lint \"node/unreachable\"]\nseverity = off\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.text == ".kairon: [lint \"node/unreachble\"] severity: unknown rule");
  CHECK(found[0].message.remedy == "did you mean node/unreachable?");
  CHECK(notices("[lint \"sql/drift\"]\nseverity = warning\n").empty());
}

TEST_CASE("a key that counts once and is written twice is told of, a repeatable one is not") {
  const auto found = notices("[kairon]\nmigrations = a\nmigrations = b\nworkflows = x/*.json\nworkflows = y/*.json\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.text == ".kairon: [kairon] migrations is set 2 times; 'b' counts");
}

TEST_CASE("KAIRON_SKIP with a misspelt stage") {
  ::setenv("KAIRON_SKIP", "deploy, trail", 1);
  const auto found = notices("");
  ::unsetenv("KAIRON_SKIP");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.text == "KAIRON_SKIP: unknown stage 'trail' is ignored, all stages run");
  CHECK(found[0].message.remedy == "did you mean trial?");
}

TEST_CASE("unmatched_settings names what matches no file, defaults left out") {
  config::Settings::Layers layers;
  layers.repository_file = "[kairon]\nworkflows = flows/*.json\nworkflows = gone/*.json\nmigrations = db/migration\n";
  repository::Snapshot now;
  now.workflows.push_back({"flows/A.json", "1"});
  const auto found = check::unmatched_settings(config::Settings::merge(layers), now);
  REQUIRE(found.size() == 2);
  CHECK(found[0].message.text == ".kairon: [kairon] workflows = gone/*.json matches no file");
  CHECK(found[1].message.text == ".kairon: [kairon] migrations = db/migration matches no file");
  layers.repository_file = "";
  CHECK(check::unmatched_settings(config::Settings::merge(layers), now).empty());
}
