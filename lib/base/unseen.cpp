#include "base/unseen.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace kairon::text {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array<Range, 10> kUnseen = {{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0x061C, 0x061C},
                                            {0x200B, 0x200B},
                                            {0x200E, 0x200F},
                                            {0x2028, 0x202E},
                                            {0x2066, 0x206F},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFF9, 0xFFFB},
                                            {0xE0001, 0xE0001}}};

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

/// The length of a sequence of ours that begins the text: a colour, or the end of a progress line; 0 when none does.
std::size_t own_sequence(std::string_view text) {
  constexpr std::string_view kErase = "\r\x1b[K";
  if (text.starts_with(kErase)) return kErase.size();
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

}  // namespace

char32_t code_point(std::string_view utf8, std::size_t at) {
  const auto lead = static_cast<unsigned char>(utf8[at]);
  const std::size_t length = length_of(lead);
  if (length == 1) return lead;
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length && at + i < utf8.size(); ++i)
    code = code << 6U | (static_cast<unsigned char>(utf8[at + i]) & 0x3FU);
  return code;
}

std::size_t unseen_length(std::string_view utf8, std::size_t at) {
  if ((static_cast<unsigned char>(utf8[at]) & 0xC0U) == 0x80) return 0;  // inside of a character, or no UTF-8
  const char32_t code = code_point(utf8, at);
  const bool unseen = std::any_of(kUnseen.begin(), kUnseen.end(),
                                  [code](const Range& range) { return code >= range.first && code <= range.last; });
  return unseen ? length_of(static_cast<unsigned char>(utf8[at])) : 0;
}

std::string unseen_name(char32_t code) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string digits;
  for (char32_t rest = code; rest != 0 || digits.size() < 2; rest >>= 4U)
    digits.insert(digits.begin(), kHex[rest & 0xFU]);
  if (code <= 0xFF) return "\\x" + digits;
  while (digits.size() < 4) digits.insert(digits.begin(), '0');
  return digits.size() == 4 ? "\\u" + digits : "\\u{" + digits + "}";
}

std::string unseen_named(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x7F; }))
    return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t unseen = static_cast<unsigned char>(text[at]) < 0x7F ? 0 : unseen_length(text, at);
    if (unseen != 0) out += unseen_name(code_point(text, at));
    if (unseen == 0) out += text[at];
    at += std::max<std::size_t>(unseen, 1);
  }
  return out;
}

std::string harmless_lines(std::string_view text) {
  std::string out;
  bool begins = true;  // nothing but blanks on this line so far
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const std::string_view rest = text.substr(at);
    const auto byte = static_cast<unsigned char>(c);
    const bool control = byte == 0x7F || (byte < 0x20 && c != '\n' && c != '\t');
    if (const std::size_t ours = control ? own_sequence(rest) : 0; ours != 0) {
      out += rest.substr(0, ours);
      at += ours - 1;
      continue;
    }
    if (control || (begins && rest.starts_with("::")) || rest.starts_with("##["))
      out += unseen_name(byte);
    else
      out += c;
    begins = c == '\n' || (begins && (c == ' ' || c == '\t'));
  }
  return unseen_named(out);
}

std::string printable(std::string_view s) {
  const std::size_t first = std::min(s.find_first_not_of(" \t"), s.size());
  if (!s.substr(first).starts_with("::")) return printable_inside(s);
  return printable_inside(s.substr(0, first)) + unseen_name(':') + printable_inside(s.substr(first + 1));
}

std::string printable_inside(std::string_view s) {
  std::string out;
  while (!s.empty()) {
    const std::size_t bad = std::min(invalid_utf8(s), s.size());
    for (std::size_t at = 0; at < bad;) {
      const std::size_t unseen = unseen_length(s.substr(0, bad), at);
      if (unseen != 0) out += unseen_name(code_point(s, at));
      const bool obeyed = s.substr(at).starts_with("##[");
      if (unseen == 0) out += obeyed ? unseen_name(static_cast<unsigned char>(s[at])) : std::string(1, s[at]);
      at += std::max<std::size_t>(unseen, 1);
    }
    // A byte that is not UTF-8 may be a control of another encoding.
    if (bad < s.size()) out += unseen_name(static_cast<unsigned char>(s[bad]));
    s.remove_prefix(std::min(s.size(), bad + 1));
  }
  return out;
}

}  // namespace kairon::text
