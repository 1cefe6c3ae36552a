#include "overview/render.h"

#include <doctest/doctest.h>

#include "base/format.h"
#include "base/text.h"
#include "overview/calls.h"

namespace kairon {
namespace {

overview::Facts some_facts() {
  overview::Facts facts;
  facts.repository = "flows";
  facts.commit = "0123456789abcdef0123";
  facts.made = 1'700'000'000;
  facts.gate.push_back({report::Health::warn, "rules", {"no catalogue", "kairon catalogue --help"}});
  lint::Finding finding;
  finding.rule = "node/unreachable";
  finding.path = "n8n-workflows/A.json";
  finding.line = 12;
  finding.column = 5;
  finding.node = "<script>alert(1)</script>";
  finding.message.text = "can never run";
  finding.message.remedy = "connect it";
  facts.findings.findings.push_back(finding);
  facts.frames.push_back({"    \"name\": \"End\"", 4});
  report::count(facts.findings);
  facts.workflows.push_back({"n8n-workflows/A.json", "A", 3, true, {{diff::ReachKind::workflow, "B"}}, 1, 0});
  facts.workflows.push_back(
      {"n8n-workflows/B.json", "B | </td>", 2, false, {{diff::ReachKind::table, "select t"}}, 0, 2});
  facts.workflows.back().name = "B";
  return facts;
}

TEST_CASE("to_html: one page without script, with the finding's line and the map") {
  const std::string page = overview::to_html(some_facts());
  CHECK(text::contains(page, "<title>Kairon report: flows</title>"));
  CHECK_FALSE(text::contains(page, "<script"));
  CHECK(text::contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK(text::contains(
      page, "<span>    &quot;name&quot;: &quot;End&quot;</span><span class=\"bad\" aria-hidden=\"true\">    ^</span>"));
  CHECK(text::contains(page, "aria-label=\"Which workflow calls which"));
  CHECK(text::contains(page, "No deployment is recorded on this machine."));
}

TEST_CASE("to_markdown: the same in short, below GitHub's limit") {
  overview::Facts facts = some_facts();
  CHECK(text::contains(overview::to_markdown(facts), "| `node/unreachable` | 1 |"));
  CHECK(text::contains(overview::to_markdown(facts), "1 error, 0 warnings in 0 files."));
  for (int i = 0; i < 3000; ++i) facts.workflows.push_back(facts.workflows.front());
  const std::string out = overview::to_markdown(facts);
  CHECK(out.size() < 65'000);
  CHECK(text::contains(out, " more\n"));
}

TEST_CASE("draw_calls: a cycle ends, an unknown callee is left out") {
  std::vector<overview::WorkflowFact> flows;
  const auto add = [&](const std::string& name, const std::string& calls) {
    flows.push_back({name + ".json", name, 1, true, {{diff::ReachKind::workflow, calls}}, 0, 0});
  };
  add("A", "B");
  add("B", "C");
  add("C", "A");
  add("D", "nobody");
  report::Markup out;
  overview::draw_calls(flows, out);
  const std::string svg = out.take();
  CHECK(text::contains(svg, ">A</text>"));
  CHECK_FALSE(text::contains(svg, ">D</text>"));
  report::Markup nothing;
  overview::draw_calls({}, nothing);
  CHECK(nothing.take().empty());
}

TEST_CASE("draw_timeline: events stand by their time, a bad one is a square") {
  report::Markup out;
  overview::draw_timeline(
      {{"prod", 1000, true, "deployed"}, {"prod", 1500, false, "rolled back"}, {"prod", 2000, true, "deployed"}},
      "Deployments", out);
  const std::string svg = out.take();
  CHECK(text::contains(svg, "x=\"295\""));
  CHECK(text::contains(svg, "rx=\"0\""));
}

TEST_CASE("findings_by_rule and shown_time") {
  overview::Facts facts = some_facts();
  facts.findings.findings.push_back(facts.findings.findings.front());
  facts.findings.findings.back().rule = "a/rule";
  facts.findings.findings.push_back(facts.findings.findings.front());
  const auto rules = overview::findings_by_rule(facts);
  REQUIRE(rules.size() == 2);
  CHECK(rules[0].first == "node/unreachable");
  CHECK(rules[0].second == 2);
  CHECK(overview::shown_time(1'700'000'000) == "2023-11-14 22:13 UTC");
  CHECK(overview::shown_time(0) == "at an unknown time");
}

}  // namespace
}  // namespace kairon
