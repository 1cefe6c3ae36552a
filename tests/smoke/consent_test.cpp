#include <doctest/doctest.h>

#include <cstdlib>

#include "smoke/stage.h"

using namespace kairon;

namespace {

config::Settings settings(const std::string& smoke) {
  config::Settings::Layers layers;
  if (!smoke.empty()) layers.git_config.push_back({"kairon", "env-prod", "smoke", smoke, 0, "x"});
  return config::Settings::merge(layers);
}

std::string verdict(const std::string& environment, const std::string& smoke,
                    const std::optional<std::string>& typed = {}) {
  std::string asked;
  try {
    smoke::require_consent(settings(smoke), environment, 3, [&](const std::string& question) {
      asked = question;
      return typed;
    });
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::blocked);
    return error.message().text;
  }
  return asked.empty() ? "not asked" : asked;
}

}  // namespace

TEST_CASE("production gets test messages only when somebody wants that") {
  const std::string question =
      "3 smoke test cases will send messages to the workflows of prod. Type prod to send them: ";
  const std::string refused = "sending test messages to production was not confirmed";
  CHECK(verdict("dev", "") == "not asked");
  CHECK(verdict("local", "") == "not asked");
  CHECK(verdict("staging", "") == "not asked");
  CHECK(verdict("prod", "on") == "not asked");
  CHECK(verdict("prod", "", "prod\n") == question);
  CHECK(verdict("prod", "off", "yes") == refused);
  CHECK(verdict("prod", "") == refused);
  ::setenv("KAIRON_APPROVE", "prod:record", 1);
  CHECK(verdict("prod", "") == refused);
  ::setenv("KAIRON_APPROVE", "prod:smoke", 1);
  CHECK(verdict("prod", "") == "not asked");
  ::unsetenv("KAIRON_APPROVE");
}
