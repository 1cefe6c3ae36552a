#pragma once
#include <string>
#include <string_view>

namespace kairon::postgres {

/// "name" with inner quotes doubled: always a quoted identifier.
[[nodiscard]] std::string quote_identifier(std::string_view name);

/// A string literal; E'' when it holds a backslash, so standard_conforming_strings does not matter.
[[nodiscard]] std::string quote_literal(std::string_view value);

}  // namespace kairon::postgres
