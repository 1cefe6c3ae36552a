#include "diff/words.h"

#include <algorithm>
#include <array>

namespace kairon::diff {

namespace {

struct Invisible {
  std::string_view bytes;
  std::string_view written;
};

/// Characters that change the order of the text after them, or that nobody sees.
constexpr std::array kInvisible = std::to_array<Invisible>({{"\u202a", "\\u202a"},
                                                            {"\u202b", "\\u202b"},
                                                            {"\u202c", "\\u202c"},
                                                            {"\u202d", "\\u202d"},
                                                            {"\u202e", "\\u202e"},
                                                            {"\u2066", "\\u2066"},
                                                            {"\u2067", "\\u2067"},
                                                            {"\u2068", "\\u2068"},
                                                            {"\u2069", "\\u2069"},
                                                            {"\u200b", "\\u200b"},
                                                            {"\u2028", "\\u2028"},
                                                            {"\u2029", "\\u2029"}});

std::string valid_utf8(std::string_view text) {
  std::string out;
  for (std::size_t bad = text::invalid_utf8(text); bad != std::string_view::npos; bad = text::invalid_utf8(text)) {
    out += text.substr(0, bad);
    out += "\ufffd";
    text.remove_prefix(bad + 1);
  }
  return out + std::string(text);
}

}  // namespace

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most || text::code_points(text) <= most) return std::string(text);
  std::size_t end = 0;
  for (std::size_t count = 1; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (begins && count++ == most) break;
  }
  return std::string(text.substr(0, end)) + "\u2026";
}

std::string visible(std::string_view text) {
  std::string out = text::replace_all(valid_utf8(text), "\t", "    ");
  for (const Invisible& one : kInvisible)
    if (text::contains(out, one.bytes.substr(0, 2))) out = text::replace_all(out, one.bytes, one.written);
  return text::printable(out);
}

std::string visible_line(std::string_view text) {
  return visible(text::replace_all(text::replace_all(text, "\r", " "), "\n", " "));
}

}  // namespace kairon::diff
