#include <algorithm>
#include <map>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "report/findings.h"
#include "report/markup.h"

namespace kairon::report {

namespace {

std::string counts(std::size_t tests, std::size_t failures) {
  return format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" time=\"0\"", tests, failures);
}

/// Also without line ends: what follows one could be read as a line of its own.
std::string shown(std::string_view text) { return escape_xml(text::printable(text)); }

std::string failed_case(const lint::Finding& finding) {
  const std::string place = format("{}:{}:{}", finding.path, finding.line, finding.column);
  return format(
      "    <testcase name=\"{}\" classname=\"{}\" time=\"0\"><failure message=\"{}\" "
      "type=\"{}\">{}</failure></testcase>\n",
      shown(place), shown(finding.rule), shown(message_of(finding)), shown(finding.rule),
      shown(finding.message.remedy));
}

}  // namespace

std::string to_junit(const CheckReport& report) {
  std::map<std::string_view, std::vector<const lint::Finding*>> errors;  // by file
  for (const lint::Finding& finding : report.findings)
    if (finding.severity == lint::Severity::error) errors[finding.path].push_back(&finding);
  std::string suites;
  std::size_t failures = 0;
  for (const auto& [path, findings] : errors) {
    failures += findings.size();
    suites += format("  <testsuite name=\"{}\" {}>\n", shown(path), counts(findings.size(), findings.size()));
    for (const lint::Finding* finding : findings) suites += failed_case(*finding);
    suites += "  </testsuite>\n";
  }
  if (errors.empty())
    suites = format(
        "  <testsuite name=\"kairon check\" {}>\n    <testcase name=\"{} judged\" classname=\"kairon\" time=\"0\"/>\n"
        "  </testsuite>\n",
        counts(1, 0), text::counted(report.files, "file"));
  return format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"kairon check\" {}>\n{}</testsuites>\n",
                counts(std::max<std::size_t>(failures, 1), failures), suites);
}

}  // namespace kairon::report
