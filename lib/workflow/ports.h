#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "workflow/workflow.h"

namespace kairon::workflow {

/// Number of `main` outputs that n8n gives the node for its type, version and parameters, without
/// the error output; nothing where that cannot be known without n8n's own node description (vector
/// stores, classifiers, tool variants, community nodes, a count given by an expression).
/// Source: `outputs` of the node descriptions in n8n-nodes-base 1.123 and n8n-nodes-langchain.
[[nodiscard]] std::optional<std::size_t> natural_outputs(const Node& node);

/// natural_outputs() and one more when onError is continueErrorOutput, which n8n appends as the
/// last output.
[[nodiscard]] std::optional<std::size_t> main_outputs(const Node& node);

/// Number of `main` inputs: Merge has numberInputs (default 2), compareDatasets 2, every other core
/// node one; nothing for types that are not n8n's own or whose inputs are computed.
[[nodiscard]] std::optional<std::size_t> main_inputs(const Node& node);

/// Number of rules of a Switch in rules mode (v1 and v2 `rules.rules`, v3 `rules.values`; a v3 without
/// `rules` has one, which always holds).
[[nodiscard]] std::size_t switch_rules(const Node& node);

/// The output of a splitInBatches that carries the next batch: 0 in v1 and v2, 1 from v3 on.
[[nodiscard]] std::size_t loop_output(const Node& node);

/// Returns the name that n8n's editor shows at a `main` output: "true" and "false" of an If, the name of a Switch's
/// rule, "done" and "loop", "error" for the error output; "" where the output is alone or has only its number.
[[nodiscard]] std::string output_name(const Node& node, std::size_t output);

}  // namespace kairon::workflow
