#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace kairon::smoke {

/// Returns true for the names of fields, parameters and headers whose values are secret, however short: those of the
/// secret rules, and `sid`, `sig`, `session`, `cookie`, `authorization`, `X-Amz-Signature`, `kennwort` and the like.
[[nodiscard]] bool says_secret(std::string_view name);

/// Returns true for the names of secrets that consist of digits: `pin`, `cvc`, `password`.
[[nodiscard]] bool says_short_secret(std::string_view name);

/// The bytes [begin, end) that a text gives to a name.
struct NamedValue {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Returns the values that a text gives to such names, in order: parameters of URLs and forms (`sig=`), fields of JSON
/// that is cut or quoted (`\"token\": \"`), and headers (`Cookie: ` to the end of the line or of the quotes).
[[nodiscard]] std::vector<NamedValue> named_values(std::string_view text);

}  // namespace kairon::smoke
