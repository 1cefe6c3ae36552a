#include "base/format.h"
#include "lint/code_report.h"
#include "lint/support/ctx.h"

namespace kairon::lint {
namespace ctx_flat_target {
namespace {

/// A resource locator keeps its text in `value`; older versions have the text itself.
bool is_target(const workflow::Node& node, const json::Value& string) {
  for (const std::string_view key : {"guildId", "channelId"}) {
    const json::Value target = node.parameters[key];
    if (string == target || (target.is_object() && string == target["value"])) return true;
  }
  return false;
}

void check(const WorkflowInput& input, Reporter& report) {
  const CtxUse use(input);
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    const workflow::Node& node = *piece.node;
    if (!node.is_base("discord") || !is_target(node, piece.string) || !use.exists_at(node)) continue;
    if (fed_by_replacing_node(input.workflow, node)) continue;
    for (const FlatRead& read : flat_reads(piece, FlatRoute::input)) {
      report_code(report, piece, read.access.begin_offset(),
                  format("'{}' takes its target from '{}' past ctx", node.name, read.access.text()),
                  "read $json.ctx.event.guild_id and $json.ctx.event.channel_id");
    }
  }
}

}  // namespace

}  // namespace ctx_flat_target

extern const WorkflowRule kCtxFlatTarget;
const WorkflowRule kCtxFlatTarget{
    {"ctx/flat-target", Severity::error, Scope::kairon_only,
     "takes a Discord guild or channel from a flat field instead of ctx",
     "The event's guild and channel are carried in ctx.event; a flat field is undefined after nodes that carry ctx, "
     "and Discord refuses the message.",
     "Read $json.ctx.event.guild_id and $json.ctx.event.channel_id."},
    ctx_flat_target::check};

}  // namespace kairon::lint
