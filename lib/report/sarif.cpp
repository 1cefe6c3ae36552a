#include <map>

#include "json/document.h"
#include "lint/rule.h"
#include "report/findings.h"

namespace kairon::report {

namespace {

std::string_view level(lint::Severity severity) {
  if (severity == lint::Severity::error) return "error";
  return severity == lint::Severity::warning ? "warning" : "note";
}

/// A path as an RFC 3986 relative reference: SARIF section 3.4.3 wants URIs.
std::string uri(std::string_view path) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
  }
  return out;
}

void write_text(json::Writer& out, std::string_view key, std::string_view text) {
  out.key(key).begin_object().key("text").string(text).end_object();
}

void write_rule(json::Writer& out, std::string_view id) {
  out.begin_object().key("id").string(id);
  if (const lint::RuleInfo* info = lint::find_rule(id)) {
    write_text(out, "shortDescription", info->summary);
    write_text(out, "fullDescription", info->why);
    write_text(out, "help", info->fix);
    out.key("defaultConfiguration").begin_object().key("level").string(level(info->severity)).end_object();
  }
  out.end_object();
}

void write_result(json::Writer& out, const lint::Finding& finding, std::size_t rule_index) {
  const std::string message =
      finding.message.remedy.empty() ? message_of(finding) : message_of(finding) + "\n" + finding.message.remedy;
  out.begin_object().key("ruleId").string(finding.rule).key("ruleIndex").integer(static_cast<long long>(rule_index));
  out.key("level").string(level(finding.severity));
  write_text(out, "message", message);
  out.key("locations").begin_array().begin_object();
  out.key("physicalLocation").begin_object();
  out.key("artifactLocation").begin_object().key("uri").string(uri(finding.path)).end_object();
  out.key("region").begin_object().key("startLine").integer(static_cast<long long>(finding.line));
  out.key("startColumn").integer(static_cast<long long>(finding.column)).end_object().end_object();
  if (!finding.node.empty()) {
    out.key("logicalLocations").begin_array().begin_object().key("name").string(finding.node);
    out.key("fullyQualifiedName")
        .string(finding.workflow + "/" + finding.node)
        .key("kind")
        .string("member")
        .end_object()
        .end_array();
  }
  out.end_object().end_array().end_object();
}

}  // namespace

std::string to_sarif(const CheckReport& report) {
  std::map<std::string, std::size_t> index;
  for (const lint::Finding& finding : report.findings) index.try_emplace(finding.rule, 0);
  std::size_t next = 0;
  for (auto& [rule, position] : index) position = next++;

  json::Writer out(json::Writer::Style::pretty);
  out.begin_object()
      .key("$schema")
      .string("https://json.schemastore.org/sarif-2.1.0.json")
      .key("version")
      .string("2.1.0");
  out.key("runs").begin_array().begin_object().key("tool").begin_object().key("driver").begin_object();
  out.key("name").string("kairon").key("semanticVersion").string(report.tool_version).key("rules").begin_array();
  for (const auto& [rule, position] : index) write_rule(out, rule);
  out.end_array().end_object().end_object();
  out.key("columnKind").string("unicodeCodePoints").key("results").begin_array();
  for (const lint::Finding& finding : report.findings) write_result(out, finding, index[finding.rule]);
  out.end_array().end_object().end_array().end_object();
  return out.take() + "\n";
}

}  // namespace kairon::report
