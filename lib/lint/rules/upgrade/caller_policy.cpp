#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_caller_policy {
namespace {

void check_caller_policy(const WorkflowInput& input, Reporter& report) {
  const json::Value policy = input.workflow.root()["settings"]["callerPolicy"];
  if (!crosses(input, 3) || policy.string() != "any") return;
  report.at(policy, nullptr,
            "any workflow may call this one, a policy that is announced to end in n8n 3: calls fail then",
            "choose workflowsFromSameOwner, or workflowsFromAList with callerIds; `kairon fix --target 3` names the "
            "callers that it knows");
}

}  // namespace

}  // namespace upgrade_caller_policy

extern const WorkflowRule kUpgradeCallerPolicy;
const WorkflowRule kUpgradeCallerPolicy{
    {"upgrade/caller-policy", Severity::error, Scope::always, "uses the caller policy `any`, which ends with n8n 3",
     "n8n's migration report: after the upgrade to 3.0 calls of a workflow whose policy is `any` fail until another "
     "policy "
     "is chosen.",
     "Choose workflowsFromAList with the ids of the callers, or workflowsFromSameOwner."},
    upgrade_caller_policy::check_caller_policy,
    Needs::target};

}  // namespace kairon::lint
