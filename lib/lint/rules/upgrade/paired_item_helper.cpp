#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_paired_item_helper {
namespace {

void check_paired_item_helper(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 3)) return;
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (piece.script.error()) continue;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node node = piece.script.node(i);
      if (!node.is(js::Kind::identifier) || node.text() != "$getPairedItem") continue;
      report_code(
          report, piece, node.begin_offset(),
          kairon::format("'{}' uses $getPairedItem, which is announced to be removed in n8n 3", piece.node->name),
          "use $('Node').item");
    }
  }
}

}  // namespace

}  // namespace upgrade_paired_item_helper

extern const WorkflowRule kUpgradePairedItemHelper;
const WorkflowRule kUpgradePairedItemHelper{
    {"upgrade/paired-item-helper", Severity::error, Scope::always, "calls $getPairedItem, which ends with n8n 3",
     "n8n's migration report names $getPairedItem as removed in 3.0.", "Follow the pairing with $('Node').item."},
    upgrade_paired_item_helper::check_paired_item_helper,
    Needs::target};

}  // namespace kairon::lint
