#include "base/text.h"

#include <doctest/doctest.h>

#include <array>

#include "base/unseen.h"

using namespace kairon;

TEST_CASE("a pattern of many stars takes no longer than a pattern of few") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  CHECK_FALSE(text::glob_match(pattern + "b", std::string(4000, 'a')));
  CHECK(text::glob_match(pattern, std::string(4000, 'a')));
}

TEST_CASE("glob_match") {
  CHECK(text::glob_match("a/*.json", "a/b.json"));
  CHECK_FALSE(text::glob_match("a/*.json", "a/b/c.json"));
  CHECK(text::glob_match("a/**/c.json", "a/c.json"));
  CHECK(text::glob_match("a/**/c.json", "a/x/y/c.json"));
  CHECK(text::glob_match("[a-c]?.sql", "b1.sql"));
  CHECK_FALSE(text::glob_match("[!a-c]?.sql", "b1.sql"));
  CHECK_FALSE(text::glob_match("[a", "a"));
  // More than three stars.
  CHECK(text::glob_match("**/a*b*c/*.json", "x/y/a1b2c/z.json"));
  CHECK(text::glob_match("**/a*b*c/*.json", "abc/.json"));
  CHECK_FALSE(text::glob_match("**/a*b*c/*.json", "x/a1b/c/z.json"));
  CHECK_FALSE(text::glob_match("**/a*b*c/*.json", "xabc/z.json"));
  CHECK(text::glob_match("**a**/**/b*", "acab"));
  CHECK(text::glob_match("*/**/[a-c]?*/**", "x/y/b1/"));
  CHECK_FALSE(text::glob_match("*/**/[a-c]?*/**", "x/y/d1/"));
  CHECK_FALSE(text::glob_match("****[a", "a"));
  CHECK_FALSE(text::glob_match("****[a", ""));
  CHECK(text::glob_match("****", ""));
  CHECK(text::glob_match("*a*a*a*a", "aaaa"));
  CHECK_FALSE(text::glob_match("*a*a*a*a*a", "aaaa"));
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
  CHECK(text::printable("a\xC2\x9B"
                        "31m\x7F") == "a\\x9b31m\\x7f");
  CHECK(text::printable("\x9B"
                        "31m") == "\\x9b31m");
}

TEST_CASE("printable text is no command of a CI runner") {
  CHECK(text::printable("::error::x") == "\\x3a:error::x");
  CHECK(text::printable(" \t::stop-commands::x") == " \\x09\\x3a:stop-commands::x");
  CHECK(text::printable("a ##[add-path]x ## [y]") == "a \\x23#[add-path]x ## [y]");
  CHECK(text::printable("1::text") == "1::text");
  CHECK(text::printable("  ") == "  ");
}

TEST_CASE("whole lines are harmless and keep our colours") {
  CHECK(text::harmless_lines("\x1B[1;31mred\x1B[0m\n\tb") == "\x1B[1;31mred\x1B[0m\n\tb");
  CHECK(text::harmless_lines("\r\x1B[Kline") == "\r\x1B[Kline");
  CHECK(text::harmless_lines("a\x1B]0;title\x07\x1B[2J\rb\x7F") == "a\\x1b]0;title\\x07\\x1b[2J\\x0db\\x7f");
  CHECK(text::harmless_lines("a::b\n  ::error::c\n##[add-path]d") == "a::b\n  \\x3a:error::c\n\\x23#[add-path]d");
  CHECK(text::harmless_lines("a\u202Eb") == "a\\u202eb");
}

TEST_CASE("printable names what reorders or hides text, and leaves emoji whole") {
  CHECK(text::printable("a\u202Eb\u2066c\u200Fd\u061Ce") == "a\\u202eb\\u2066c\\u200fd\\u061ce");
  CHECK(text::printable("a\u200Bb\uFEFFc\u2028d") == "a\\u200bb\\ufeffc\\u2028d");
  CHECK(text::printable("\U000E0001x") == "\\u{e0001}x");
  const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467 \u2764\uFE0F";
  CHECK(text::printable(family) == family);
  CHECK(text::unseen_named("a\n\tb\u202E\x1B[1m\x9B") == "a\n\tb\\u202e\x1B[1m\x9B");
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
