#include "workflow/facts.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "workflow/code.h"
#include "workflow/expression.h"
#include "workflow/workflow.h"

namespace kairon::workflow {

namespace {

Place place_of(const Node& node, const json::Value& where) {
  const json::Position position = (where ? where : node.json).position();
  return {std::string(node.name), position.line, position.column};
}

/// n8n's own reading of a webhook path: slashes trimmed, an empty one means the webhookId, one with
/// a `/:` is prefixed by it (N8N.md: webhook_entity). "" when it cannot be known; an expression over
/// `$env` or `$vars` alone stands for itself: it is the same wherever it is written.
std::string registered_path(std::string_view path, std::string_view webhook_id) {
  if (is_expression(path)) {
    const std::string settings = text::replace_all(text::replace_all(std::string(path), "$env.", ""), "$vars.", "");
    const bool fixed = settings.size() < path.size() && !text::contains(settings, "$");
    return fixed ? std::string(path) : std::string();
  }
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return std::string(webhook_id);
  const bool dynamic = path.starts_with(':') || text::contains(path, "/:");
  return dynamic ? std::string(webhook_id) + "/" + std::string(path) : std::string(path);
}

/// The public chat answers at its webhookId, an MCP server at its path; both have spaces of their own.
void collect_agent_hook(const Node& node, Facts& facts) {
  const bool chat = node.is_langchain("chatTrigger");
  const json::Value path = node.parameters["path"];
  const std::string_view id = node.json["webhookId"].string();
  WebhookFact fact;
  fact.place = place_of(node, chat ? node.json["webhookId"] : path);
  fact.space = chat ? "chat" : "mcp";
  fact.method = "POST";
  fact.path = chat ? std::string(id) : registered_path(path.string(), id);
  facts.webhooks.push_back(std::move(fact));
}

void collect_webhook(const Node& node, Facts& facts) {
  const bool form = node.is_base("formTrigger");
  if (node.disabled) return;
  if (node.is_langchain("mcpTrigger") || (node.is_langchain("chatTrigger") && node.parameters["public"].boolean()))
    return collect_agent_hook(node, facts);
  if (!form && !node.is_base("webhook")) return;
  const json::Value options_path = node.parameters["options"]["path"];
  const json::Value path = form && options_path.is_string() ? options_path : node.parameters["path"];
  WebhookFact fact;
  fact.place = place_of(node, path);
  fact.space = form ? "form" : "webhook";
  fact.path = registered_path(path.string(), node.json["webhookId"].string());
  const json::Value method = node.parameters["httpMethod"];
  if (method.is_array()) {
    for (const json::Value one : method) {
      fact.method = text::upper(one.string());
      facts.webhooks.push_back(fact);
    }
    return;
  }
  fact.method = method.is_string() ? text::upper(method.string()) : "GET";
  facts.webhooks.push_back(fact);
  if (method.present() || form || !node.parameters["multipleMethods"].boolean()) return;
  fact.method = "POST";  // the description's default of the list: GET and POST
  facts.webhooks.push_back(fact);
}

/// Keys that the call maps, when they are written out (resource mapper in mode defineBelow).
std::optional<std::vector<std::string>> mapped_inputs(const Node& node) {
  const json::Value mapper = node.parameters["workflowInputs"];
  const json::Value value = mapper["value"];
  if (!value.is_object() || mapper["mappingMode"].string() == "autoMapInputData") return std::nullopt;
  std::vector<std::string> keys;
  for (const json::Value entry : value) keys.emplace_back(entry.key());
  return keys;
}

void collect_call(const Node& node, Facts& facts) {
  const bool tool = node.is_langchain("toolWorkflow");
  if ((!tool && !node.is_base("executeWorkflow")) || node.version < 1.1) return;
  const std::string_view source = node.parameters["source"].string();
  if (!source.empty() && source != "database") return;
  const json::Value id = node.parameters["workflowId"];
  CallFact call;
  call.place = place_of(node, id);
  call.tool = tool;
  call.disabled = node.disabled;
  call.waits = node.parameters["options"]["waitForSubWorkflow"].boolean(true);
  call.inputs = mapped_inputs(node);
  const std::string_view value = id.is_object() ? id["value"].string() : id.string();
  call.id = value;
  call.self = text::contains(value, "$workflow.id");
  call.name = id["cachedResultName"].string();
  const bool list = id.is_object() && id["mode"].string() == "list" && !is_expression(value);
  call.kind = !list               ? CallFact::Kind::by_id
              : call.name.empty() ? CallFact::Kind::by_name_missing
                                  : CallFact::Kind::by_list;
  facts.calls.push_back(std::move(call));
}

/// A Wait of at most 65 s, written out, stays in memory.
bool is_short_wait(const Node& node) {
  constexpr double kLongest = 65;
  constexpr double kSecondsByDefault = 1.1;
  const json::Value resume = node.parameters["resume"];
  if (resume.present() && resume.string() != "timeInterval") return false;
  const json::Value amount = node.parameters["amount"];
  const json::Value unit = node.parameters["unit"];
  const std::string_view its_unit =
      unit.present() ? unit.string() : std::string_view(node.version >= kSecondsByDefault ? "seconds" : "hours");
  const double factor = its_unit == "seconds" ? 1 : its_unit == "minutes" ? 60 : 3600;
  if (amount.present() && !amount.is_number()) return false;
  return amount.number(node.version >= kSecondsByDefault ? 5 : 1) * factor <= kLongest;
}

/// True for a node at which an execution sleeps until something outside wakes it.
bool suspends(const Node& node) {
  if (node.is_base("wait")) return !is_short_wait(node);
  if (node.is_base("form") || node.is_langchain("chat") || node.is_base("respondToWebhook")) return true;
  constexpr auto kSenders =
      std::to_array<std::string_view>({"slack", "telegram", "googleChat", "gmail", "emailSend", "whatsApp",
                                       "microsoftTeams", "microsoftOutlook", "discord"});
  const std::string_view operation = node.parameters["operation"].string();
  if (node.is_base("github")) return operation == "dispatchAndWait";
  return operation == "sendAndWait" &&
         std::any_of(kSenders.begin(), kSenders.end(), [&](std::string_view type) { return node.is_base(type); });
}

/// Inputs that an executeWorkflowTrigger declares: nothing means that everything passes through
/// (version 1, and `passthrough`); a JSON example declares its top-level keys.
std::optional<std::vector<std::string>> declared_inputs(const Node& trigger) {
  if (trigger.version < 1.1) return std::nullopt;
  const std::string_view source = trigger.parameters["inputSource"].string();
  if (source == "passthrough") return std::nullopt;
  std::vector<std::string> names;
  if (source == "jsonExample") {
    const auto example = json::Document::parse(std::string(trigger.parameters["jsonExample"].string()));
    if (!example.document || !example.document->root().is_object()) return std::nullopt;
    for (const json::Value entry : example.document->root()) names.emplace_back(entry.key());
    return names;
  }
  for (const json::Value entry : trigger.parameters["workflowInputs"]["values"])
    names.emplace_back(entry["name"].string());
  return names;
}

/// `"notes": "kairon: allow rule-id reason"`, one per line of the notes.
void collect_suppressions(const Node& node, Facts& facts) {
  const json::Value notes = node.json["notes"];
  for (const std::string_view line : text::lines(notes.string())) {
    constexpr std::string_view kMark = "kairon: allow ";
    std::string_view rest = text::trim(line);
    if (!rest.starts_with(kMark)) continue;
    rest = text::trim(rest.substr(kMark.size()));
    facts.suppressions.push_back({place_of(node, notes), std::string(rest.substr(0, rest.find(' ')))});
  }
}

void collect_variables(const Code& code, Facts& facts) {
  for (const VariableRead& read : code.variables()) {
    const CodePiece& piece = code.pieces()[read.piece];
    const json::Position position = piece.string.position_in_string(piece.offset_of(read.access));
    facts.variables.push_back({{std::string(piece.node->name), position.line, position.column}, read.name});
  }
}

}  // namespace

Facts collect_facts(const Workflow& workflow) {
  Facts facts;
  facts.valid = true;
  const json::Value name = workflow.root()["name"];
  facts.name = name.string();
  facts.id = workflow.root()["id"].string();
  const json::Position position = (name ? name : workflow.root()).position();
  facts.name_place = {{}, position.line, position.column};
  facts.archived = workflow.archived();
  facts.active = workflow.active();
  facts.switched_off = !workflow.root()["active"].boolean(true);
  facts.error_workflow = workflow.root()["settings"]["errorWorkflow"].string();
  for (const Node& node : workflow.nodes()) {
    collect_webhook(node, facts);
    collect_call(node, facts);
    collect_suppressions(node, facts);
    if (facts.waiting_node.empty() && !node.disabled && suspends(node)) facts.waiting_node = node.name;
    facts.starts_by_hand = facts.starts_by_hand || node.is_base("manualTrigger") || node.is_base("start") ||
                           node.is_langchain("manualChatTrigger");
    if (node.is_base("executeWorkflowTrigger")) {
      facts.has_subworkflow_trigger = true;
      facts.declared_inputs = declared_inputs(node);
    }
  }
  return facts;
}

Facts collect_facts(const Workflow& workflow, const Code& code) {
  Facts facts = collect_facts(workflow);
  collect_variables(code, facts);
  return facts;
}

}  // namespace kairon::workflow
