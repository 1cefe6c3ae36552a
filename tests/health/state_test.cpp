#include "health/state.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "health/line.h"
#include "health/n8n.h"
#include "json/document.h"

using namespace kairon;
using health::Condition;
using health::HealthLine;
using health::HealthLines;
using health::HealthMemory;
using health::HealthTurn;

namespace {

using Names = std::vector<std::string>;

std::vector<HealthLine> degraded(const std::string& check, Names subjects = {}) {
  HealthLines lines("prod");
  lines.degraded(check, "broken", "mend it", std::move(subjects));
  return lines.take();
}

std::vector<HealthLine> fine(const std::string& check) {
  HealthLines lines("prod");
  lines.ok(check, "well");
  return lines.take();
}

std::vector<HealthLine> blind(const std::string& check) {
  HealthLines lines("prod");
  lines.failed(check, environment_error("no permission"));
  return lines.take();
}

HealthTurn look(const HealthMemory& before, const std::vector<HealthLine>& lines) {
  return health::compare_looks(before, lines, "now");
}

}  // namespace

TEST_CASE("compare_looks tells a failure once and its end once") {
  const HealthTurn first = look({}, degraded("backup"));
  CHECK(first.begun == Names{"backup"});
  CHECK(first.over.empty());
  CHECK(first.after.alerts.at("backup") == "now");
  const HealthTurn second = look(first.after, degraded("backup"));
  CHECK(second.begun.empty());
  const HealthTurn third = look(second.after, fine("backup"));
  CHECK(third.begun.empty());
  CHECK(third.over == Names{"backup"});
  CHECK(look(third.after, fine("backup")).over.empty());
}

TEST_CASE("compare_looks: every subject alerts by itself") {
  const HealthTurn first = look({}, degraded("executions", {"A", "B"}));
  CHECK(first.begun == Names{"executions/A", "executions/B"});
  const HealthTurn second = look(first.after, degraded("executions", {"B", "C"}));
  CHECK(second.begun == Names{"executions/C"});
  CHECK(second.over == Names{"executions/A"});
}

TEST_CASE("compare_looks: who cannot look neither begins nor ends an alert") {
  const HealthTurn first = look({}, degraded("webhooks", {"A"}));
  const HealthTurn second = look(first.after, blind("webhooks"));
  CHECK(second.begun.empty());
  CHECK(second.over.empty());
  CHECK(second.after.alerts.contains("webhooks/A"));
  CHECK(look({}, blind("webhooks")).begun.empty());
}

TEST_CASE("compare_looks: a check that is gone is forgotten, and names are not mixed up") {
  const HealthTurn first = look({}, degraded("probe stuck"));
  const HealthTurn second = look(first.after, fine("probe stuck too"));
  CHECK(second.over.empty());
  CHECK(second.after.alerts.empty());
}

TEST_CASE("the memory survives its text, and a damaged one is a first look") {
  HealthMemory memory{"2026-01-31T12:00:00.000Z", {{"webhooks/\"A\"\n", "then"}}};
  const HealthMemory again = health::read_memory(health::to_text(memory));
  CHECK(again.looked_at == memory.looked_at);
  CHECK(again.alerts == memory.alerts);
  CHECK(health::read_memory("{\"looked_at\":").alerts.empty());
  CHECK(health::read_memory("[1]").looked_at.empty());
}

TEST_CASE("health_verdict: unreachable before degraded, and what nobody configured is no failure") {
  CHECK(health::health_verdict(fine("a")) == ExitCode::passed);
  CHECK(health::health_verdict(degraded("a")) == ExitCode::blocked);
  CHECK(health::health_verdict(blind("a")) == ExitCode::environment);
  HealthLines lines("prod");
  lines.degraded("a", "x", "y");
  lines.unreachable("n8n", "down", "start it");
  CHECK(health::health_verdict(lines.take()) == ExitCode::environment);
  HealthLines open("prod");
  open.unknown("credentials", "x", "y");
  CHECK(health::health_verdict(open.take()) == ExitCode::passed);
}

TEST_CASE("health_json has every field") {
  const std::string text = health::health_json(degraded("backup"), Names{"prod backup"}, {});
  const auto parsed = json::Document::parse(text);
  REQUIRE(parsed.document);
  const json::Value root = parsed.document->root();
  CHECK(root["checks"].at(0)["status"].string() == "degraded");
  CHECK(root["checks"].at(0)["remedy"].string() == "mend it");
  CHECK(root["alerts"]["new"].at(0).string() == "prod backup");
  CHECK(root["summary"]["degraded"].number() == 1);
  CHECK(root["summary"]["unknown"].number() == 0);
}

TEST_CASE("times have n8n's own form, durations a fitting unit") {
  using std::chrono::seconds;
  CHECK(health::iso_time(std::chrono::system_clock::from_time_t(0) + std::chrono::milliseconds(7)) ==
        "1970-01-01T00:00:00.007Z");
  CHECK(health::shown_duration(seconds(90)) == "90 s");
  CHECK(health::shown_duration(seconds(3600)) == "60 min");
  CHECK(health::shown_duration(seconds(26 * 3600)) == "26 h");
  CHECK(health::shown_duration(seconds(12 * 86400)) == "12 d");
}
