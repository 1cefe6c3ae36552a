#include "base/format.h"
#include "base/text.h"
#include "report/markup.h"
#include "smoke/report.h"

namespace kairon::smoke {

namespace {

using report::escape_xml;

std::string exact_seconds(std::chrono::milliseconds time) {
  return format("{:.3f}", static_cast<double>(time.count()) / 1000.0);
}

std::string class_of(const CaseOutcome& outcome) {
  const std::string& path = outcome.test.path;
  const std::size_t slash = path.rfind('/');
  std::string stem = slash == std::string::npos ? path : path.substr(slash + 1);
  if (stem.ends_with(".json")) stem.resize(stem.size() - 5);
  return stem;
}

std::string test_case(const CaseOutcome& outcome) {
  std::string out = format("    <testcase name=\"{}\" classname=\"{}\" time=\"{}\"", escape_xml(outcome.test.name),
                           escape_xml(class_of(outcome)), exact_seconds(outcome.elapsed));
  if (outcome.result == CaseResult::passed) return out + "/>\n";
  out += ">\n";
  if (outcome.result == CaseResult::skipped) out += "      <skipped message=\"not for this environment\"/>\n";
  if (outcome.result == CaseResult::failed) {
    const std::string first = outcome.failures.empty() ? "" : outcome.failures.front();
    const std::string all = text::join(outcome.failures, "\n") + "\n" + smoke_tree_text(outcome.tree);
    out += format("      <failure message=\"{}\" type=\"smoke\">{}</failure>\n", escape_xml(first), escape_xml(all));
  }
  return out + "    </testcase>\n";
}

}  // namespace

std::string smoke_junit(const SmokeReport& report) {
  const std::size_t problems = report.problems.size();
  const std::string counts = format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
                                    report.outcomes.size() + problems, report.count(CaseResult::failed), problems,
                                    report.count(CaseResult::skipped), exact_seconds(report.elapsed));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += format("<testsuites name=\"kairon smoke\" {}>\n", counts);
  out += format("  <testsuite name=\"smoke {}\" {}>\n", escape_xml(report.environment), counts);
  for (const std::string& problem : report.problems)
    out += format(
        "    <testcase name=\"the server\" classname=\"{}\" time=\"0\">\n      <error message=\"{}\" "
        "type=\"server\"/>\n    </testcase>\n",
        escape_xml(report.environment), escape_xml(problem));
  for (const CaseOutcome& outcome : report.outcomes) out += test_case(outcome);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace kairon::smoke
