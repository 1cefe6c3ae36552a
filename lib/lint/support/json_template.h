#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace kairon::lint {

/// Where a text is broken, and how.
struct TemplateFault {
  std::size_t offset = 0;  ///< a byte of the text
  std::string problem;
};

/// Returns what is wrong with an expression (`={ "a": {{ ... }} }`) that is to give JSON, whatever its `{{ }}` hold:
/// one between quotes is taken for part of that text, one in the place of a value for one value. Returns nothing for a
/// text that may become JSON, and for one with `{{ }}` in any other place: those may hold commas, keys or brackets.
[[nodiscard]] std::optional<TemplateFault> json_template_fault(std::string_view text);

/// True when the `{{ }}` whose code begins at byte `begin` is in the place of a value: outside quotes, with nothing
/// next to it that it could be a part of.
[[nodiscard]] bool is_json_value(std::string_view text, std::size_t begin);

}  // namespace kairon::lint
