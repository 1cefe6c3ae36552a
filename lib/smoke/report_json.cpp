#include "json/document.h"
#include "smoke/report.h"

namespace kairon::smoke {

namespace {

using n8n::Execution;

std::string_view name_of(CaseResult result) {
  switch (result) {
    case CaseResult::passed:
      return "passed";
    case CaseResult::failed:
      return "failed";
    case CaseResult::skipped:
      break;
  }
  return "skipped";
}

void write(json::Writer& writer, const Execution& one) {
  writer.begin_object().key("id").integer(one.id).key("workflow").string(one.workflow);
  writer.key("mode").string(one.mode).key("status").string(one.status);
  if (one.parent != 0) writer.key("parent").integer(one.parent);
  if (one.handles != 0) writer.key("handles").integer(one.handles);
  writer.key("last_node").string(one.last_node);
  if (!one.error.empty()) writer.key("error").string(one.error).key("error_node").string(one.error_node);
  writer.end_object();
}

void write_share(json::Writer& writer, std::string_view key, const Share& share) {
  writer.key(key).begin_object().key("executed").integer(static_cast<long long>(share.executed));
  writer.key("total").integer(static_cast<long long>(share.total)).end_object();
}

void write(json::Writer& writer, const CaseOutcome& outcome) {
  writer.begin_object().key("name").string(outcome.test.name).key("path").string(outcome.test.path);
  writer.key("line").integer(static_cast<long long>(outcome.test.line)).key("result").string(name_of(outcome.result));
  writer.key("message_id").string(outcome.id).key("status").integer(outcome.status);
  writer.key("elapsed_ms").integer(outcome.elapsed.count());
  writer.key("failures").begin_array();
  for (const std::string& line : outcome.failures) writer.string(line);
  writer.end_array().key("executions").begin_array();
  for (const Execution& one : outcome.tree.members) write(writer, one);
  writer.end_array().key("ran").begin_object();
  for (const auto& [workflow, nodes] : outcome.ran) {
    writer.key(workflow).begin_object();
    for (const auto& [node, outputs] : nodes) {
      writer.key(node).begin_array();
      for (const std::size_t output : outputs) writer.integer(static_cast<long long>(output));
      writer.end_array();
    }
    writer.end_object();
  }
  writer.end_object().end_object();
}

}  // namespace

std::string smoke_json(const SmokeReport& report) {
  json::Writer writer(json::Writer::Style::pretty);
  writer.begin_object().key("version").integer(1).key("environment").string(report.environment);
  writer.key("passed").boolean(report.passed()).key("problems").begin_array();
  for (const std::string& problem : report.problems) writer.string(problem);
  writer.end_array().key("cases").begin_array();
  for (const CaseOutcome& outcome : report.outcomes) write(writer, outcome);
  writer.end_array().key("coverage").begin_object();
  writer.key("workflows").integer(static_cast<long long>(report.deployed.size()));
  writer.key("executed").integer(static_cast<long long>(report.executed.size()));
  writer.key("never").begin_array();
  for (const std::string& name : report.deployed)
    if (!report.executed.contains(name)) writer.string(name);
  writer.end_array();
  write_share(writer, "nodes", report.share.nodes);
  write_share(writer, "branches", report.share.branches);
  writer.end_object();
  writer.key("failed_executions").integer(static_cast<long long>(report.failed_executions));
  writer.key("stray_failures").begin_array();
  for (const Stray& stray : report.strays) {
    writer.begin_object().key("id").integer(stray.id).key("workflow").string(stray.workflow);
    writer.key("error").string(stray.error).end_object();
  }
  writer.end_array();
  const auto count = [&report](CaseResult result) { return static_cast<long long>(report.count(result)); };
  writer.key("summary").begin_object().key("cases").integer(static_cast<long long>(report.outcomes.size()));
  writer.key("passed").integer(count(CaseResult::passed)).key("failed").integer(count(CaseResult::failed));
  writer.key("skipped").integer(count(CaseResult::skipped)).key("elapsed_ms").integer(report.elapsed.count());
  writer.end_object();
  return writer.end_object().take() + "\n";
}

}  // namespace kairon::smoke
