#include "workflow/ports.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace kairon::workflow {
namespace {

using std::string_view;

/// Types of @n8n/n8n-nodes-langchain that have exactly one main output in every version.
constexpr std::array<string_view, 18> kOneOutput = {"agent",
                                                    "anthropic",
                                                    "chainLlm",
                                                    "chainRetrievalQa",
                                                    "chainSummarization",
                                                    "chat",
                                                    "chatTrigger",
                                                    "googleGemini",
                                                    "informationExtractor",
                                                    "manualChatTrigger",
                                                    "mcpClient",
                                                    "memoryChatRetriever",
                                                    "memoryManager",
                                                    "ollama",
                                                    "openAi",
                                                    "openAiAssistant",
                                                    "toolExecutor",
                                                    "vectorStoreInMemoryInsert"};

bool holds_expression(const json::Value& value) { return value.string().substr(0, 1) == "="; }

/// A count that a parameter gives as a number; nothing when an expression computes it.
std::optional<std::size_t> count_of(const json::Value& value, std::size_t otherwise) {
  if (holds_expression(value)) return std::nullopt;
  if (!value.is_number() || value.number() < 1 || value.number() > 1000) return otherwise;
  return static_cast<std::size_t>(value.number());
}

std::optional<std::size_t> switch_outputs(const Node& node) {
  if (node.version < 2) return 4;
  const bool v3 = node.version >= 3;
  if (holds_expression(node.parameters["mode"])) return std::nullopt;
  if (node.parameters["mode"].string() == "expression") {
    return count_of(node.parameters[v3 ? "numberOutputs" : "outputsAmount"], 4);
  }
  if (holds_expression(node.parameters["rules"])) return std::nullopt;
  const json::Value fallback = node.parameters["options"]["fallbackOutput"];
  if (v3 && holds_expression(fallback)) return std::nullopt;
  return switch_rules(node) + (v3 && fallback.string() == "extra" ? 1 : 0);
}

std::optional<std::size_t> respond_outputs(const Node& node) {
  if (node.version < 1.25 || node.version > 1.35) {
    const json::Value enabled = node.parameters["enableResponseOutput"];
    if (holds_expression(enabled)) return std::nullopt;
    return node.version > 1.35 && enabled.boolean() ? 2 : 1;
  }
  return 2;
}

std::optional<std::size_t> base_outputs(const Node& node) {
  const string_view type = node.short_type();
  if (type == "if") return 2;
  if (type == "switch") return switch_outputs(node);
  if (type == "splitInBatches") return node.version < 2 ? 1 : 2;
  if (type == "compareDatasets") return 4;
  if (type == "respondToWebhook") return respond_outputs(node);
  if (type == "stickyNote" || type == "stopAndError") return 0;
  if (type == "evaluation" || type == "evaluationTrigger") return std::nullopt;
  if (type == "webhook") {
    const json::Value methods = node.parameters["httpMethod"];
    // With multipleMethods alone the list is the description's default, GET and POST.
    if (!methods.present() && node.parameters["multipleMethods"].boolean()) return 2;
    return methods.is_array() && !methods.empty() ? methods.size() : 1;
  }
  // "gmailTool" is gmail in the shape of an agent's tool: its output is ai_tool.
  if (type.size() > 4 && type.ends_with("Tool")) return std::nullopt;
  return 1;
}

/// Names that the descriptions give (outputNames), for a node with all of its outputs.
template <std::size_t Count>
std::string named(const std::array<string_view, Count>& names, std::size_t output) {
  return output < Count ? std::string(names[output]) : std::string();
}

/// A rule's own name: v3 shows it when renameOutput is on, v2 when outputKey is set.
std::string switch_output_name(const Node& node, std::size_t output) {
  if (node.version < 2 || node.parameters["mode"].string() == "expression") return {};
  const bool v3 = node.version >= 3;
  if (v3 && output == switch_rules(node)) {
    const string_view renamed = node.parameters["options"]["renameFallbackOutput"].string();
    return std::string(renamed.empty() ? "Fallback" : renamed);
  }
  std::size_t at = 0;
  for (const json::Value rule : node.parameters["rules"][v3 ? "values" : "rules"])
    if (at++ == output && (!v3 || rule["renameOutput"].boolean())) return std::string(rule["outputKey"].string());
  return {};
}

}  // namespace

std::size_t switch_rules(const Node& node) {
  const json::Value rules = node.parameters["rules"];
  if (node.version >= 3 && !rules.present()) return 1;  // the description's default: "" equals ""
  return rules[node.version >= 3 ? "values" : "rules"].size();
}

std::size_t loop_output(const Node& node) { return node.version >= 3 ? 1 : 0; }

std::optional<std::size_t> natural_outputs(const Node& node) {
  if (node.type.starts_with("n8n-nodes-base.")) return base_outputs(node);
  if (node.is_core() && std::find(kOneOutput.begin(), kOneOutput.end(), node.short_type()) != kOneOutput.end()) {
    return 1;
  }
  return std::nullopt;
}

std::optional<std::size_t> main_outputs(const Node& node) {
  std::optional<std::size_t> outputs = natural_outputs(node);
  if (outputs && node.on_error == "continueErrorOutput") ++*outputs;
  return outputs;
}

std::string output_name(const Node& node, std::size_t output) {
  const std::optional<std::size_t> natural = natural_outputs(node);
  if (natural && output == *natural && node.on_error == "continueErrorOutput") return "error";
  if (node.is_base("if")) return named(std::to_array<string_view>({"true", "false"}), output);
  if (node.is_base("switch")) return switch_output_name(node, output);
  if (node.is_base("splitInBatches") && node.version >= 2)
    return output > 1 ? std::string() : std::string(output == loop_output(node) ? "loop" : "done");
  if (node.is_base("compareDatasets"))
    return named(std::to_array<string_view>({"In A only", "Same", "Different", "In B only"}), output);
  return {};
}

std::optional<std::size_t> main_inputs(const Node& node) {
  if (node.is_base("compareDatasets")) return 2;
  if (!node.is_base("merge")) return natural_outputs(node) ? std::optional<std::size_t>(1) : std::nullopt;
  if (node.version < 3) return 2;
  const json::Value& parameters = node.parameters;
  if (holds_expression(parameters["mode"])) return std::nullopt;
  // A numberInputs left over from another mode is hidden in these two, and n8n drops hidden values.
  if (parameters["mode"].string() == "combine" && parameters["combineBy"].string() != "combineByPosition") return 2;
  return count_of(parameters["numberInputs"], 2);
}

}  // namespace kairon::workflow
