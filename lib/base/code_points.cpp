#include "base/code_points.h"

#include <algorithm>

#include "base/text.h"

namespace kairon::text {

namespace {

constexpr std::size_t kKeptEvery = 4096;

}  // namespace

std::size_t CodePoints::between(std::string_view text, std::size_t begin, std::size_t end) const {
  begin = std::min(begin, text.size());
  end = std::clamp(end, begin, text.size());
  if (end - begin <= 2 * kKeptEvery) return code_points(text.substr(begin, end - begin));
  return before(text, end) - before(text, begin);
}

std::size_t CodePoints::before(std::string_view text, std::size_t offset) const {
  if (kept_.empty()) kept_.push_back(0);
  const std::size_t wanted = offset / kKeptEvery;
  while (kept_.size() <= wanted) {
    const std::size_t from = (kept_.size() - 1) * kKeptEvery;
    kept_.push_back(kept_.back() + code_points(text.substr(from, kKeptEvery)));
  }
  return kept_[wanted] + code_points(text.substr(wanted * kKeptEvery, offset - wanted * kKeptEvery));
}

}  // namespace kairon::text
