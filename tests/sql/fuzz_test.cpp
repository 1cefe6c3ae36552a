#include <doctest/doctest.h>

#include <random>
#include <string>

#include "sql/plpgsql.h"
#include "sql/psql.h"
#include "sql/statement.h"

using namespace kairon;

namespace {

constexpr std::string_view kParts[] = {
    "select ",  "'",     "''", "\"",      "$$",      "$a$",   ";",        "(",       ")",         "--",
    "\n",       "/*",    "*/", "\\d ",    "\\.",     "E'",    "begin ",   "atomic",  "end ",      "case ",
    "$1",       "::",    "1.", "..",      "create ", "table", " t ",      "do ",     "language ", "alter ",
    "copy ",    "from ", "x",  "\xC3",    "\xBC",    "stdin", "function", " as ",    " f() ",     " sql ",
    "plpgsql ", "+",     "-",  "returns", ",",       "\r\n",  " int ",    "execute "};

}  // namespace

TEST_CASE("any text is read without a crash and within its bounds") {
  std::mt19937 random(20261123);
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    const std::size_t parts = random() % 40;
    for (std::size_t i = 0; i < parts; ++i) text += kParts[random() % std::size(kParts)];
    CAPTURE(text);
    std::size_t end = 0;
    for (const sql::Token& token : sql::tokens(text)) {
      REQUIRE(token.begin >= end);
      REQUIRE(token.end > token.begin);
      REQUIRE(token.end <= text.size());
      end = token.end;
    }
    const std::string clean = sql::without_psql_commands(text, sql::psql_commands(text));
    REQUIRE(clean.size() == text.size());
    const sql::Script script(clean);
    for (const sql::SyntaxError& error : script.errors()) REQUIRE(error.offset <= text.size());
    std::size_t before = 0;
    for (std::size_t i = 0; i < script.statements().size(); ++i) {
      const sql::Statement& statement = script.statements()[i];
      REQUIRE(statement.begin >= before);
      REQUIRE(statement.end > statement.begin);
      REQUIRE(statement.end <= text.size());
      before = statement.end;
      for (const sql::EmbeddedSql& part : sql::embedded_sql(script.text_of(i), script.tree(i))) {
        REQUIRE(part.offset <= script.text_of(i).size());
      }
    }
  }
}
