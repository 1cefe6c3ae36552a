#include <map>

#include "base/format.h"
#include "base/text.h"
#include "report/findings.h"
#include "report/markup.h"

namespace kairon::report {

std::string to_junit(const CheckReport& report) {
  std::map<std::string_view, std::string> cases;  // by file
  std::size_t failures = 0;
  for (const lint::Finding& finding : report.findings) {
    if (finding.severity != lint::Severity::error) continue;
    ++failures;
    const std::string place = format("{}:{}:{}", finding.path, finding.line, finding.column);
    cases[finding.path] += format(
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\"><failure message=\"{}\">{}</failure></testcase>\n",
        escape_xml(finding.rule), escape_xml(place), escape_xml(finding.path), escape_xml(finding.message),
        escape_xml(finding.help));
  }
  std::string out =
      format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{0}\" failures=\"{0}\">\n", failures);
  for (const auto& [path, text] : cases)
    out += format("  <testsuite name=\"{}\">\n{}  </testsuite>\n", escape_xml(std::string(path)), text);
  if (cases.empty())
    out +=
        format("  <testsuite name=\"kairon check\"><testcase classname=\"kairon\" name=\"{} judged\"/></testsuite>\n",
               text::counted(report.files, "file"));
  return out + "</testsuites>\n";
}

}  // namespace kairon::report
