#pragma once
#include <optional>
#include <string_view>

#include "js/script.h"

/// What the files of js/ share; not for other folders.
namespace kairon::js::internal {

/// Parses with tree-sitter into `tree` (whose source is set). An error leaves the root alone in it.
std::optional<SyntaxError> parse(Tree& tree, Goal goal);

/// Fills `tree` when the source is a chain of names, string or index subscripts and calls with at
/// most one literal argument, without tree-sitter; false when it is anything else.
bool parse_simple(Tree& tree);

/// At least the number of tokens that are open at once in any place; for normal code a few hundred.
std::size_t nesting_bound(std::string_view text);

/// The first error that the grammar does not know of (ECMAScript's early errors).
std::optional<SyntaxError> find_early_error(const Script& script);

/// Why a regular expression literal's pattern is none, "" when it is fine.
std::string_view regex_problem(std::string_view pattern, std::string_view flags);

/// Makes the root of an empty tree.
void reset(Tree& tree);

}  // namespace kairon::js::internal
