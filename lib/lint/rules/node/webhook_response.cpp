#include <algorithm>
#include <string_view>

#include "base/format.h"
#include "base/one_of.h"
#include "catalogue/catalogue.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_webhook_response {
namespace {

using workflow::Node;
using workflow::Workflow;

bool has_respond_node_behind(const Workflow& flow, const Node& webhook) {
  return std::any_of(flow.nodes().begin(), flow.nodes().end(), [&](const Node& node) {
    return node.is_base("respondToWebhook") && flow.is_ancestor(webhook.index, node.index);
  });
}

/// A Wait node on the way that another request resumes and that leaves the answer to that node: what it answers is
/// the Wait node's request.
bool answers_a_wait(const Workflow& flow, const Node& webhook, const Node& respond) {
  return std::any_of(flow.nodes().begin(), flow.nodes().end(), [&](const Node& node) {
    return node.is_base("wait") && !node.disabled &&
           is_one_of(node.parameters["resume"].string(), {"webhook", "form"}) &&
           node.parameters["responseMode"].string() == "responseNode" && flow.is_ancestor(webhook.index, node.index) &&
           flow.is_ancestor(node.index, respond.index);
  });
}

bool every_answer_is_a_waits(const Workflow& flow, const Node& webhook) {
  return std::all_of(flow.nodes().begin(), flow.nodes().end(), [&](const Node& node) {
    return !node.is_base("respondToWebhook") || !flow.is_ancestor(webhook.index, node.index) ||
           answers_a_wait(flow, webhook, node);
  });
}

/// Version 1 does not look for the other node: it answers in its own way, or not at all.
void check_webhook(const WorkflowInput& input, const Node& node, Reporter& report) {
  const Workflow& flow = input.workflow;
  const json::Value mode = node.parameters["responseMode"];
  if (mode.string().starts_with('=')) return;
  auto severity = node.version >= 2 ? std::nullopt : std::optional(Severity::warning);
  const bool answered = has_respond_node_behind(flow, node);
  if (mode.string() == "responseNode" && !answered) {
    report.at(mode, &node,
              kairon::format("'{}' leaves its answer to a Respond to Webhook node, and none follows it", node.name),
              "add the node, or set responseMode to onReceived or lastNode", severity);
  }
  if (answered && every_answer_is_a_waits(flow, node)) {
    if (input.catalogue != nullptr && !input.catalogue->version().starts_with("1.")) return;
    if (input.catalogue == nullptr) severity = Severity::warning;
  }
  if (mode.string() != "responseNode" && mode.string() != "streaming" && answered) {
    report.at(mode.present() ? mode : node.json["name"], &node,
              kairon::format("a Respond to Webhook node follows '{}', whose responseMode is '{}'", node.name,
                             mode.present() ? mode.string() : "onReceived"),
              "set responseMode to \"responseNode\", or remove the Respond to Webhook node", severity);
  }
}

/// The types that RespondToWebhook.node.ts looks for among the nodes before it.
bool is_answered_by(const Node& node) {
  return node.is_base("webhook") || node.is_base("formTrigger") || node.is_base("wait") ||
         node.is_langchain("chatTrigger");
}

void check_respond_node(const Workflow& flow, const Node& node, Reporter& report) {
  const bool called = std::any_of(flow.nodes().begin(), flow.nodes().end(), [&](const Node& other) {
    return is_answered_by(other) && flow.is_ancestor(other.index, node.index);
  });
  if (called || node.version < 1.05) return;
  report.at(node.json["name"], &node, kairon::format("no webhook leads to '{}', so it has nobody to answer", node.name),
            "start the workflow with a Webhook node, or remove this one");
}

void check(const WorkflowInput& input, Reporter& report) {
  const Workflow& flow = input.workflow;
  for (const Node& node : flow.nodes()) {
    if (node.disabled || flow.find(node.name) != &node) continue;
    if (node.is_base("webhook")) check_webhook(input, node, report);
    if (node.is_base("respondToWebhook") && flow.reachable()[node.index]) check_respond_node(flow, node, report);
  }
}

}  // namespace

}  // namespace node_webhook_response

extern const WorkflowRule kNodeWebhookResponse = {
    {"node/webhook-response", Severity::error, Scope::always,
     "pairs a Webhook node and a Respond to Webhook node that do not fit together",
     "From version 2 on the Webhook node refuses every call when a Respond to Webhook node follows it and its "
     "responseMode is not responseNode (\"Unused Respond to Webhook node found in the workflow\"), or the other way "
     "round (n8n-nodes-base, nodes/Webhook/utils.ts, checkResponseModeConfiguration). Version 1 answers by itself and "
     "the other node's answer is lost: a warning. n8n 2 leaves an answer to the Wait node before it that another "
     "request resumes and that has responseMode "
     "responseNode; where n8n's version is not known that is a warning. A Respond to Webhook node (1.1 and later) "
     "without a webhook before "
     "it fails.",
     "Set \"Respond\" of the Webhook node to \"Using Respond to Webhook Node\" exactly when there is one."},
    node_webhook_response::check};

}  // namespace kairon::lint
