#include "sql/statement.h"

#include <doctest/doctest.h>

#include <string>

using namespace kairon;

namespace {

std::vector<std::string> texts(const sql::Script& script) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < script.statements().size(); ++i) all.emplace_back(script.text_of(i));
  return all;
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  out.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

}  // namespace

TEST_CASE("Script splits as the server does") {
  using Texts = std::vector<std::string>;
  CHECK(texts(sql::Script("select 1; select 2")) == Texts{"select 1", "select 2"});
  CHECK(texts(sql::Script("-- a\n select ';' ; ;; /* b */ select 2 -- c\n;\n")) == Texts{"select ';'", "select 2"});
  CHECK(texts(sql::Script("create rule r as on insert to t do (select 1; select 2); select 3")) ==
        Texts{"create rule r as on insert to t do (select 1; select 2)", "select 3"});
  CHECK(texts(sql::Script("do $$ begin a; b; end $$; select 1")) == Texts{"do $$ begin a; b; end $$", "select 1"});
  CHECK(texts(sql::Script("")).empty());
  CHECK(texts(sql::Script(" -- only this")).empty());
  CHECK(texts(sql::Script("\xEF\xBB\xBFselect 1;")) == Texts{"select 1"});
  CHECK(texts(sql::Script("select 1;\r\nselect 2;\r\n")) == Texts{"select 1", "select 2"});
}

TEST_CASE("Script gives statements byte ranges and trees locations in them") {
  const sql::Script script("select '\xC3\xBC';\n  drop table gone;");
  REQUIRE(script.statements().size() == 2);
  CHECK(script.statements()[1].begin == 15);
  CHECK(script.position(15) == sql::Position{2, 3});
  CHECK(script.position(11) == sql::Position{1, 11});
  const sql::Node drop = script.tree(1)["DropStmt"];
  CHECK(drop["removeType"].string() == "OBJECT_TABLE");
  const sql::Script column("alter table t\n add column \"a\\b\" int");
  const sql::Node command = column.tree(0)["AlterTableStmt"]["cmds"].at(0)["AlterTableCmd"];
  CHECK(command["def"]["ColumnDef"]["colname"].string() == "a\\b");
  CHECK(column.text().substr(static_cast<std::size_t>(command["def"]["ColumnDef"]["location"].integer()), 3) ==
        "\"a\\");
}

TEST_CASE("syntax errors carry the byte, not the character") {
  const sql::Script script("select '\xC3\xBC\xC3\xBC';\nselect 1 form t");
  REQUIRE(script.errors().size() == 1);
  CHECK(script.errors()[0].message == "syntax error at or near \"t\"");
  CHECK(script.text().substr(script.errors()[0].offset) == "t");
  CHECK(script.position(script.errors()[0].offset) == sql::Position{2, 15});
  const sql::Script open("select (1");
  REQUIRE(open.errors().size() == 1);
  CHECK(open.errors()[0].offset == open.text().size());
}

TEST_CASE("what parses beside an error is kept") {
  const sql::Script script("create table a (x int);\nselec form;\ndrop table b;\nalter tabel c;\nselect 1;");
  CHECK(script.errors().size() == 2);
  REQUIRE(script.statements().size() == 3);
  CHECK(script.text_of(1) == "drop table b");
  CHECK(script.tree(1)["DropStmt"].present());
  const sql::Script atomic(
      "bad; create function f() returns int begin atomic; select case when true then 1 end; select 2; end; select 3;");
  CHECK(atomic.errors().size() == 1);
  CHECK(atomic.statements().size() == 2);
}

TEST_CASE("unreadable input is a syntax error with its place") {
  const sql::Script nul(std::string("select 1;\0 x", 12));
  REQUIRE(nul.errors().size() == 1);
  CHECK(nul.errors()[0].offset == 9);
  const sql::Script latin("select '\xFC'");
  REQUIRE(latin.errors().size() == 1);
  CHECK(latin.errors()[0].offset == 8);
  CHECK(sql::Script(std::string(sql::kMaxBytes + 1, ' ')).errors().size() == 1);
}

TEST_CASE("a tree too deep to write is absent, the statement stays") {
  for (const std::string& text : {"select 1" + repeated("+1", 50000), "select " + repeated("1||", 20000) + "1",
                                  "select 1" + repeated(" union all select 1", 20000)}) {
    const sql::Script script(text);
    REQUIRE(script.ok());
    REQUIRE(script.statements().size() == 1);
    CHECK_FALSE(script.tree(0).present());
  }
  for (const std::string& text :
       {"select 1" + repeated("+1", 3000), "insert into t values (1, -2)" + repeated(",(1::int, -2)", 50000)}) {
    const sql::Script script(text);
    REQUIRE(script.ok());
    CHECK(script.tree(0).present());
  }
  const sql::Script parentheses("select " + repeated("(", 200000));
  CHECK_FALSE(parentheses.ok());
}

TEST_CASE("ten megabytes and ten thousand statements") {
  const sql::Script long_text("insert into t values ('" + std::string(std::size_t{10} << 20U, 'x') + "');");
  REQUIRE(long_text.ok());
  CHECK(long_text.tree(0)["InsertStmt"].present());
  const sql::Script many(repeated("select 1;\n", 10000));
  REQUIRE(many.statements().size() == 10000);
  CHECK(many.statements()[9999].begin == 99990);
  CHECK(many.position(99990) == sql::Position{10000, 1});
}

TEST_CASE("a moved script keeps its places") {
  sql::Script first("\nx");
  const sql::Script second = std::move(first);
  CHECK(second.position(1) == sql::Position{2, 1});
}

TEST_CASE("walk visits nodes outermost first, in order, and skips on demand") {
  const sql::Script script("select f(a, 'b') from t");
  std::string seen;
  sql::walk(script.tree(0), [&](const sql::Node& node) {
    seen += std::string(node.key()) + ' ';
    return node.key() != "FuncCall";
  });
  CHECK(seen == "SelectStmt ResTarget FuncCall RangeVar ");
}

TEST_CASE("nested comments cost what they weigh and move nothing") {
  // With the square of the depth this would take hours.
  const std::size_t depth = 500'000;
  const std::string comment = repeated("/*", depth) + " \xC3\xA9 ; SELECT\n" + repeated("*/", depth);
  const sql::Script script("SELECT 1;\n" + comment + "\nSELECT 2;\nDO $$ BEGIN " + comment + " PERFORM 1; END $$;");
  CHECK(script.errors().empty());
  REQUIRE(script.statements().size() == 3);
  CHECK(texts(script)[1] == "SELECT 2");
  CHECK(script.statements()[1].begin == comment.size() + 11);
  const sql::Script open("SELECT 1;\n" + repeated("/*", depth));
  CHECK_FALSE(open.errors().empty());
}

TEST_CASE("what stands in a string or in dollar quotes is no comment") {
  const sql::Script script("SELECT '/* a', $q$/* b /* c */$q$, 1 /* d */ + 2");
  REQUIRE(script.errors().empty());
  CHECK(texts(script)[0] == "SELECT '/* a', $q$/* b /* c */$q$, 1 /* d */ + 2");
  CHECK(script.tree(0).present());
}
