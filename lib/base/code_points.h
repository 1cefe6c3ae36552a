#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace kairon::text {

/// Counts the code points between bytes of one text, which must outlive it. Keeps the count at every few thousandth
/// byte, so that an answer about the end of a line of megabytes costs what one about its beginning does.
class CodePoints {
 public:
  /// `text` is the same in every call.
  [[nodiscard]] std::size_t between(std::string_view text, std::size_t begin, std::size_t end) const;

 private:
  [[nodiscard]] std::size_t before(std::string_view text, std::size_t offset) const;
  mutable std::vector<std::size_t> kept_;
};

}  // namespace kairon::text
