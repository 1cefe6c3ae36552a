#include <algorithm>
#include <set>

#include "base/format.h"
#include "lint/code_report.h"
#include "lint/support/ctx.h"

namespace kairon::lint {
namespace ctx_event_fields {
namespace {

using js::Kind;
using workflow::CodePiece;

constexpr std::string_view kIdHelp = "set ctx.event.event_id: everything that is stored refers to it";
constexpr std::string_view kTraceHelp = "set ctx.event.trace_chain, an array: traces hang on it";

struct Missing {
  bool event_id = true;
  bool trace_chain = true;
  void saw(std::string_view name) {
    event_id = event_id && name != "event_id";
    trace_chain = trace_chain && name != "trace_chain";
  }
};

void check_code(const CodePiece& piece, Reporter& report) {
  for (const js::Node& ctx : ctx_objects(piece)) {
    const js::Node event = member_value(piece, ctx, "event");
    if (!event.is(Kind::object)) continue;
    Missing missing;
    bool open = false;
    for (const js::Node member : event.children()) {
      const auto key = member_key(member);
      open = open || !key;
      if (key) missing.saw(*key);
    }
    if (open) continue;
    if (missing.event_id) {
      report_code(report, piece, event.begin_offset(),
                  format("'{}' makes ctx.event without event_id", piece.node->name), std::string(kIdHelp));
    } else if (missing.trace_chain) {
      report_code(report, piece, event.begin_offset(),
                  format("'{}' makes ctx.event without trace_chain", piece.node->name), std::string(kTraceHelp),
                  Severity::warning);
    }
  }
}

/// A Set initialises ctx.event when it assigns its fields one by one and keeps nothing else.
void check_set(const workflow::Node& node, Reporter& report) {
  if (!drops_other_fields(node)) return;
  constexpr std::string_view kPrefix = "ctx.event.";
  Missing missing;
  json::Value first;
  for (const json::Value& name : assigned_names(node)) {
    const std::string_view text = name.string();
    if (text == "ctx" || text == "ctx.event") return;
    if (!text.starts_with(kPrefix)) continue;
    if (!first) first = name;
    missing.saw(text.substr(kPrefix.size()));
  }
  if (!first) return;
  if (missing.event_id) {
    report.at(first, &node, format("'{}' makes ctx.event without event_id", node.name), std::string(kIdHelp));
  } else if (missing.trace_chain) {
    report.at(first, &node, format("'{}' makes ctx.event without trace_chain", node.name), std::string(kTraceHelp),
              Severity::warning);
  }
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const CodePiece& piece : input.code.pieces()) {
    if (piece.is_code()) check_code(piece, report);
  }
  for (const workflow::Node& node : input.workflow.nodes()) check_set(node, report);
}

}  // namespace

}  // namespace ctx_event_fields

extern const WorkflowRule kCtxEventFields;
const WorkflowRule kCtxEventFields{
    {"ctx/event-fields", Severity::error, Scope::kairon_only,
     "makes ctx.event without event_id (or, a warning, without trace_chain)",
     "Rows that the nodes after it store refer to the event by ctx.event.event_id and to the trace by "
     "ctx.event.trace_chain; without them the inserts write NULL or fail.",
     "Set event_id and trace_chain where ctx.event is made."},
    ctx_event_fields::check};

}  // namespace kairon::lint
