#include "base/text.h"

#include <utility>

#include "base/format.h"
#include "base/message.h"
#include "report/findings.h"
#include "report/statistics.h"

namespace kairon::report {

namespace {

using terminal::Channel;
using terminal::Style;

constexpr std::size_t kListedOfMany = 50;
constexpr std::size_t kMostListed = 200;

Style style_of(lint::Severity severity) {
  if (severity == lint::Severity::error) return Style::red;
  return severity == lint::Severity::warning ? Style::yellow : Style::blue;
}

void append_finding(std::string& out, const lint::Finding& finding, Channel channel) {
  const std::string place = text::printable(format("{}:{}:{}:", finding.path, finding.line, finding.column));
  const std::string label = format("{}[{}]:", lint::severity_name(finding.severity), finding.rule);
  const std::string lead = terminal::styled(channel, Style::bold, place) + " " +
                           terminal::styled(channel, style_of(finding.severity), label) + " ";
  out += rendered(lead, printable({message_of(finding), finding.message.remedy}), 2) + "\n";
}

}  // namespace

std::string message_of(const lint::Finding& finding) {
  return finding.history.empty() ? finding.message.text
                                 : format("{} (history {})", finding.message.text, finding.history);
}

Format parse_format(std::string_view name) {
  if (name == "json") return Format::json;
  if (name == "sarif") return Format::sarif;
  if (name == "gitlab") return Format::gitlab;
  if (name == "junit") return Format::junit;
  return name == "github" ? Format::github : Format::text;
}

void count(CheckReport& report) {
  for (const lint::Finding& finding : report.findings) {
    if (finding.severity == lint::Severity::error) ++report.errors;
    if (finding.severity == lint::Severity::warning) ++report.warnings;
    if (finding.severity == lint::Severity::info) ++report.infos;
  }
}

std::string findings_text(const std::vector<lint::Finding>& findings, Channel channel, Listing listing) {
  if (listing == Listing::statistics) return findings.empty() ? std::string() : rule_table(findings);
  const bool cut = listing == Listing::brief && findings.size() > kMostListed;
  std::string out;
  std::size_t listed = 0;
  for (const lint::Severity severity : {lint::Severity::error, lint::Severity::warning, lint::Severity::info}) {
    for (const lint::Finding& finding : findings) {
      // Without a cut the order is that of the files; with one, errors come first.
      if (cut && (finding.severity != severity || listed == kListedOfMany)) continue;
      append_finding(out, finding, channel);
      ++listed;
    }
    if (!cut) break;
  }
  if (cut) out += format("and {} more: kairon check --verbose lists all\n", findings.size() - listed);
  if (findings.size() > kListedOfMany) out += "\n" + rule_table(findings);
  return out;
}

std::string verdict_line(const CheckReport& report) {
  std::string line = report.errors + report.warnings == 0
                         ? "no findings"
                         : text::counted(report.errors, "error") + ", " + text::counted(report.warnings, "warning");
  line += " in " + text::counted(report.files, "file");
  if (report.infos != 0) line += format(", {} info", report.infos);
  if (report.suppressed != 0) line += format(", {} suppressed", report.suppressed);
  if (report.baseline != 0) line += format(", {} in the baseline", report.baseline);
  return line + format(" ({:.1f} ms)", report.elapsed_ms);
}

std::string to_text(const CheckReport& report, Channel channel) {
  const Style style = report.errors != 0 ? Style::red : report.warnings != 0 ? Style::yellow : Style::green;
  return findings_text(report.findings, channel, report.listing) +
         terminal::styled(channel, style, verdict_line(report)) + "\n";
}

std::string render(const CheckReport& report, Format format) {
  // "##[" is a command of GitHub's runner anywhere in a log. In JSON and XML it occurs in strings alone.
  const auto in_json = [](const std::string& text) { return text::replace_all(text, "##[", "\\u0023#["); };
  switch (format) {
    case Format::json:
      return in_json(to_json(report));
    case Format::sarif:
      return in_json(to_sarif(report));
    case Format::github:
      return to_github(report);
    case Format::gitlab:
      return in_json(to_gitlab(report));
    case Format::junit:
      return text::replace_all(to_junit(report), "##[", "&#35;#[");
    case Format::text:
      break;
  }
  return to_text(report, Channel::out);
}

}  // namespace kairon::report
