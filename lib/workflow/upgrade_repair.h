#pragma once
#include <string>
#include <vector>

#include "workflow/repair.h"

namespace kairon::workflow {

/// One change that an upgrade asks for: all its edits are made, or none.
struct Rewrite {
  std::string node;           ///< the name of the node that is rewritten, "" for the workflow's settings
  std::string what;           ///< "'A' becomes n8n-nodes-base.code", one line
  std::vector<Repair> edits;  ///< in file order, not overlapping each other
};

/// What the other workflows of the tree say of the one that is upgraded.
struct Callers {
  bool called = false;           ///< a node of another workflow calls it
  std::vector<std::string> ids;  ///< of all that call it or name it as error workflow; empty when one has no id
};

/// Returns the exact rewrites that an upgrade from one major version of n8n to another asks for, in the order of the
/// file's nodes. A node keeps its name, id and position, so that connections and references hold. What cannot be
/// rewritten exactly is left out. Edits of two rewrites may overlap: then the second one waits for the next run.
[[nodiscard]] std::vector<Rewrite> upgrade_rewrites(const Workflow& workflow, int from, int to,
                                                    const Callers& callers = {});

/// Returns true when upgrade_rewrites() has one of that node.
[[nodiscard]] bool is_rewritten(const std::vector<Rewrite>& rewrites, const Node& node);

}  // namespace kairon::workflow
