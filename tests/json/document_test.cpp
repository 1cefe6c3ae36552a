#include "json/document.h"

#include <doctest/doctest.h>

using namespace kairon;
using json::Document;
using json::Value;

namespace {

json::Position at(const Value& value) { return value.position(); }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("values know their place") {
  const auto parsed = Document::parse("{\n  \"a\": [1, \"x\\ny\", null],\n  \"\xC3\xA9\": {\"b\" : true}\n}\n");
  REQUIRE(parsed.document);
  const Value root = parsed.document->root();
  CHECK(at(root["a"]).line == 2);
  CHECK(at(root["a"]).column == 8);
  CHECK(root["a"].size() == 3);
  CHECK(root["a"].at(1).string() == "x\ny");
  CHECK(at(root["a"].at(1)).column == 12);
  CHECK(root["a"].at(2).is_null());
  CHECK(at(root["\xC3\xA9"]["b"]).line == 3);
  CHECK(at(root["\xC3\xA9"]["b"]).column == 15);
  CHECK(at(root["\xC3\xA9"]["b"].key_value()).column == 9);
  CHECK(root["\xC3\xA9"].raw() == "{\"b\" : true}");
}

TEST_CASE("absent values answer quietly") {
  const auto parsed = Document::parse("[1]");
  const Value missing = parsed.document->root()["x"]["y"].at(3);
  CHECK_FALSE(missing.present());
  CHECK(missing.string().empty());
  CHECK(missing.empty());
  CHECK(missing.begin() == missing.end());
}

TEST_CASE("position_in_string counts escapes") {
  const auto parsed = Document::parse(R"({"c": "a\n\"b\u00e9\ud83d\ude00z"})");
  REQUIRE(parsed.document);
  const Value c = parsed.document->root()["c"];
  REQUIRE(c.string() == "a\n\"b\xC3\xA9\xF0\x9F\x98\x80z");
  CHECK(c.position_in_string(0).column == 8);
  CHECK(c.position_in_string(2).column == 11);
  CHECK(c.position_in_string(3).column == 13);
  CHECK(c.position_in_string(4).column == 14);
  CHECK(c.position_in_string(6).column == 20);
  CHECK(c.position_in_string(10).column == 32);
}

TEST_CASE("duplicate keys are found, the last one wins") {
  const auto parsed = Document::parse("{\"a\": 1, \"b\": 2,\n \"a\": 3}");
  REQUIRE(parsed.document);
  REQUIRE(parsed.document->duplicate_keys().size() == 1);
  CHECK(parsed.document->duplicate_keys()[0].key == "a");
  CHECK(parsed.document->duplicate_keys()[0].second.line == 2);
  CHECK(parsed.document->root()["a"].number() == 3);
}

TEST_CASE("what is no JSON is an error with a place") {
  const auto error_at = [](std::string text) {
    const auto parsed = Document::parse(std::move(text));
    REQUIRE_FALSE(parsed.document);
    REQUIRE(parsed.error);
    return parsed.error->position;
  };
  CHECK(error_at("").line == 1);
  CHECK(error_at("{\"a\": }").column == 7);
  CHECK(error_at("{\"a\": 1").line == 1);
  CHECK(error_at("{}\n{}").line == 2);
  CHECK(error_at("{\"a\": 01}").line == 1);
  CHECK(error_at("{\"a\": \"\xC0\x80\"}").column == 8);
  CHECK(error_at(std::string("{\"a\": \"x\0y\"}", 12)).line == 1);
  CHECK(error_at(std::string(100, '\0')).line == 1);
  CHECK(error_at("{\"a\": NaN}").line == 1);
  CHECK(error_at(nested(513)).column > 500);
}

TEST_CASE("limits") {
  CHECK(Document::parse(nested(512)).document);
  CHECK_FALSE(Document::parse(nested(100000)).document);
  CHECK_FALSE(Document::parse(std::string(json::kMaxBytes + 1, ' ')).document);
}

TEST_CASE("a byte order mark is accepted") {
  const auto parsed = Document::parse("\xEF\xBB\xBF{\"a\": 1}");
  REQUIRE(parsed.document);
  CHECK(parsed.document->root()["a"].position().column == 7);
}

TEST_CASE("Writer round trip") {
  const auto parsed = Document::parse(R"({"a":[1.50,"x\ty",null,true],"b":{}})");
  REQUIRE(parsed.document);
  CHECK(json::Writer().value(parsed.document->root()).take() == R"({"a":[1.50,"x\ty",null,true],"b":{}})");
  CHECK(json::Writer()
            .string("a\xFF"
                    "b")
            .take() ==
        "\"a\xEF\xBF\xBD"
        "b\"");
}

TEST_CASE("nothing but blanks may follow the document") {
  using namespace std::string_view_literals;
  for (const std::string_view tail : {"\0"sv, " \n\0"sv, "\0\0{}"sv, "\0 {\"rest\": 1}"sv, " x"sv, "{}"sv, "\x0B"sv}) {
    const auto parsed = Document::parse("{\"a\": 1}\n" + std::string(tail));
    REQUIRE_MESSAGE(parsed.error, tail);
    CHECK(parsed.error->position.line >= 2);
  }
  const auto nul = Document::parse(std::string("{}\n\n  \0{}", 8));
  REQUIRE(nul.error);
  CHECK(nul.error->message == "a NUL byte after the end of the document");
  CHECK(nul.error->position.line == 3);
  CHECK(nul.error->position.column == 3);
  CHECK(Document::parse("{} \r\n\t").document);
}

TEST_CASE("a NUL byte is an error wherever it stands") {
  const std::string text = "{\"a\": [1, \"x\", true, null, {\"b\": 2.5e1}]}";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    std::string damaged = text;
    damaged.insert(at, 1, '\0');
    CHECK_MESSAGE(Document::parse(damaged).error, at);
    if (at < text.size()) {
      damaged = text;
      damaged[at] = '\0';
      CHECK_MESSAGE(Document::parse(damaged).error, at);
    }
  }
}

TEST_CASE("a writer shows what would reorder or hide text, and loses nothing") {
  const std::string text = "a\u202Eb\u2066\u200F\u2028\uFEFF\x7F\xC2\x9B \"q\" \\ \U000E0001 \u2764\uFE0F";
  const std::string written = json::Writer().begin_object().key(text).string(text).end_object().take();
  for (const std::string_view hidden :
       {"\u202E", "\u2066", "\u200F", "\u2028", "\uFEFF", "\x7F", "\xC2\x9B", "\U000E0001"})
    CHECK(written.find(hidden) == std::string::npos);
  CHECK(written.find("\u2764\uFE0F") != std::string::npos);
  const auto parsed = Document::parse(written);
  REQUIRE(parsed.document);
  CHECK(parsed.document->root()[text].string() == text);
}

TEST_CASE("a syntax error is told in the words of what happened") {
  const auto told = [](std::string text) {
    const auto parsed = Document::parse(std::move(text));
    REQUIRE(parsed.error);
    return parsed.error->message;
  };
  const auto says = [&](const char* text, const char* part) {
    INFO(std::string(text));
    INFO(told(text));
    CHECK(told(text).find(part) != std::string::npos);
  };
  says("", "empty");
  says(" \n", "empty");
  says("<!doctype html>", "HTML");
  says("{\n<<<<<<< HEAD\n\"a\": 1\n=======\n\"a\": 2\n>>>>>>> other\n}", "merge conflict");
  says("{\"a\": 1}\n<<<<<<< HEAD\n", "merge conflict");
  says("{\"a\": [1, 2", "the list that begins in line 1 is still open, and 1 around it");
  says("{\"a\":\n{\"b\":", "the object that begins in line 2");
  says("{\"a\": \"text", "inside a string that begins in line 1");
  says("{\"a\": 1,}", "unexpected comma before the closing '}'");
  says("[1, ]", "unexpected comma before the closing ']'");
  says("{\"a\": NaN}", "NaN is not a JSON value");
  says("{\"a\": undefined}", "undefined is not a JSON value");
  says("{\"a\": True}", "True is not a JSON value");
  says("{\"a\": \"x\ny\"}", "raw line break");
  says("{\"a\": \"x\ty\"}", "raw tab");
  says("{\"a\": \"x\x01y\"}", "U+0001");
  says("{'a': 1}", "double quotes");
  says("{\"a\": 1 // one\n}", "no comments");
  says("{\"a\": 1}\n{\"b\": 2}", "second document");
  says("{\"a\": 1} x", "more text follows");
  says("{\"a\": {} \"b\": 2}", "comma is missing");
}

TEST_CASE("what JSON.parse takes as well: a number that is Infinity, half of a surrogate pair") {
  for (const char* text :
       {R"({"a": 1e999, "b": [-1E+400, 2], "c": "e9"})", R"({"a": "\ud800", "b": [1, 2], "c": "e9"})",
        R"({"a": "\udc00x", "b": [1, 2], "c": "e9"})", R"({"a": "\ud83d\ud83d\ude00", "b": [1, 2], "c": "e9"})"}) {
    CAPTURE(text);
    const auto parsed = json::Document::parse(text);
    REQUIRE(parsed.document);
    const json::Value root = parsed.document->root();
    CHECK(root.size() == 3);
    CHECK(root["b"].at(1).number() == 2);
    CHECK(root["c"].string() == "e9");
    CHECK(root.raw() == text);
  }
  const auto emoji = json::Document::parse(R"({"a": "\ud83d\ud83d\ude00 \\ud800"})");
  REQUIRE(emoji.document);
  CHECK(emoji.document->root()["a"].string() == "\xEF\xBF\xBD\xF0\x9F\x98\x80 \\ud800");
  CHECK_FALSE(json::Document::parse(R"({"a": 1e999, "b": })").document);
  CHECK_FALSE(json::Document::parse(R"({"a": "\ud8zz"})").document);
}
