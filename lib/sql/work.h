#pragma once
#include <string_view>

namespace kairon::sql {

/// True when parsing the text and looking at each statement would take about two seconds or more: a million tokens,
/// where a statement counts as five more, and bodies in dollar quotes count by their length; or 16 MiB of anything.
[[nodiscard]] bool is_laborious(std::string_view text);

}  // namespace kairon::sql
