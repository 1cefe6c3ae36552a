#include "base/format.h"
#include "base/text.h"
#include "report/findings.h"

namespace kairon::report {

namespace {

/// GitHub's escaping: `%`, CR and LF in data; `:` and `,` too in properties
/// (actions/toolkit packages/core, command.ts).
std::string escape_data(std::string_view s) {
  return text::replace_all(text::replace_all(text::replace_all(s, "%", "%25"), "\r", "%0D"), "\n", "%0A");
}

std::string escape_property(std::string_view s) {
  return text::replace_all(text::replace_all(escape_data(s), ":", "%3A"), ",", "%2C");
}

std::string_view command(lint::Severity severity) {
  if (severity == lint::Severity::error) return "error";
  return severity == lint::Severity::warning ? "warning" : "notice";
}

}  // namespace

std::string to_github(const CheckReport& report) {
  std::string out;
  for (const lint::Finding& finding : report.findings) {
    const std::string message = finding.message.remedy.empty() ? text::printable(message_of(finding))
                                                               : text::printable(message_of(finding)) + "\n" +
                                                                     text::printable(finding.message.remedy);
    out += format("::{} file={},line={},col={},title={}::{}\n", command(finding.severity),
                  escape_property(text::printable(finding.path)), finding.line, finding.column,
                  escape_property(finding.rule), escape_data(message));
  }
  return out + verdict_line(report) + "\n";
}

}  // namespace kairon::report
