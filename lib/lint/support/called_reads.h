#pragma once
#include <vector>

#include "lint/support/flow_reads.h"
#include "lint/tree.h"

namespace kairon::lint {

class Reporter;

/// What a file's flow analysis leaves to be decided by the workflows that it calls, as facts.
void add_flow_facts(const FlowFacts& flow, workflow::Facts& facts);

/// flow/missing-field and flow/ctx-lost across files: fields that are read after an executeWorkflow node
/// and that the called workflow never gives back. Says nothing where a callee is not in the tree, is not
/// the only one of its name, or gives back what is not understood.
void report_called_reads(const Tree& tree, Reporter& report);

}  // namespace kairon::lint
