#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_removed_in_2 {
namespace {

/// The types of 1.123.81 that 2.41.1 does not have; Start is a rule of its own.
constexpr std::array<RemovedType, 5> kRemovedIn2 = {{{"n8n-nodes-base.spontit", ""},
                                                     {"n8n-nodes-base.crowdDev", ""},
                                                     {"n8n-nodes-base.crowdDevTrigger", ""},
                                                     {"n8n-nodes-base.kitemaker", ""},
                                                     {"n8n-nodes-base.automizy", ""}}};

void check_removed_in_2(const WorkflowInput& input, Reporter& report) {
  if (crosses(input, 2))
    report_removed(input, kRemovedIn2, "is not part of n8n 2: the workflow cannot be loaded", report);
}

}  // namespace

}  // namespace upgrade_removed_in_2

extern const WorkflowRule kUpgradeRemovedIn2;
const WorkflowRule kUpgradeRemovedIn2{
    {"upgrade/removed-in-2", Severity::error, Scope::always, "uses a node type that is not part of n8n 2",
     "n8n 2 lacks six types that 1.123 has (the descriptions of 1.123.81 and 2.41.1 were compared). A workflow that "
     "holds "
     "one, even disabled, cannot be opened or run.",
     "Delete the node: its service has ended."},
    upgrade_removed_in_2::check_removed_in_2,
    Needs::target};

}  // namespace kairon::lint
