#pragma once
#include <optional>

#include "workflow/shapes.h"

namespace kairon::workflow {

/// A shape with exactly these fields.
[[nodiscard]] Shape closed_shape(std::initializer_list<std::string_view> fields);
/// Open, but the item that came in is gone.
[[nodiscard]] Shape replaced_shape();

/// What a node of one of n8n's own types emits, as far as its type and parameters tell; `input` is what
/// enters it, `code` the workflow's JavaScript. Nothing for types that are judged elsewhere (Code,
/// Postgres) or not known: those are open. Source: the nodes of n8n-nodes-base and
/// n8n-nodes-langchain 1.123, each entry tried by running it (tests/e2e/check/n8n_rules.sh).
[[nodiscard]] std::optional<Shape> shape_of_type(const Workflow& workflow, const Node& node, const Shape& input);

/// The same for Aggregate, Split Out, Summarize, Rename Keys and Date & Time; nothing for other types, and where an
/// expression decides.
[[nodiscard]] std::optional<Shape> shape_of_transform(const Node& node, const Shape& input);

/// What a Set node emits, from its parameters.
[[nodiscard]] Shape shape_of_set(const Node& node, const Shape& input);
/// What a Set node keeps of its input, besides what it sets.
[[nodiscard]] Shape shape_of_set_kept(const Node& node, const Shape& input);

}  // namespace kairon::workflow
