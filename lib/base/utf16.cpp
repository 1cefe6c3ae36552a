#include "base/utf16.h"

#include <algorithm>
#include <cstdint>

namespace kairon::text {

namespace {

enum class Order { none, little, big };

struct Reading {
  Order order = Order::none;
  std::size_t mark = 0;  ///< bytes of the byte order mark
};

/// Without a mark: ASCII text has its NUL bytes all on one side.
Reading guess(std::string_view bytes) {
  constexpr std::size_t kLooked = 512;
  constexpr std::size_t kFewest = 16;
  const std::size_t end = std::min(bytes.size(), kLooked) & ~std::size_t{1};
  if (end < kFewest) return {};
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < end; i += 2) {
    even += bytes[i] == '\0' ? 1U : 0U;
    odd += bytes[i + 1] == '\0' ? 1U : 0U;
  }
  const std::size_t most = end / 2;
  const auto is_text = [most](std::size_t high, std::size_t low) { return high * 4 >= most * 3 && low * 16 <= most; };
  if (is_text(odd, even)) return {Order::little, 0};
  if (is_text(even, odd)) return {Order::big, 0};
  return {};
}

Reading reading_of(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return {Order::little, 2};
  if (bytes.starts_with("\xFE\xFF")) return {Order::big, 2};
  return guess(bytes);
}

std::uint32_t unit_at(std::string_view bytes, std::size_t at, Order order) {
  const auto first = static_cast<unsigned char>(bytes[at]);
  const auto second = static_cast<unsigned char>(bytes[at + 1]);
  return order == Order::little ? first | static_cast<std::uint32_t>(second) << 8U
                                : second | static_cast<std::uint32_t>(first) << 8U;
}

void append(std::uint32_t point, std::string& out) {
  const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
  const auto tail = [&](unsigned shift) { byte(0x80U | (point >> shift & 0x3FU)); };
  if (point < 0x80U) return byte(point);
  if (point < 0x800U) {
    byte(0xC0U | point >> 6U);
  } else if (point < 0x10000U) {
    byte(0xE0U | point >> 12U);
    tail(6);
  } else {
    byte(0xF0U | point >> 18U);
    tail(12);
    tail(6);
  }
  tail(0);
}

}  // namespace

std::optional<std::string_view> utf16_mark(std::string_view bytes) {
  switch (reading_of(bytes).order) {
    case Order::little:
      return "\xFF\xFE";
    case Order::big:
      return "\xFE\xFF";
    case Order::none:
      break;
  }
  return std::nullopt;
}

std::optional<std::string> from_utf16(std::string_view bytes) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  const Reading reading = reading_of(bytes);
  if (reading.order == Order::none) return std::nullopt;
  std::string out;
  out.reserve(bytes.size() / 2);
  for (std::size_t at = reading.mark; at + 1 < bytes.size(); at += 2) {
    const std::uint32_t unit = unit_at(bytes, at, reading.order);
    if (unit < 0xD800U || unit > 0xDFFFU) {
      append(unit, out);
      continue;
    }
    const std::uint32_t next = unit < 0xDC00U && at + 3 < bytes.size() ? unit_at(bytes, at + 2, reading.order) : 0;
    const bool pair = next >= 0xDC00U && next <= 0xDFFFU;
    append(pair ? 0x10000U + ((unit - 0xD800U) << 10U) + (next - 0xDC00U) : kReplacement, out);
    if (pair) at += 2;
  }
  return out;
}

}  // namespace kairon::text
