// Names and texts of a repository or a server, in every format: nothing in them moves a cursor, reorders a line,
// begins a line of its own, or is obeyed by a CI runner.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "base/unseen.h"
#include "json/document.h"
#include "report/findings.h"

using namespace kairon;

namespace {

/// Bidirectional controls, escape sequences, line ends, C1 controls, tags, and commands of GitHub's runner.
constexpr std::array kHostile = {
    "a\xE2\x80\xAE"
    "nosj.b",
    "a\xE2\x81\xA6"
    "b\xE2\x81\xA9",
    "a\x1B[2J\x1B]0;title\x07"
    "b",
    "a\r\nb\nc\rd",
    "a\n::error file=x::b",
    "::stop-commands::x",
    " ::add-mask::x",
    "a ##[add-path]/tmp/x",
    "##[set-output name=deploy]yes",
    "a\xC2\x9B"
    "31mb",
    "a\xF3\xA0\x80\x81"
    "b",
    "a\xE2\x80\x8B"
    "b\xEF\xBB\xBF",
    "a\x9B\xFF\xC3",
    "a\b\b\bb\x7F\x0B\x0C",
    "%0A::error::x",
    "</failure><x a=\"&'"};

report::CheckReport report_of(const std::string& text) {
  report::CheckReport report;
  lint::Finding finding;
  finding.rule = "json/shape";
  finding.path = text;
  finding.line = 3;
  finding.column = 7;
  finding.workflow = text;
  finding.node = text;
  finding.message.text = text;
  finding.message.remedy = text;
  report.findings = {finding};
  report.files = 1;
  report::count(report);
  return report;
}

bool shows_everything(const std::string& out) {
  if (text::invalid_utf8(out) != std::string::npos) return false;
  for (std::size_t at = 0; at < out.size(); ++at)
    if (out[at] != '\n' && text::unseen_length(out, at) != 0) return false;
  return true;
}

/// The lines that GitHub's runner obeys (actions/runner, ActionCommand.cs).
std::vector<std::string_view> commands_in(const std::string& out) {
  std::vector<std::string_view> found;
  for (const std::string_view line : text::lines(out))
    if (text::trim(line).starts_with("::") || text::contains(line, "##[")) found.push_back(line);
  return found;
}

constexpr std::array kFormats = {report::Format::text,   report::Format::json,   report::Format::sarif,
                                 report::Format::gitlab, report::Format::github, report::Format::junit};

}  // namespace

TEST_CASE("hostile names and texts are harmless in every format") {
  for (const char* hostile : kHostile) {
    for (const report::Format format : kFormats) {
      const std::string out = report::render(report_of(hostile), format);
      CAPTURE(hostile);
      CAPTURE(out);
      CHECK(shows_everything(out));
      CHECK(commands_in(out).size() == (format == report::Format::github ? 1 : 0));
    }
  }
}

TEST_CASE("a hostile text adds no line and no field") {
  for (const char* hostile : kHostile) {
    CAPTURE(hostile);
    const report::CheckReport report = report_of(hostile);
    const report::CheckReport plain = report_of("plain");
    for (const report::Format format : {report::Format::text, report::Format::github}) {
      CHECK(text::lines(report::render(report, format)).size() == text::lines(report::render(plain, format)).size());
    }
    const std::string github = report::to_github(report);
    const std::string_view command = std::string_view(github).substr(0, github.find('\n'));
    const std::string_view properties = command.substr(0, command.find("::", 2));
    CHECK(std::count(properties.begin(), properties.end(), ',') == 3);
    const std::string junit = report::to_junit(report);
    CHECK(junit.find("<x") == std::string::npos);
    for (const auto& text : {report::to_json(report), report::to_sarif(report), report::to_gitlab(report)})
      CHECK(json::Document::parse(text).document != nullptr);
  }
}

TEST_CASE("JSON keeps the text that it cannot show") {
  const auto parsed = json::Document::parse(report::render(report_of("a\xE2\x80\xAE ##[x]"), report::Format::json));
  REQUIRE(parsed.document);
  CHECK(parsed.document->root()["findings"].at(0)["message"].string() == "a\xE2\x80\xAE ##[x]");
}
