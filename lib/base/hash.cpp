#include "base/hash.h"

#include <cstring>

namespace kairon::hash {

namespace {

constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15ULL;
constexpr std::uint64_t kSecond = 0xC2B2AE3D27D4EB4FULL;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace

std::string content(std::string_view bytes) {
  std::uint64_t one = kFirst ^ bytes.size();
  std::uint64_t two = kSecond + bytes.size();
  const auto take = [&](std::uint64_t word) {
    one = mix(one ^ word, kSecond);
    two = mix(two + word, kFirst | 1U) + one;
  };
  std::uint64_t word = 0;
  // A length that the compiler knows makes the copy one load.
  for (; bytes.size() >= sizeof word; bytes.remove_prefix(sizeof word)) {
    std::memcpy(&word, bytes.data(), sizeof word);
    take(word);
  }
  if (!bytes.empty()) {
    word = 0;
    std::memcpy(&word, bytes.data(), bytes.size());
    take(word);
  }
  return hex(mix(one ^ two, kFirst)) + hex(mix(two, kSecond) ^ one);
}

std::string hex(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = kDigits[(value >> (60U - 4U * i)) & 0xFU];
  return out;
}

}  // namespace kairon::hash
