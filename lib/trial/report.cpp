#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "json/document.h"
#include "report/markup.h"
#include "trial/trial.h"

namespace kairon::trial {

namespace {

using report::escape_xml;

std::string_view name_of(Gravity gravity) {
  return gravity == Gravity::error ? "error" : gravity == Gravity::warning ? "warning" : "info";
}

std::string finding_text(const TrialFinding& finding) {
  const std::string history = finding.history.empty() ? "" : format(" (history {})", text::printable(finding.history));
  std::string out = format("{}:{}:{}: {}[{}]: {}{}\n", finding.path, finding.position.line, finding.position.column,
                           name_of(finding.gravity), finding.rule, finding.message.text, history);
  if (!finding.message.remedy.empty()) out += format("help: {}\n", finding.message.remedy);
  return out;
}

std::string_view name_of(Verdict verdict) {
  return verdict == Verdict::passed ? "passed" : verdict == Verdict::blocked ? "blocked" : "not judged";
}

std::string effects_text(const Effects& effects) {
  std::string out;
  for (const Effects::Lock& lock : effects.locks) {
    if (lock.mode != "AccessShareLock") out += format("; {} on {}", lock_name(lock.mode), lock.relation);
  }
  for (const std::string& relation : effects.rewritten) out += format("; rewrites {}", relation);
  for (const Effects::Scan& scan : effects.scans)
    out += format("; reads {} ({} row{})", scan.relation, scan.rows, scan.rows == 1 ? "" : "s");
  if (effects.inserted + effects.updated + effects.deleted > 0)
    out += format("; rows +{} ~{} -{}", effects.inserted, effects.updated, effects.deleted);
  return out;
}

void write_statement(json::Writer& json, const StatementReport& statement) {
  json.begin_object().key("line").integer(static_cast<long long>(statement.position.line));
  json.key("statement").string(statement.excerpt).key("ms").number(statement.milliseconds);
  json.key("superuser").boolean(statement.as_superuser).key("locks").begin_array();
  for (const Effects::Lock& lock : statement.effects.locks)
    json.begin_object().key("relation").string(lock.relation).key("mode").string(lock_name(lock.mode)).end_object();
  json.end_array().key("rewrites").begin_array();
  for (const std::string& relation : statement.effects.rewritten) json.string(relation);
  json.end_array().key("scans").begin_array();
  for (const Effects::Scan& scan : statement.effects.scans)
    json.begin_object().key("relation").string(scan.relation).key("rows").integer(scan.rows).end_object();
  json.end_array()
      .key("inserted")
      .integer(statement.effects.inserted)
      .key("updated")
      .integer(statement.effects.updated);
  json.key("deleted").integer(statement.effects.deleted).end_object();
}

std::string test_case(const TrialReport& report, const MigrationReport& one) {
  double milliseconds = 0;
  for (const StatementReport& statement : one.statements) milliseconds += statement.milliseconds;
  std::string out = format("    <testcase name=\"{}\" classname=\"migrations{}{}\" file=\"{}\" time=\"{:.3f}\"",
                           escape_xml(one.version), one.history.empty() ? "" : ".", escape_xml(one.history),
                           escape_xml(one.path), milliseconds / 1000);
  if (one.verdict == Verdict::passed) return out + "/>\n";
  if (one.verdict == Verdict::not_judged)
    return out + format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", escape_xml(one.reason));
  std::string first;
  std::string all;
  for (const TrialFinding& finding : report.findings) {
    if (finding.version != one.version || finding.history != one.history || finding.gravity != Gravity::error) continue;
    if (first.empty()) first = finding.message.text;
    all += finding_text(finding);
  }
  return out + format(">\n      <failure message=\"{}\" type=\"trial\">{}</failure>\n    </testcase>\n",
                      escape_xml(first), escape_xml(all));
}

std::size_t count_of(const TrialReport& report, Verdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(report.migrations.begin(), report.migrations.end(),
                    [verdict](const MigrationReport& one) { return one.verdict == verdict; }));
}

/// How many of several have errors, and how many have no verdict.
std::string counts_text(const TrialReport& report) {
  std::string out;
  if (const auto blocked = count_of(report, Verdict::blocked); blocked > 0 && report.migrations.size() > 1)
    out += format(", {} of {} with errors", blocked, report.migrations.size());
  if (const auto not_judged = count_of(report, Verdict::not_judged); not_judged > 0)
    out += format(", {} not judged", not_judged);
  return out;
}

}  // namespace

std::string trial_junit(const TrialReport& report) {
  const std::string counts =
      format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\"", report.migrations.size(),
             count_of(report, Verdict::blocked), count_of(report, Verdict::not_judged), report.milliseconds / 1000);
  std::string out =
      format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"kairon migrate test\" {}>\n", counts);
  out += format("  <testsuite name=\"{}\" {}>\n", escape_xml(report.base), counts);
  for (const MigrationReport& one : report.migrations) out += test_case(report, one);
  return out + "  </testsuite>\n</testsuites>\n";
}

std::string trial_text(const TrialReport& report, VerdictLine verdict) {
  std::string out = format("trial on {}, base: {}\n", report.server, report.base);
  for (const std::string& note : report.notes) out += format("note: {}\n", note);
  for (const MigrationReport& one : report.migrations) {
    out += format("{}: {}{}\n", one.path, name_of(one.verdict), one.reason.empty() ? "" : ": " + one.reason);
    for (const StatementReport& statement : one.statements)
      out += format("  {}: {:.1f} ms{}{}: {}\n", statement.position.line, statement.milliseconds,
                    statement.as_superuser ? ", as superuser" : "", effects_text(statement.effects), statement.excerpt);
    for (const StaticWarning& warning : one.warnings)
      out += format("  {}: {} {}: {}\n", warning.position.line, warning.rule,
                    warning.confirmed ? "confirmed" : "not confirmed", warning.evidence);
    for (const postgres::SchemaChange& change : one.changes) out += format("  {}\n", change.line());
  }
  for (const TrialFinding& finding : report.findings) out += finding_text(finding);
  if (report.statements > 0)
    out += format("workflows: {} prepared at every step\n", text::counted(report.statements, "SQL statement"));
  if (verdict == VerdictLine::left_out) return out;
  return out + format("migrations: {}{} ({:.1f} s)\n", report.passed() ? "passed" : "blocked", counts_text(report),
                      report.milliseconds / 1000);
}

std::string trial_json(const TrialReport& report) {
  json::Writer json(json::Writer::Style::pretty);
  json.begin_object().key("version").integer(1).key("passed").boolean(report.passed());
  json.key("server")
      .string(report.server)
      .key("base")
      .string(report.base)
      .key("elapsed_ms")
      .number(report.milliseconds);
  json.key("workflow_statements").integer(static_cast<long long>(report.statements));
  json.key("notes").begin_array();
  for (const std::string& note : report.notes) json.string(note);
  json.end_array().key("migrations").begin_array();
  for (const MigrationReport& one : report.migrations) {
    json.begin_object();
    if (!one.history.empty()) json.key("history").string(one.history);
    json.key("version").string(one.version).key("path").string(one.path).key("tried").boolean(one.tried);
    json.key("sha256").string(one.checksum).key("verdict").string(name_of(one.verdict));
    json.key("reason").string(one.reason);
    json.key("statements").begin_array();
    for (const StatementReport& statement : one.statements) write_statement(json, statement);
    json.end_array().key("changes").begin_array();
    for (const postgres::SchemaChange& change : one.changes) json.string(change.line());
    json.end_array().key("warnings").begin_array();
    for (const StaticWarning& warning : one.warnings) {
      json.begin_object().key("rule").string(warning.rule);
      json.key("line").integer(static_cast<long long>(warning.position.line));
      json.key("confirmed").boolean(warning.confirmed).key("evidence").string(warning.evidence).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().key("findings").begin_array();
  for (const TrialFinding& finding : report.findings) {
    json.begin_object();
    if (!finding.history.empty()) json.key("history").string(finding.history);
    json.key("rule")
        .string(finding.rule)
        .key("severity")
        .string(name_of(finding.gravity))
        .key("path")
        .string(finding.path);
    json.key("line")
        .integer(static_cast<long long>(finding.position.line))
        .key("column")
        .integer(static_cast<long long>(finding.position.column));
    json.key("message").string(finding.message.text).key("help").string(finding.message.remedy).end_object();
  }
  return json.end_array().end_object().take() + "\n";
}

}  // namespace kairon::trial
