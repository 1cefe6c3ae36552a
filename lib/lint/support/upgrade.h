#pragma once
#include <array>
#include <string_view>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/code.h"
#include "workflow/workflow.h"

namespace kairon::lint {

/// True for the code that n8n 2 runs in a task runner. The legacy Function nodes and LangChain Code keep vm2 in n8n's
/// own process (n8n-nodes-base 2.41.1, Function.node.js; n8n-nodes-langchain 2.41.1, code/Code.node.js).
[[nodiscard]] inline bool runs_in_task_runner(const workflow::CodePiece& piece) {
  const workflow::Node& node = *piece.node;
  return piece.is_code() && (node.is_base("code") || node.is_base("aiTransform") || node.is_langchain("toolCode"));
}

/// True when the upgrade that is looked at crosses this major version of n8n.
[[nodiscard]] inline bool crosses(const WorkflowInput& input, int since) { return crosses(input.target, since); }

/// A type that a version of n8n no longer has, and what takes its place ("" when nothing does).
struct RemovedType {
  std::string_view type;
  std::string_view successor;
};

/// Reports every node whose type is in the list.
template <std::size_t N>
void report_removed(const WorkflowInput& input, const std::array<RemovedType, N>& removed, std::string_view verdict,
                    Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    for (const RemovedType& type : removed) {
      if (node.type != type.type) continue;
      report.at(node.json["type"], &node, kairon::format("{} ('{}') {}", node.type, node.name, verdict),
                type.successor.empty() ? std::string("the service is gone: delete the node")
                                       : kairon::format("use {}", type.successor));
    }
  }
}

}  // namespace kairon::lint
