#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_gmail_trigger {
namespace {

void check_gmail_trigger(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 3)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (!node.is_base("gmailTrigger") || node.version >= 1.35) continue;
    report.at(
        node.json["typeVersion"].present() ? node.json["typeVersion"] : node.json, &node,
        kairon::format("'{}' is announced to behave as version 1.4 in n8n 3: at most 10 mails for each poll, and no "
                       "sent or scheduled mail",
                       node.name),
        "set typeVersion to 1.4 now, and look at what arrives");
  }
}

}  // namespace

}  // namespace upgrade_gmail_trigger

extern const WorkflowRule kUpgradeGmailTrigger;
const WorkflowRule kUpgradeGmailTrigger{
    {"upgrade/gmail-trigger", Severity::warning, Scope::always,
     "uses a Gmail Trigger below version 1.4, which changes with n8n 3",
     "n8n 3 is announced to run older versions of the node as 1.4: at most 10 mails for each poll, drafts only with "
     "the "
     "filter option, and sent and scheduled mail no longer fire.",
     "Move to version 1.4 before the upgrade, so that the change is seen alone."},
    upgrade_gmail_trigger::check_gmail_trigger,
    Needs::target};

}  // namespace kairon::lint
