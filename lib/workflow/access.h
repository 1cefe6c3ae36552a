#pragma once
#include <string>

#include "workflow/code.h"

namespace kairon::workflow {

/// What an expression of a Code node or `{{ }}` stands for, as far as n8n's data goes.
struct Access {
  enum class What {
    other,  ///< anything else, or not known
    items,  ///< an array of items: `$input.all()`, `items`
    item,   ///< one item: `$input.first()`, `$('X').item`, `items[0]`
    json,   ///< an item's data: `$json`, `$input.first().json`
    jsons   ///< an array of item data: `$input.all().map(i => i.json)`
  };
  enum class Route {
    input,   ///< the node's own input
    paired,  ///< another node's item by its pairing: `.item`, `.itemMatching`, `.pairedItem`, `$node[X]`
    direct   ///< another node's item by position: `.first()`, `.last()`, `.all()`
  };
  What what = What::other;
  Route route = Route::input;
  std::string node;  ///< the other node's name, "" for the input
};

/// Classifies an expression: through parentheses, names that are set once (destructured ones too),
/// callbacks over items (`items.map(item => ...)`), `for (const item of ...)` and the parameters of
/// functions that are called in one place.
[[nodiscard]] Access classify(const CodePiece& piece, const js::Node& expression);
/// What the value is that a pattern (`{a, b}` of `const {a, b} = $json`) takes apart.
[[nodiscard]] Access classify_pattern(const CodePiece& piece, const js::Node& pattern);

}  // namespace kairon::workflow
