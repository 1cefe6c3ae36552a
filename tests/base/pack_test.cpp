#include "base/pack.h"

#include <doctest/doctest.h>

#include <limits>

using namespace kairon;

namespace {

enum class Colour { red, green };

template <typename... Values>
std::string packed(const Values&... values) {
  std::string text;
  pack::Writer out(text);
  out(values...);
  return text;
}

}  // namespace

TEST_CASE("what was packed is read back") {
  const std::vector<std::string> names{"", "a", std::string(300, 'x')};
  const std::optional<std::vector<std::string>> none;
  const std::string text = packed(std::numeric_limits<std::size_t>::max(), std::size_t{0}, true, names, none);
  std::size_t big = 0;
  std::size_t small = 1;
  bool flag = false;
  std::vector<std::string> read;
  std::optional<std::vector<std::string>> absent = names;
  pack::Reader in(text);
  in(big, small, flag, read, absent);
  CHECK(in.ok());
  CHECK(in.at_end());
  CHECK(big == std::numeric_limits<std::size_t>::max());
  CHECK(small == 0);
  CHECK(flag);
  CHECK(read == names);
  CHECK_FALSE(absent.has_value());
}

TEST_CASE("a damaged text is refused") {
  std::vector<std::string> read;
  SUBCASE("a count that the text cannot hold") {
    const std::string text = packed(std::numeric_limits<std::size_t>::max());
    pack::Reader in(text);
    in(read);
    CHECK_FALSE(in.ok());
    CHECK(read.empty());
  }
  SUBCASE("values that end early") {
    const std::string text = packed(std::size_t{3}) + std::string(
                                                          "\x01"
                                                          "a\x05"
                                                          "b");
    pack::Reader in(text);
    in(read);
    CHECK_FALSE(in.ok());
    CHECK(read.size() == 2);
  }
  SUBCASE("a length past the end") {
    std::string read_text;
    const std::string text = packed(std::size_t{3}) + "ab";
    pack::Reader in(text);
    in(read_text);
    CHECK_FALSE(in.ok());
  }
  SUBCASE("a number without an end") {
    std::size_t number = 0;
    const std::string endless(20, '\xff');
    pack::Reader in(endless);
    in(number);
    CHECK_FALSE(in.ok());
  }
  SUBCASE("an unknown enumerator") {
    Colour colour = Colour::red;
    const std::string text = packed(std::size_t{2});
    pack::Reader in(text);
    in.choice(colour, Colour::green);
    CHECK_FALSE(in.ok());
  }
}
