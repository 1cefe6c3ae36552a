#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "workflow/workflow.h"

namespace kairon::workflow {

/// The JavaScript of one `{{ ... }}`: bytes [begin, end) of the text that was split.
struct ExpressionPart {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool closed = true;  ///< false: no `}}` follows, n8n evaluates the rest of the text
};

/// A parameter is an expression when its first character is `=` (n8n-workflow, expression.ts).
[[nodiscard]] inline bool is_expression(std::string_view text) { return text.starts_with('='); }

/// Splits as n8n's Tournament does (ExpressionSplitter): a part begins at `{{` and ends at the first
/// `}}`, even inside a string; a bracket after an odd number of backslashes does not count.
[[nodiscard]] std::vector<ExpressionPart> split_expression(std::string_view text);

/// True for a string in which the node itself evaluates `{{ }}` although it does not begin with
/// `=` (getResolvables in n8n-nodes-base: HTML templates, raw JSON of Set and Form, SQL texts).
/// `key` is the parameter's key, wherever it stands.
[[nodiscard]] bool resolves_itself(const Node& node, std::string_view key);

}  // namespace kairon::workflow
