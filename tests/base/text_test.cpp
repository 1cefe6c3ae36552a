#include "base/text.h"

#include <doctest/doctest.h>

#include <array>

using namespace kairon;

TEST_CASE("glob_match") {
  CHECK(text::glob_match("a/*.json", "a/b.json"));
  CHECK_FALSE(text::glob_match("a/*.json", "a/b/c.json"));
  CHECK(text::glob_match("a/**/c.json", "a/c.json"));
  CHECK(text::glob_match("a/**/c.json", "a/x/y/c.json"));
  CHECK(text::glob_match("[a-c]?.sql", "b1.sql"));
  CHECK_FALSE(text::glob_match("[!a-c]?.sql", "b1.sql"));
  CHECK_FALSE(text::glob_match("[a", "a"));
}

TEST_CASE("invalid_utf8") {
  CHECK(text::invalid_utf8("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80") == std::string_view::npos);
  CHECK(text::invalid_utf8("ab\xC0\x80") == 2);
  CHECK(text::invalid_utf8("\xED\xA0\x80") == 0);
  CHECK(text::invalid_utf8("ok\xE2\x82") == 2);
  CHECK(text::invalid_utf8("sixteen bytes and \xC3\xBC and eight more") == std::string_view::npos);
  CHECK(text::invalid_utf8("sixteen bytes and\xFF more bytes") == 17);
}

TEST_CASE("nearest") {
  constexpr std::array<std::string_view, 3> kWords = {"check", "deploy", "doctor"};
  CHECK(text::nearest("chekc", kWords) == "check");
  CHECK(text::nearest("zzzzzz", kWords).empty());
}

TEST_CASE("printable hides control characters only") {
  CHECK(text::printable("a\x1B[31m") == "a\\x1b[31m");
  CHECK(text::printable("gr\xC3\xBCn") == "gr\xC3\xBCn");
}

TEST_CASE("lines") {
  CHECK(text::lines("a\r\nb\n") == std::vector<std::string_view>{"a", "b"});
  CHECK(text::lines("").empty());
}

TEST_CASE("counted") {
  CHECK(text::counted(0, "error") == "0 errors");
  CHECK(text::counted(1, "error") == "1 error");
  CHECK(text::counted(2, "failed execution") == "2 failed executions");
}

TEST_CASE("alternatives") {
  constexpr std::array<std::string_view, 3> kWords = {"a", "b", "c"};
  CHECK(text::alternatives({}).empty());
  CHECK(text::alternatives(std::span(kWords).first(1)) == "a");
  CHECK(text::alternatives(std::span(kWords).first(2)) == "a or b");
  CHECK(text::alternatives(kWords) == "a, b or c");
}
