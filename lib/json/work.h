#pragma once
#include <string_view>

namespace kairon::json {

/// True for a text of so many values and keys that reading and judging it takes seconds: more than 1.5 million commas,
/// colons and brackets. One pass over the bytes.
[[nodiscard]] bool is_laborious(std::string_view text) noexcept;

}  // namespace kairon::json
