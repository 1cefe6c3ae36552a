#include "base/utf16.h"

#include <doctest/doctest.h>

namespace kairon {
namespace {

using text::from_utf16;

std::string wide(const std::string& ascii, bool big) {
  std::string out;
  for (const char c : ascii) out += big ? std::string{'\0', c} : std::string{c, '\0'};
  return out;
}

TEST_CASE("from_utf16: both byte orders, with and without a mark") {
  const std::string said = "password of a service\n";
  CHECK(from_utf16(wide(said, false)) == said);
  CHECK(from_utf16(wide(said, true)) == said);
  CHECK(from_utf16("\xFF\xFE" + wide("hi", false)) == "hi");
  CHECK(from_utf16("\xFE\xFF" + wide("hi", true)) == "hi");
  CHECK(from_utf16("\xFF\xFE" + wide("odd", false) + "x") == "odd");
}

TEST_CASE("from_utf16: code points of every length, and halves of pairs") {
  const auto units = [](std::initializer_list<int> list) {
    std::string out = "\xFF\xFE";
    for (const int unit : list) {
      out += static_cast<char>(unit & 0xFF);
      out += static_cast<char>(unit >> 8);
    }
    return out;
  };
  CHECK(from_utf16(units({0x41, 0xE9, 0x20AC, 0xD83D, 0xDE00})) == "A\u00e9\u20ac\U0001F600");
  CHECK(from_utf16(units({0xD83D, 0x41})) == "\uFFFDA");
  CHECK(from_utf16(units({0xDE00})) == "\uFFFD");
}

TEST_CASE("from_utf16: other bytes are left alone") {
  CHECK_FALSE(from_utf16(""));
  CHECK_FALSE(from_utf16("plain text that is long enough to look at"));
  CHECK_FALSE(from_utf16(std::string(64, '\0')));
  CHECK_FALSE(from_utf16(std::string("\x7f\x45LF\0\0\0\0\x01\x02\x03\x04\0\0\x05\x06\x07\x08", 18)));
}

}  // namespace
}  // namespace kairon
