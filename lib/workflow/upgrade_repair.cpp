#include "workflow/upgrade_repair.h"

#include <algorithm>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "workflow/ports.h"
#include "workflow/upgrade_rewriter.h"

namespace kairon::workflow {

namespace {

using json::Value;
using std::string_view;

/// Writes what n8n 2 fills in.
void rewrite_filter(Rewriter& out, const Node& node, const Value& value) {
  if (!value.is_object() || !value["conditions"].is_array()) return;
  std::string missing;
  if (!value["combinator"].present()) missing = R"("combinator": "and")";
  if (!value["options"].present()) {
    if (!missing.empty()) missing += ", ";
    missing += R"("options": {"caseSensitive": true, "leftValue": "", "typeValidation": "strict", "version": 1})";
  }
  if (missing.empty()) return;
  out.add(node.name, format("the filter of '{}' says what n8n 2 fills in", node.name),
          {added(value, std::move(missing))});
}

/// Writes the default of 1.x.
void rewrite_default(Rewriter& out, const Node& node) {
  if (!node.parameters.is_object() || node.parameters["modelName"].present()) return;
  out.add(node.name, format("'{}' names the model of n8n 1", node.name),
          {added(node.parameters, R"("modelName": "models/text-embedding-004")")});
}

void rewrite_ai_transform(Rewriter& out, const Node& node) {
  const string_view code = node.parameters["jsCode"].string();
  if (code.empty()) return;
  out.become(node, "n8n-nodes-base.code", "2",
             R"({"mode": "runOnceForAllItems", "language": "javaScript", "jsCode": )" + json_string(code) + "}");
}

/// From 1.7 on the parameters of a Tools Agent are those of version 2; below 1.9 it has a system message by default.
void rewrite_agent(Rewriter& out, const Node& node) {
  constexpr double kSameParameters = 1.7;
  const Value mode = node.parameters["agent"];
  const Value version = node.json["typeVersion"];
  if (node.version < kSameParameters || node.version >= 2 || !version.is_number()) return;
  if (mode.present() && mode.string() != "toolsAgent") return;
  std::vector<Repair> edits{replaced(version, "2.2")};
  if (mode) edits.push_back(removed(node.parameters, mode));
  constexpr double kNoSystemMessage = 1.9;
  const Value options = node.parameters["options"];
  if (node.version < kNoSystemMessage && !options["systemMessage"].present()) {
    if (!options.is_object()) return;
    edits.push_back(added(options, R"("systemMessage": "You are a helpful assistant")"));
  }
  out.add(node.name, format("'{}' becomes a Tools Agent of version 2.2", node.name), std::move(edits));
}

void rewrite_gmail_trigger(Rewriter& out, const Node& node) {
  constexpr double kLimited = 1.4;
  const Value version = node.json["typeVersion"];
  if (node.version >= kLimited) return;
  out.add(node.name,
          format("'{}' takes version 1.4: at most 10 mails for each poll, no sent and no scheduled ones", node.name),
          {version ? replaced(version, "1.4") : added(node.json, R"("typeVersion": 1.4)")});
}

/// Where the first output leads nowhere, nobody sees the empty item.
void rewrite_always_output_data(Rewriter& out, const Node& node) {
  const Value always = node.json["alwaysOutputData"];
  const auto outputs = main_outputs(node);
  if (!always.boolean() || !outputs || *outputs < 2 || out.is_named(node)) return;
  for (const std::size_t edge : out.workflow().outgoing(node.index))
    if (out.workflow().edges()[edge].output == 0) return;
  out.add(node.name, format("'{}' no longer outputs an empty item that nothing receives", node.name),
          {removed(node.json, always)});
}

void rewrite_caller_policy(Rewriter& out) {
  const Value settings = out.workflow().root()["settings"];
  const Value policy = settings["callerPolicy"];
  if (policy.string() != "any") return;
  const std::vector<std::string>& ids = out.callers().ids;
  if (ids.empty())
    return out.add(
        {}, "callerPolicy lets workflows of the same owner call (these files do not hold the ids of all callers)",
        {replaced(policy, "\"workflowsFromSameOwner\"")});
  const std::string list = json_string(text::join(ids, ","));
  std::vector<Repair> edits{replaced(policy, "\"workflowsFromAList\"")};
  const Value its_ids = settings["callerIds"];
  edits.push_back(its_ids ? replaced(its_ids, list) : added(settings, "\"callerIds\": " + list));
  out.add({}, format("callerPolicy lets only the known callers call: {}", text::join(ids, ", ")), std::move(edits));
}

void rewrite_for_two(Rewriter& out, const Node& node) {
  if (node.is_base("start")) rewrite_start(out, node);
  if (node.is_base("manualTrigger")) rewrite_manual_trigger(out, node);
  if (node.is_base("code")) rewrite_python(out, node);
  if ((node.is_base("if") || node.is_base("filter")) && node.version >= 2)
    rewrite_filter(out, node, node.parameters["conditions"]);
  if (node.is_base("switch") && node.version >= 3)
    for (const Value rule : node.parameters["rules"]["values"]) rewrite_filter(out, node, rule["conditions"]);
  if (node.is_langchain("embeddingsGoogleGemini")) rewrite_default(out, node);
}

void rewrite_for_three(Rewriter& out, const Node& node) {
  if (node.is_base("function")) rewrite_function(out, node);
  if (node.is_base("functionItem")) rewrite_function_item(out, node);
  if (node.is_base("aiTransform")) rewrite_ai_transform(out, node);
  if (node.is_base("interval")) rewrite_interval(out, node);
  if (node.is_base("cron")) rewrite_cron(out, node);
  if (node.is_base("itemLists")) rewrite_item_lists(out, node);
  if (node.is_base("executeWorkflow")) rewrite_call_each(out, node);
  if (node.is_base("gmailTrigger")) rewrite_gmail_trigger(out, node);
  if (node.is_langchain("agent")) rewrite_agent(out, node);
  rewrite_always_output_data(out, node);
}

}  // namespace

std::vector<Rewrite> upgrade_rewrites(const Workflow& workflow, int from, int to, const Callers& callers) {
  Rewriter out(workflow, callers);
  for (const Node& node : workflow.nodes()) {
    if (from < 2 && to >= 2) rewrite_for_two(out, node);
    if (from < 3 && to >= 3) rewrite_for_three(out, node);
  }
  if (from < 3 && to >= 3) rewrite_caller_policy(out);
  return out.take();
}

bool is_rewritten(const std::vector<Rewrite>& rewrites, const Node& node) {
  return std::any_of(rewrites.begin(), rewrites.end(), [&](const Rewrite& one) { return one.node == node.name; });
}

}  // namespace kairon::workflow
