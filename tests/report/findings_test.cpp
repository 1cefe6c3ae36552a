#include "report/findings.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "json/document.h"

using namespace kairon;

namespace {

report::CheckReport sample() {
  report::CheckReport report;
  lint::Finding finding;
  finding.rule = "json/shape";
  finding.path = "w/A b.json";
  finding.line = 3;
  finding.column = 7;
  finding.workflow = "A";
  finding.node = "Parse";
  finding.message.text = "it's 100%: a,b\nsecond \x1B[31m";
  finding.message.remedy = "mend";
  report.findings.push_back(finding);
  report.files = 2;
  report::count(report);
  return report;
}

json::Value root_of(const std::string& text, json::Document::Parsed& parsed) {
  parsed = json::Document::parse(text);
  REQUIRE(parsed.document);
  return parsed.document->root();
}

}  // namespace

TEST_CASE("text is in compiler form and cannot drive the terminal") {
  const std::string text = report::to_text(sample(), terminal::Channel::out);
  CHECK(text.starts_with("w/A b.json:3:7: error[json/shape]: it's 100%: a,b\\x0asecond \\x1b[31m\n  help: mend\n"));
  CHECK(text.find("1 error, 0 warnings in 2 files") != std::string::npos);
}

TEST_CASE("json is the documented form") {
  json::Document::Parsed parsed;
  const json::Value root = root_of(report::to_json(sample()), parsed);
  CHECK(root["version"].number() == 1);
  const json::Value finding = root["findings"].at(0);
  CHECK(finding["rule"].string() == "json/shape");
  CHECK(finding["severity"].string() == "error");
  CHECK(finding["line"].number() == 3);
  CHECK(finding["node"].string() == "Parse");
  CHECK(root["summary"]["errors"].number() == 1);
  CHECK(root["summary"]["files"].number() == 2);
  CHECK(root["summary"]["elapsed_ms"].is_number());
}

TEST_CASE("github commands escape data and properties") {
  const std::string text = report::to_github(sample());
  CHECK(text.starts_with(
      "::error file=w/A b.json,line=3,col=7,title=json/shape::it's 100%25: a,b\\x0asecond \\x1b[31m%0Amend"));
}

TEST_CASE("sarif has the place and the rule") {
  json::Document::Parsed parsed;
  const json::Value run = root_of(report::to_sarif(sample()), parsed)["runs"].at(0);
  const json::Value result = run["results"].at(0);
  CHECK(result["ruleId"].string() == "json/shape");
  const json::Value place = result["locations"].at(0)["physicalLocation"];
  CHECK(place["artifactLocation"]["uri"].string() == "w/A%20b.json");
  CHECK(place["region"]["startColumn"].number() == 7);
  CHECK(run["columnKind"].string() == "unicodeCodePoints");
  CHECK(run["tool"]["driver"]["rules"].at(0)["id"].string() == "json/shape");
}

TEST_CASE("GitLab's code quality report") {
  report::CheckReport report = sample();
  json::Document::Parsed parsed;
  const json::Value root = root_of(report::to_gitlab(report), parsed);
  REQUIRE(root.size() == 1);
  CHECK(root.at(0)["check_name"].string() == "json/shape");
  CHECK(root.at(0)["severity"].string() == "critical");
  CHECK(root.at(0)["location"]["path"].string() == "w/A b.json");
  CHECK(root.at(0)["location"]["lines"]["begin"].number() == 3);
  const std::string fingerprint(root.at(0)["fingerprint"].string());
  report.findings.front().line = 99;
  json::Document::Parsed moved;
  CHECK(root_of(report::to_gitlab(report), moved).at(0)["fingerprint"].string() == fingerprint);
}

TEST_CASE("JUnit: an error is a failed case, none is one case that passed") {
  const std::string text = report::to_junit(sample());
  CHECK(text.find("<testsuites name=\"kairon check\" tests=\"1\" failures=\"1\"") != std::string::npos);
  CHECK(text.find("name=\"w/A b.json:3:7\" classname=\"json/shape\"") != std::string::npos);
  CHECK(text.find('\x1B') == std::string::npos);
  CHECK(report::to_junit({}).find("failures=\"0\"") != std::string::npos);
}

TEST_CASE("a long list ends with a table by rule, a very long one is cut with errors first") {
  std::vector<lint::Finding> findings(60, sample().findings.front());
  const auto lines_of = [&](report::Listing listing) {
    return text::lines(report::findings_text(findings, terminal::Channel::out, listing)).size();
  };
  CHECK(lines_of(report::Listing::brief) == 60 * 2 + 3);
  findings.resize(1000, findings.front());
  for (std::size_t i = 0; i < 990; ++i) findings[i].severity = lint::Severity::warning;
  const std::string cut = report::findings_text(findings, terminal::Channel::out);
  CHECK(cut.find("error[") < cut.find("warning["));
  CHECK(cut.find("and 950 more") != std::string::npos);
  CHECK(lines_of(report::Listing::all) == 1000 * 2 + 3);
  CHECK(lines_of(report::Listing::statistics) == 2);
}
