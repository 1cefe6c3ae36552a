#include <algorithm>
#include <array>
#include <vector>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_ai_model {
namespace {

using workflow::Node;
using workflow::Workflow;

/// Types whose node description requires an ai_languageModel in every version
/// (n8n-nodes-langchain 1.123).
constexpr std::array<std::string_view, 12> kNeedModel = {"agent",
                                                         "agentTool",
                                                         "chainLlm",
                                                         "chainRetrievalQa",
                                                         "chainSummarization",
                                                         "informationExtractor",
                                                         "outputParserAutofixing",
                                                         "retrieverContextualCompression",
                                                         "retrieverMultiQuery",
                                                         "sentimentAnalysis",
                                                         "textClassifier",
                                                         "toolVectorStore"};

bool needs_model(const Node& node) {
  return node.type.starts_with("@n8n/") &&
         std::find(kNeedModel.begin(), kNeedModel.end(), node.short_type()) != kNeedModel.end();
}

/// The ai_* output of a model, memory or tool node; "" for everything else.
std::string_view sub_node_output(const Node& node) {
  const std::string_view type = node.short_type();
  if (node.type.starts_with("n8n-nodes-base.")) return type.size() > 4 && type.ends_with("Tool") ? "ai_tool" : "";
  if (!node.type.starts_with("@n8n/")) return "";
  if (type.starts_with("lm") && type.size() > 2 && type[2] >= 'A' && type[2] <= 'Z') return "ai_languageModel";
  if (type == "memoryManager" || type == "memoryChatRetriever" || type == "toolExecutor") return "";
  if (type.starts_with("memory")) return "ai_memory";
  return type.starts_with("tool") || type == "mcpClientTool" || type == "agentTool" ? "ai_tool" : "";
}

bool has_edge(const Workflow& flow, const std::vector<std::size_t>& edges, std::string_view type) {
  return std::any_of(edges.begin(), edges.end(), [&](std::size_t index) { return flow.edges()[index].type == type; });
}

bool lacks_model(const Workflow& flow, const Node& node) {
  return needs_model(node) && !node.disabled && !has_edge(flow, flow.incoming(node.index), "ai_languageModel");
}

void check_root(const Workflow& flow, const Node& node, Reporter& report) {
  if (!lacks_model(flow, node)) return;
  const bool reversed = has_edge(flow, flow.outgoing(node.index), "ai_languageModel");
  report.at(node.json["name"], &node,
            reversed ? kairon::format("'{}' has no language model: its ai_languageModel connection runs the wrong way",
                                      node.name)
                     : kairon::format("'{}' has no language model", node.name),
            "connect a model: under \"connections\" the model is the source, this node the target");
}

/// A node that is wired to nothing at all is parked: n8n runs the same without it. A model is missed
/// where some root lacks one, and a connection that arrives here runs the wrong way.
void check_sub_node(const Workflow& flow, const Node& node, Reporter& report) {
  const std::string_view output = sub_node_output(node);
  if (output.empty() || node.disabled) return;
  const auto& outgoing = flow.outgoing(node.index);
  const bool wired =
      std::any_of(outgoing.begin(), outgoing.end(), [&](std::size_t index) { return !flow.edges()[index].is_main(); });
  if (wired) return;
  const auto& nodes = flow.nodes();
  const bool missed = output == "ai_languageModel" && std::any_of(nodes.begin(), nodes.end(), [&](const Node& other) {
                        return lacks_model(flow, other);
                      });
  const bool parked = !missed && flow.incoming(node.index).empty();
  report.at(node.json["name"], &node,
            kairon::format("'{}' serves no node: its {} output is not connected", node.name, output),
            "connect it to the agent or chain that is to use it, or remove it",
            parked ? std::optional(Severity::warning) : std::nullopt);
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const Node& node : input.workflow.nodes()) {
    if (input.workflow.find(node.name) != &node) continue;
    check_root(input.workflow, node, report);
    check_sub_node(input.workflow, node, report);
  }
}

}  // namespace

}  // namespace node_ai_model

extern const WorkflowRule kNodeAiModel = {
    {"node/ai-model", Severity::error, Scope::always,
     "has a chain or agent without a language model, or a model, memory or tool node that leads nowhere",
     "Agents and chains require an ai_languageModel input (their node descriptions say required: true); without one "
     "the "
     "node fails when it runs. The sub-node is the source of an ai_* connection and the agent its target, the reverse "
     "of "
     "what the picture suggests, so hand-made files often have it the wrong way round. A sub-node that is merely "
     "parked, "
     "wired to nothing and missed by nobody, is a warning.",
     "Connect a model to the chain or agent; delete sub-nodes that serve nothing."},
    node_ai_model::check};

}  // namespace kairon::lint
