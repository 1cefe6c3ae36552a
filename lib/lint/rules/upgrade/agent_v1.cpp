#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_agent_v1 {
namespace {

void check_agent_v1(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 3)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (!node.is_langchain("agent") || node.version >= 2) continue;
    const std::string_view given = node.parameters["agent"].string();
    const std::string_view mode = !given.empty() ? given : node.version <= 1.55 ? "conversationalAgent" : "toolsAgent";
    const bool tools = mode == "toolsAgent";
    report.at(
        node.json["typeVersion"].present() ? node.json["typeVersion"] : node.json, &node,
        tools
            ? kairon::format("'{}' is a version 1 agent: n8n 3 is announced to run it as version 2", node.name)
            : kairon::format("'{}' is an agent of mode {}, which is announced to be removed in n8n 3", node.name, mode),
        "rebuild it as a Tools Agent of version 2 or later", tools ? std::optional(Severity::warning) : std::nullopt);
  }
}

}  // namespace

}  // namespace upgrade_agent_v1

extern const WorkflowRule kUpgradeAgentV1;
const WorkflowRule kUpgradeAgentV1{
    {"upgrade/agent-v1", Severity::error, Scope::always, "uses an agent of version 1 (a Tools Agent: warning)",
     "n8n 3 is announced to know the Tools Agent alone: the conversational, OpenAI functions, plan and execute, ReAct "
     "and "
     "SQL agents of version 1 end, and a Tools Agent of version 1 runs as version 2.",
     "Rebuild the agent with the newest version of the node."},
    upgrade_agent_v1::check_agent_v1,
    Needs::target};

}  // namespace kairon::lint
