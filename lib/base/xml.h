#pragma once
#include <string>
#include <string_view>

namespace kairon {

/// Text for XML, in content and in quotes: markup escaped, what XML 1.0 cannot hold (section 2.2) replaced by U+FFFD.
[[nodiscard]] std::string xml_text(std::string_view raw);

}  // namespace kairon
