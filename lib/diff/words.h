#pragma once
#include <string>
#include <string_view>

#include "base/text.h"

namespace kairon::diff {

/// Returns at most `most` code points, the last one an ellipsis when text was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

/// Returns text that cannot drive a terminal or reorder what is around it: control characters and
/// bidirectional overrides are written as \xNN or \u202e, tabs as blanks, invalid UTF-8 as U+FFFD.
[[nodiscard]] std::string visible(std::string_view text);

/// visible() on one line: line ends become blanks.
[[nodiscard]] std::string visible_line(std::string_view text);

}  // namespace kairon::diff
