#pragma once
#include <vector>

#include "diff/change.h"

namespace kairon::diff {

/// An element of one or of both arrays.
struct Aligned {
  std::size_t before = kNone;
  std::size_t after = kNone;
  json::Value old;
  json::Value fresh;
};

/// Pairs the elements of two arrays. Pairs never cross: an element that changed its place is removed
/// and added. Elements pair by `id`, else by another naming member, else by equal content; what remains
/// between two pairs is paired in order.
[[nodiscard]] std::vector<Aligned> align(const json::Value& before, const json::Value& after);

}  // namespace kairon::diff
