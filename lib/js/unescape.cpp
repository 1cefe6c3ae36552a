#include <cstdint>

#include "js/tree.h"

namespace kairon::js {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6U));
    put(0x80 | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12U));
    put(0x80 | ((code >> 6U) & 0x3FU));
    put(0x80 | (code & 0x3FU));
  } else {
    put(0xF0 | (code >> 18U));
    put(0x80 | ((code >> 12U) & 0x3FU));
    put(0x80 | ((code >> 6U) & 0x3FU));
    put(0x80 | (code & 0x3FU));
  }
}

/// Reads `count` hex digits at `at`; false when there are fewer.
bool read_hex(std::string_view text, std::size_t at, std::size_t count, std::uint32_t& value) {
  if (at + count > text.size()) return false;
  value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return false;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return true;
}

/// Reads `u....` or `u{...}` at `at` (the u); returns the bytes used, 0 when it is none.
std::size_t read_unicode(std::string_view text, std::size_t at, std::uint32_t& code) {
  if (at + 1 < text.size() && text[at + 1] == '{') {
    const std::size_t close = text.find('}', at);
    if (close == std::string_view::npos || close - at < 3 || close - at > 8) return 0;
    return read_hex(text, at + 2, close - at - 2, code) && code <= 0x10FFFF ? close - at + 1 : 0;
  }
  if (!read_hex(text, at + 1, 4, code)) return 0;
  std::uint32_t low = 0;
  const bool pair = code >= 0xD800 && code < 0xDC00 && text.substr(at + 5, 2) == "\\u" &&
                    read_hex(text, at + 7, 4, low) && low >= 0xDC00 && low < 0xE000;
  if (!pair) return 5;
  code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
  return 11;
}

/// Resolves the escape whose letter is at `at`; returns the bytes used.
std::size_t append_escape(std::string& out, std::string_view text, std::size_t at) {
  constexpr std::string_view kLetters = "nrtbfv0";
  constexpr std::string_view kValues("\n\r\t\b\f\v\0", 7);
  const char letter = text[at];
  if (letter == '\n') return 1;
  if (letter == '\r') return text.substr(at, 2) == "\r\n" ? 2 : 1;
  std::uint32_t code = 0;
  if (letter == 'x' && read_hex(text, at + 1, 2, code)) {
    append_utf8(out, code);
    return 3;
  }
  if (letter == 'u') {
    const std::size_t used = read_unicode(text, at, code);
    if (used > 0) {
      append_utf8(out, code);
      return used;
    }
  }
  const std::size_t known = kLetters.find(letter);
  out.push_back(known == std::string_view::npos ? letter : kValues[known]);
  return 1;
}

}  // namespace

std::string unescape(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] == '\\' && i + 1 < body.size()) {
      i += 1 + append_escape(out, body, i + 1);
    } else {
      out.push_back(body[i++]);
    }
  }
  return out;
}

}  // namespace kairon::js
