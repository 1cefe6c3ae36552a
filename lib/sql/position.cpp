#include "sql/position.h"

#include <algorithm>

namespace kairon::sql {

void Lines::find_lines() const {
  starts_.push_back(0);
  for (std::size_t i = text_.find('\n'); i != std::string_view::npos; i = text_.find('\n', i + 1)) {
    starts_.push_back(i + 1);
  }
}

Position Lines::at(std::size_t offset) const {
  if (starts_.empty()) find_lines();
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const std::size_t start = *(after - 1);
  return {static_cast<std::size_t>(after - starts_.begin()), counted_.between(text_, start, offset) + 1};
}

std::size_t Lines::begin_of(std::size_t line) const {
  if (starts_.empty()) find_lines();
  if (line == 0) return 0;
  return line <= starts_.size() ? starts_[line - 1] : text_.size();
}

}  // namespace kairon::sql
