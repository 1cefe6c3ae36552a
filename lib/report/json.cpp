#include "json/document.h"
#include "report/findings.h"

namespace kairon::report {

namespace {

long long number(std::size_t value) { return static_cast<long long>(value); }

void write_finding(json::Writer& out, const lint::Finding& finding) {
  out.begin_object();
  out.key("rule").string(finding.rule).key("severity").string(lint::severity_name(finding.severity));
  out.key("path")
      .string(finding.path)
      .key("line")
      .integer(number(finding.line))
      .key("column")
      .integer(number(finding.column));
  if (!finding.history.empty()) out.key("history").string(finding.history);
  out.key("workflow").string(finding.workflow).key("node").string(finding.node);
  out.key("message").string(finding.message.text).key("help").string(finding.message.remedy).end_object();
}

}  // namespace

std::string to_json(const CheckReport& report) {
  json::Writer out;
  out.begin_object().key("version").integer(1).key("findings").begin_array();
  for (const lint::Finding& finding : report.findings) write_finding(out, finding);
  out.end_array().key("summary").begin_object();
  out.key("files").integer(number(report.files)).key("errors").integer(number(report.errors));
  out.key("warnings").integer(number(report.warnings)).key("infos").integer(number(report.infos));
  out.key("suppressed").integer(number(report.suppressed)).key("baseline").integer(number(report.baseline));
  out.key("elapsed_ms").number(static_cast<double>(static_cast<long long>(report.elapsed_ms * 10)) / 10).end_object();
  return out.end_object().take() + "\n";
}

}  // namespace kairon::report
