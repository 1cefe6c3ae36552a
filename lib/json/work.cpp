#include "json/work.h"

#include <algorithm>

namespace kairon::json {

bool is_laborious(std::string_view text) noexcept {
  constexpr std::ptrdiff_t kMost = 1'500'000;
  const auto is_mark = [](char c) { return c == ',' || c == ':' || c == '[' || c == '{'; };
  return std::count_if(text.begin(), text.end(), is_mark) > kMost;
}

}  // namespace kairon::json
