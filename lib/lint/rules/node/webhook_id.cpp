#include "base/format.h"
#include "catalogue/catalogue.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_webhook_id {
namespace {

bool needs_webhook_id(const workflow::Node& node) {
  return node.is_base("webhook") || node.is_base("formTrigger") || node.is_langchain("chatTrigger");
}

void check_webhook_id(const WorkflowInput& input, Reporter& report) {
  // Under 2.x every save gives a new one; how a 1.x server registers the path is certain.
  const bool one = input.catalogue != nullptr && input.catalogue->version().starts_with("1.");
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (!needs_webhook_id(node) || node.disabled || !node.json["webhookId"].string().empty()) continue;
    const std::string_view path = node.parameters["path"].string();
    const bool reached_by_id = path.empty() || path.find(':') != std::string_view::npos;
    report.at(node.json["name"], &node,
              one ? kairon::format("'{}' has no webhookId: n8n 1.x registers it below the workflow's id and its name, "
                                   "not at its path",
                                   node.name)
                  : kairon::format("'{}' has no webhookId: n8n gives it a new random one{}", node.name,
                                   reached_by_id ? ", so that its URL changes" : ""),
              "`kairon fix --write` writes a stable one", one ? std::nullopt : std::optional(Severity::warning));
  }
}

}  // namespace

}  // namespace node_webhook_id

extern const WorkflowRule kNodeWebhookId;
const WorkflowRule kNodeWebhookId{
    {"node/webhook-id", Severity::error, Scope::softer_in_n8n,
     "has an enabled webhook, form or chat trigger without webhookId (warning unless the pinned n8n is 1.x)",
     "n8n 1.x registers a webhook without webhookId at WORKFLOW_ID/NODE_NAME/PATH, so that callers of the path get "
     "404. n8n 2.x gives the node a new random id at each save that lacks one: URLs that hold the id move with every "
     "deployment.",
     "Write a stable webhookId into the file: `kairon fix --write` derives one from the workflow and the node's name."},
    node_webhook_id::check_webhook_id};

}  // namespace kairon::lint
