#define FMT_HEADER_ONLY 1
#include "base/format.h"

#include <fmt/format.h>

namespace kairon {

std::string format_args(std::string_view pattern, fmt::format_args args) {
  return fmt::vformat(fmt::string_view(pattern.data(), pattern.size()), args);
}

}  // namespace kairon
