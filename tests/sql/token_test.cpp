#include "sql/token.h"

#include <doctest/doctest.h>
#include <pg_query.h>

#include <string>

using namespace kairon;

namespace {

std::string shown(std::string_view text) {
  std::string out;
  for (const sql::Token& token : sql::tokens(text)) {
    if (!out.empty()) out += ' ';
    out += '<' + std::string(text.substr(token.begin, token.end - token.begin)) + '>';
  }
  return out;
}

/// Reads the protobuf of pg_query_scan: field 2 = token {1: start, 2: end}.
std::vector<std::pair<std::size_t, std::size_t>> scanned(const std::string& text) {
  const PgQueryScanResult result = pg_query_scan(text.c_str());
  REQUIRE(result.error == nullptr);
  std::vector<std::pair<std::size_t, std::size_t>> all;
  const std::string_view data(result.pbuf.data, result.pbuf.len);
  std::size_t at = 0;
  const auto varint = [&] {
    std::size_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(data[at++]);
      value |= std::size_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < data.size()) {
    if (const std::size_t tag = varint(); (tag & 7U) == 0) {
      (void)varint();
      continue;
    }
    const std::size_t size = varint();
    const std::size_t end = at + size;
    std::pair<std::size_t, std::size_t> range{0, 0};
    while (at < end) {
      const std::size_t field = varint();
      const std::size_t value = varint();
      if (field == 8) range.first = value;
      if (field == 16) range.second = value;
    }
    all.push_back(range);
  }
  pg_query_free_scan_result(result);
  return all;
}

}  // namespace

TEST_CASE("tokens: strings, quotes and comments") {
  CHECK(shown("select 'a;''b' ;") == "<select> <'a;''b'> <;>");
  CHECK(shown("E'it\\'s' x") == "<E'it\\'s'> <x>");
  CHECK(shown("$$a;b$$ $x$ $$ $x$") == "<$$a;b$$> <$x$ $$ $x$>");
  CHECK(shown("a$1 $1 $2") == "<a$1> <$1> <$2>");
  CHECK(shown("/* a /* b */ c */ d") == "</* a /* b */ c */> <d>");
  CHECK(shown("a--b\nc") == "<a> <--b> <c>");
  CHECK(shown("1..10 1.5e-3 .5") == "<1> <..> <10> <1.5e-3> <.5>");
  CHECK(shown("a::int=-1") == "<a> <::> <int> <=> <-> <1>");
  CHECK(shown("a@-b") == "<a> <@-> <b>");
  CHECK(shown("\"a\"\"b\" U&\"d\" U&'x'") == "<\"a\"\"b\"> <U&\"d\"> <U&'x'>");
}

TEST_CASE("tokens: what the end cuts off is not closed") {
  for (const std::string_view text : {"'abc", "\"abc", "$$abc", "$a$ $$", "/* /* */", "E'\\'"}) {
    CAPTURE(text);
    const auto all = sql::tokens(text);
    REQUIRE(all.size() == 1);
    CHECK_FALSE(all[0].closed);
    CHECK(all[0].end == text.size());
  }
}

TEST_CASE("tokens stand where PostgreSQL's scanner sees them") {
  for (const std::string text :
       {"create table a.b (c int default 1 + 2, d text[] default '{}', e numeric(10,2) not null);",
        "select a->>'x' as \"Y y\", b #> '{a}', c ? 'k', d @> e, f || g, -1, - -1, 1.5e3, .5, 5., $1 from t -- end\n"
        "where x <> 1 and y != 2 and z <= 3 and w >= 4 /* in /* side */ out */ or v ~* 'a' or a%b = c^2",
        "do $body$ begin perform 'x;$$'; end $body$; select E'\\'', B'01', X'ff', N'n', e'a\\\\'",
        "select a[1:2], b[:3], f(x := 1, y => 2), \xC3\xBC, a$b, $1, 'a''b', \"a\"\"b\""}) {
    CAPTURE(text);
    const auto expected = scanned(text);
    const auto all = sql::tokens(text);
    REQUIRE(all.size() == expected.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(all[i].begin == expected[i].first);
      CHECK(all[i].end == expected[i].second);
    }
  }
}

TEST_CASE("highest_parameter counts outside quotes only") {
  CHECK(sql::highest_parameter("select $1, $3 from t") == 3);
  CHECK(sql::highest_parameter("select '$4', \"$5\", $$ $6 $$, a$7 -- $8\n /* $9 */") == 0);
  CHECK(sql::highest_parameter("values ($12,$2)") == 12);
  CHECK(sql::highest_parameter("") == 0);
}

TEST_CASE("comments are trimmed of their marks") {
  const auto all = sql::comments("-- one \nselect '-- no' /* two */ -- three");
  REQUIRE(all.size() == 3);
  CHECK(all[0].text == "one");
  CHECK(all[1].text == "two");
  CHECK(all[2].text == "three");
  CHECK(all[0].begin == 0);
}

TEST_CASE("skip_blank") {
  CHECK(sql::skip_blank("  -- a\n /* b */ c", 0, 17) == 16);
  CHECK(sql::skip_blank("  -- a", 0, 6) == 6);
}
