#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "json/document.h"
#include "smoke/coverage.h"

namespace kairon::smoke {

namespace {

constexpr std::size_t kShownTests = 3;

std::string_view reach_name(Reach reach) {
  if (reach == Reach::webhook) return "webhook";
  return reach == Reach::called ? "called" : "named";
}

std::string tests_text(const std::vector<CoveringTest>& tests) {
  if (tests.empty()) return "no test";
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < tests.size() && i < kShownTests; ++i)
    shown.push_back(format("{} ({})", text::printable(tests[i].name), reach_name(tests[i].reach)));
  if (tests.size() > kShownTests) shown.push_back(format("{} more", tests.size() - kShownTests));
  return text::join(shown, ", ");
}

void write_test(json::Writer& out, const CoveringTest& test) {
  out.begin_object().key("test").string(test.name).key("path").string(test.path);
  out.key("line").integer(static_cast<long long>(test.line)).key("reach").string(reach_name(test.reach)).end_object();
}

}  // namespace

std::string coverage_text(const CoverageReport& report) {
  std::string out;
  std::size_t width = 0;
  for (const CoveredWorkflow& one : report.workflows) width = std::max(width, one.name.size());
  for (const CoveredWorkflow& one : report.workflows)
    out += format("{:{}}  {:3}  {}\n", text::printable(one.name), width, one.tests.size(), tests_text(one.tests));
  for (const CoveringTest& test : report.lost)
    out += format("{}:{}: '{}' enters no workflow of this tree\n", text::printable(test.path), test.line,
                  text::printable(test.name));
  if (report.workflows.empty()) return out + "there is no workflow that a test could exercise\n";
  return out + format("{} of {} {} exercised by {} and other tests ({:.0f} %)\n", report.covered,
                      text::counted(report.workflows.size(), "workflow"), report.covered == 1 ? "is" : "are",
                      text::counted(report.cases, "regression case"), report.share());
}

std::string coverage_json(const CoverageReport& report) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_object().key("version").integer(1).key("workflows").begin_array();
  for (const CoveredWorkflow& one : report.workflows) {
    out.begin_object().key("workflow").string(one.name).key("path").string(one.path);
    out.key("tests").begin_array();
    for (const CoveringTest& test : one.tests) write_test(out, test);
    out.end_array().end_object();
  }
  out.end_array().key("lost").begin_array();
  for (const CoveringTest& test : report.lost) write_test(out, test);
  out.end_array().key("summary").begin_object();
  out.key("workflows").integer(static_cast<long long>(report.workflows.size()));
  out.key("covered").integer(static_cast<long long>(report.covered));
  out.key("cases").integer(static_cast<long long>(report.cases));
  out.key("share").number(static_cast<double>(static_cast<long long>(report.share() * 10)) / 10);
  return out.end_object().end_object().take() + "\n";
}

}  // namespace kairon::smoke
