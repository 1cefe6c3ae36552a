#include "base/pack.h"

namespace kairon::pack {

namespace {

constexpr unsigned kBits = 7;
constexpr unsigned kMore = 1U << kBits;
constexpr unsigned kMostBits = 64;

}  // namespace

void Writer::one(std::uint64_t value) {
  for (; value >= kMore; value >>= kBits) out_ += static_cast<char>(static_cast<unsigned char>(value | kMore));
  out_ += static_cast<char>(value);
}

void Writer::one(const std::string& text) {
  one(std::uint64_t{text.size()});
  out_ += text;
}

std::uint64_t Reader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < kMostBits; shift += kBits) {
    if (rest_.empty()) break;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    value |= std::uint64_t{byte & (kMore - 1)} << shift;
    if (byte < kMore) return value;
  }
  fail();
  return 0;
}

std::string_view Reader::text() {
  const std::uint64_t size = number();
  if (size > rest_.size()) {
    fail();
    return {};
  }
  const std::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

}  // namespace kairon::pack
