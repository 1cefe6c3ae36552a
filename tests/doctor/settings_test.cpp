#include "doctor/settings.h"

#include <doctest/doctest.h>

#include "config/keys.h"

using namespace kairon;
using config::Settings;

namespace {

std::string problem(std::string_view section, std::string_view name, std::string_view value) {
  const config::KeyRow* key = config::find_key(section, section == "env" ? "prod" : "", name);
  REQUIRE(key != nullptr);
  return config::kind_problem(*key, value);
}

std::vector<report::Diagnosis> values_of(std::string dot_env) {
  Settings::Layers layers;
  layers.dot_env = std::move(dot_env);
  return doctor::check_values(Settings::merge(layers));
}

}  // namespace

TEST_CASE("kind_problem") {
  CHECK(problem("gate", "trial", "off").empty());
  CHECK_FALSE(problem("gate", "trial", "perhaps").empty());
  CHECK(problem("backup", "keepHourly", "24").empty());
  CHECK_FALSE(problem("backup", "keepHourly", "-1").empty());
  CHECK_FALSE(problem("backup", "keepHourly", "many").empty());
  CHECK(problem("backup", "maxAge", "26h").empty());
  CHECK_FALSE(problem("backup", "maxAge", "a day").empty());
  CHECK(problem("notify", "kind", "slack").empty());
  CHECK(problem("notify", "kind", "slak") == "is not one of discord, slack, ntfy, json; did you mean slack?");
  CHECK(problem("env", "n8nUrl", "anything").empty());
}

TEST_CASE("every key's default is of its kind") {
  for (const config::KeyRow* row : config::known_keys()) {
    const config::KeyRow& key = *row;
    CAPTURE(key.name);
    if (!key.fallback.empty()) CHECK(config::kind_problem(key, key.fallback).empty());
  }
}

TEST_CASE("check_values never shows a secret, and finds what only looks right") {
  CHECK(values_of("").empty());
  const auto url = values_of("KAIRON_ENV_PROD_N8NURL=https://kim:hunter2@n8n.example.org\n");
  REQUIRE(url.size() == 1);
  CHECK(url.front().health == report::Health::fail);
  CHECK(url.front().message.text.find("hunter2") == std::string::npos);
  CHECK(url.front().message.text.find("https://***@n8n.example.org") != std::string::npos);
  CHECK(url.front().message.remedy == "correct it in .env: KAIRON_ENV_PROD_N8NURL");
  const auto database = values_of("KAIRON_ENV_PROD_DATABASE=host=x password=hunter2 and = more\n");
  REQUIRE(database.size() == 1);
  CHECK(database.front().message.text.find("hunter2") == std::string::npos);
  CHECK(values_of("KAIRON_ENV_PROD_REQUIRES=staging\n").empty());
  CHECK(values_of("KAIRON_ENV_PROD_REQUIRES=stagin\n").size() == 1);
}

TEST_CASE("check_variables knows every override, and what nothing reads") {
  std::vector<std::string> known = {"PATH=/bin",
                                    "KAIRON_SKIP=trial",
                                    "KAIRON_HEALTH_QUEUE_QUERY=select 1",
                                    "KAIRON_ENV_STAGING_SSHHOST=x",
                                    "KAIRON_LINT_NODE_UNREACHABLE=off",
                                    "KAIRON_STAGE=x"};
  for (const config::KeyRow* key : config::known_keys())
    if (key->subsection.empty()) known.push_back(config::variable_name(key->section, "", key->name) + "=x");
  CHECK(doctor::check_variables(known, "here").empty());
  const std::vector<std::string> wrong = {"KAIRON_GATE_TRAIL=off"};
  const auto found = doctor::check_variables(wrong, "here");
  REQUIRE(found.size() == 1);
  CHECK(found.front().message.remedy == "did you mean KAIRON_GATE_TRIAL?");
}
