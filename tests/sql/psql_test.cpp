#include "sql/psql.h"

#include <doctest/doctest.h>

#include "sql/statement.h"

using namespace kairon;

TEST_CASE("psql_commands") {
  const auto names = [](std::string_view text) {
    std::string all;
    for (const sql::PsqlCommand& command : sql::psql_commands(text)) all += command.name + ' ';
    return all;
  };
  CHECK(names("\\echo hello\nselect 1;") == "\\echo ");
  CHECK(names("select 1 \\gset\n\\d t\n") == "\\gset \\d ");
  CHECK(names("\\set ON_ERROR_STOP on\r\nselect 1;\r\n") == "\\set ");
  CHECK(names("select '\\d', E'\\n', \"\\x\", $$ \\i $$ -- \\echo\n /* \\q */;").empty());
  CHECK(names("copy t (a) from stdin;\n1\\N\n\\.\nselect 1;") == "\\. ");
  CHECK(names("copy t from stdin;\nselect 1;").empty());
  CHECK(names("copy t from '/tmp/x';\nselect 1;").empty());
}

TEST_CASE("without_psql_commands keeps every offset") {
  const std::string text = "\\echo it's\r\nselect 1;\ncopy t from stdin;\n1\ta\\N\n2\tb\n\\.\nselect 2;\n";
  const std::string clean = sql::without_psql_commands(text, sql::psql_commands(text));
  REQUIRE(clean.size() == text.size());
  CHECK(clean.find("select 2") == text.find("select 2"));
  const sql::Script script(clean);
  CHECK(script.ok());
  CHECK(script.statements().size() == 3);
}
