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

/// "12 of 14 nodes", and how it could be reached when it never ran.
std::string executed_text(const CoveredWorkflow& one) {
  if (one.executed_by.empty()) return "never";
  return format("{} of {}", one.share.nodes.executed, one.share.nodes.total);
}

std::string tests_text(const CoveredWorkflow& one) {
  if (!one.executed_by.empty()) return "nodes by " + text::counted(one.executed_by.size(), "case");
  if (one.tests.empty()) return "no test reaches it";
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < one.tests.size() && i < kShownTests; ++i)
    shown.push_back(format("{} ({})", text::printable(one.tests[i].name), reach_name(one.tests[i].reach)));
  if (one.tests.size() > kShownTests) shown.push_back(format("{} more", one.tests.size() - kShownTests));
  return "reachable by " + text::join(shown, ", ");
}

std::string run_text(const CoverageReport& report) {
  if (!report.run) return "no smoke run of this content is recorded";
  const std::string& commit = report.run->commit;
  return format("last run on {} at {}, {}", report.run->environment, report.run->at,
                commit.empty() ? std::string("the work tree") : "commit " + commit.substr(0, 12));
}

double tenths(double percent) { return static_cast<double>(static_cast<long long>(percent * 10)) / 10; }

void write_counts(json::Writer& out, const WorkflowShare& share) {
  const auto count = [&out](const char* key, std::size_t value) {
    out.key(key).integer(static_cast<long long>(value));
  };
  count("nodes", share.nodes.total);
  count("executed_nodes", share.nodes.executed);
  count("branches", share.branches.total);
  count("executed_branches", share.branches.executed);
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
    out += format("{:{}}  {:>10}  {}\n", text::printable(one.name), width, executed_text(one), tests_text(one));
  for (const CoveringTest& test : report.lost)
    out += format("{}:{}: '{}' enters no workflow of this tree\n", text::printable(test.path), test.line,
                  text::printable(test.name));
  if (report.workflows.empty()) return out + "there is no workflow that a test could exercise\n";
  const std::size_t all = report.workflows.size();
  out +=
      format("executed: {} of {} ({:.0f} %), {} of {} nodes, {} of {} branches; {}\n", report.executed,
             text::counted(all, "workflow"), report.executed_percent(), report.share.nodes.executed,
             report.share.nodes.total, report.share.branches.executed, report.share.branches.total, run_text(report));
  return out + format("reachable: {} of {} ({:.0f} %) by {} and other tests, judged by the files alone\n",
                      report.reachable, text::counted(all, "workflow"), report.reachable_percent(),
                      text::counted(report.cases, "regression case"));
}

std::string coverage_json(const CoverageReport& report) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_object().key("version").integer(1).key("workflows").begin_array();
  for (const CoveredWorkflow& one : report.workflows) {
    out.begin_object().key("workflow").string(one.name).key("path").string(one.path);
    out.key("executed_by").begin_array();
    for (const std::string& name : one.executed_by) out.string(name);
    out.end_array();
    write_counts(out, one.share);
    out.key("tests").begin_array();
    for (const CoveringTest& test : one.tests) write_test(out, test);
    out.end_array().end_object();
  }
  out.end_array().key("lost").begin_array();
  for (const CoveringTest& test : report.lost) write_test(out, test);
  out.end_array();
  if (report.run) {
    out.key("run").begin_object().key("commit").string(report.run->commit);
    out.key("environment").string(report.run->environment).key("at").string(report.run->at).end_object();
  }
  out.key("summary").begin_object();
  out.key("workflows").integer(static_cast<long long>(report.workflows.size()));
  out.key("executed").integer(static_cast<long long>(report.executed));
  out.key("share").number(tenths(report.executed_percent()));
  write_counts(out, report.share);
  out.key("reachable").integer(static_cast<long long>(report.reachable));
  out.key("reachable_share").number(tenths(report.reachable_percent()));
  out.key("cases").integer(static_cast<long long>(report.cases));
  return out.end_object().end_object().take() + "\n";
}

}  // namespace kairon::smoke
