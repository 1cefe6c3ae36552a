#include "base/code_points.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/text.h"

using namespace kairon;

TEST_CASE("code points between two bytes are those of the text between") {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += i % 7 == 0 ? "\xC3\xBC" : i % 11 == 0 ? "\xF0\x9F\x98\x80" : "a";
  text += "\x80\xFF";
  const text::CodePoints counted;
  for (std::size_t begin = 0; begin < text.size(); begin += 1001) {
    for (std::size_t end = begin; end <= text.size() + 5000; end += 2999) {
      const std::size_t stop = std::min(end, text.size());
      CHECK(counted.between(text, begin, end) == text::code_points(text.substr(begin, stop - begin)));
    }
  }
  CHECK(counted.between("", 0, 0) == 0);
  CHECK(counted.between("ab", 5, 1) == 0);
}
