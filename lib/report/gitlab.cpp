#include "base/format.h"
#include "base/hash.h"
#include "json/document.h"
#include "report/findings.h"

namespace kairon::report {

namespace {

std::string_view severity(lint::Severity severity) {
  if (severity == lint::Severity::error) return "critical";
  return severity == lint::Severity::warning ? "minor" : "info";
}

}  // namespace

std::string to_gitlab(const CheckReport& report) {
  json::Writer out;
  out.begin_array();
  for (const lint::Finding& finding : report.findings) {
    // A fingerprint without the line: an edit above does not make an old finding a new one.
    const std::string identity =
        format("{}\n{}\n{}\n{}", finding.rule, finding.path, finding.node, finding.message.text);
    out.begin_object().key("description").string(format("{}: {}", finding.rule, finding.message.text));
    out.key("check_name").string(finding.rule).key("fingerprint").string(hash::content(identity));
    out.key("severity").string(severity(finding.severity)).key("location").begin_object();
    out.key("path").string(finding.path).key("lines").begin_object().key("begin");
    out.integer(static_cast<long long>(finding.line)).end_object().end_object().end_object();
  }
  return out.end_array().take() + "\n";
}

}  // namespace kairon::report
