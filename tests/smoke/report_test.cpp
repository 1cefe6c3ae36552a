#include "smoke/report.h"

#include <doctest/doctest.h>

#include "base/xml.h"
#include "json/document.h"

using namespace kairon;

namespace {

smoke::SmokeReport sample() {
  smoke::SmokeReport report;
  report.environment = "dev";
  report.deployed = {"In", "Sub", "Never"};
  report.executed = {"In", "Sub"};
  n8n::Execution root;
  root.id = 1;
  root.workflow = "In";
  root.status = "success";
  root.mark = "m";
  root.last_node = "End";
  n8n::Execution sub;
  sub.id = 2;
  sub.parent = 1;
  sub.workflow = "Sub";
  sub.status = "error";
  sub.error = "no <column> & more";
  sub.error_node = "Insert";
  smoke::CaseOutcome failed;
  failed.test.name = "a \"quoted\" <name>";
  failed.test.path = "tests/x.json";
  failed.test.line = 7;
  failed.result = smoke::CaseResult::failed;
  failed.failures = {"projections_created: expected 1, got 0", "bell \x07"};
  failed.tree.members = {root, sub};
  smoke::CaseOutcome skipped;
  skipped.test.name = "elsewhere";
  skipped.result = smoke::CaseResult::skipped;
  smoke::CaseOutcome passed;
  passed.test.name = "fine";
  report.outcomes = {failed, skipped, passed};
  return report;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a failed case shows what differs and the execution tree") {
  const std::string text =
      smoke::smoke_case_text(sample().outcomes.front(), terminal::Channel::out, smoke::Detail::brief);
  CHECK(has(text, "[In > Sub]"));
  CHECK(has(text, "projections_created: expected 1, got 0"));
  CHECK(has(text, "tests/x.json:7"));
  CHECK(has(text, "        In #1 success, ended at 'End'\n          Sub #2 error at 'Insert': no <column> & more\n"));
  const std::string summary = smoke::smoke_summary_text(sample(), terminal::Channel::out);
  CHECK(has(summary, "coverage: 2 of 3 workflows executed; never: Never"));
  CHECK(has(summary, "dev: 1 of 2 cases passed, 1 skipped"));
}

TEST_CASE("JSON names results, trees and coverage") {
  const json::Document::Parsed parsed = json::Document::parse(smoke::smoke_json(sample()));
  REQUIRE(parsed.document);
  const json::Value root = parsed.document->root();
  CHECK(root["version"].number() == 1);
  CHECK_FALSE(root["passed"].boolean(true));
  CHECK(root["cases"].at(0)["executions"].at(1)["parent"].number() == 1);
  CHECK(root["cases"].at(0)["executions"].at(1)["error_node"].string() == "Insert");
  CHECK(root["coverage"]["never"].at(0).string() == "Never");
  CHECK(root["summary"]["failed"].number() == 1);
  CHECK(root["summary"]["skipped"].number() == 1);
}

TEST_CASE("JUnit escapes what XML cannot hold") {
  const std::string xml = smoke::smoke_junit(sample());
  CHECK(has(xml, "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
  CHECK(has(xml, "name=\"a &quot;quoted&quot; &lt;name&gt;\""));
  CHECK(has(xml, "no &lt;column&gt; &amp; more"));
  CHECK(has(xml, "bell \xEF\xBF\xBD"));
  CHECK(has(xml, "<skipped "));
  CHECK(xml_text("a\x80z\xEF\xBF\xBF") == "a\xEF\xBF\xBDz\xEF\xBF\xBD");
}
