#include "sql/plpgsql.h"

#include <doctest/doctest.h>

#include "sql/statement.h"

using namespace kairon;

namespace {

std::vector<sql::EmbeddedSql> embedded(const std::string& text) {
  const sql::Script script(text);
  REQUIRE(script.ok());
  return sql::embedded_sql(script.text_of(0), script.tree(0));
}

}  // namespace

TEST_CASE("embedded_sql of a DO block, with exact places") {
  const std::string text =
      "do language 'plpgsql' $$\ndeclare r record;\nbegin\n  update t set a = 1;\n  if true then\n    drop table t; "
      "update t set a = "
      "1;\n  end if;\nend $$";
  const auto all = embedded(text);
  REQUIRE(all.size() == 3);
  CHECK(all[0].text == "update t set a = 1");
  CHECK(all[1].text == "drop table t");
  CHECK(text.substr(all[0].offset, 6) == "update");
  CHECK(text.substr(all[1].offset, 12) == "drop table t");
  CHECK(all[2].offset > all[1].offset);
  CHECK(text.substr(all[2].offset, 6) == "update");
}

TEST_CASE("embedded_sql of functions and procedures") {
  CHECK(
      embedded(
          "create function f(a text default 'x', b my.type) returns setof t language plpgsql as $f$ begin truncate a; "
          "end $f$")
          .size() == 1);
  const auto sql_body =
      embedded("create function f() returns void as 'delete from t where a = ''x''; select 1' language sql");
  REQUIRE(sql_body.size() == 1);
  CHECK(sql_body[0].text == "delete from t where a = 'x'; select 1");
  const auto dollars = embedded("create function f() returns text as $$ select ''::text $$ language sql");
  REQUIRE(dollars.size() == 1);
  CHECK(dollars[0].text == " select ''::text ");
  const auto atomic = embedded("create procedure p() language sql begin atomic delete from t; end");
  REQUIRE(atomic.size() == 1);
  CHECK(atomic[0].text == "delete from t; ");
  CHECK(embedded("create function f() returns int language c as 'lib', 'sym'").empty());
  CHECK(embedded("create function f() returns int language plpgsql as $$ not plpgsql $$").empty());
  CHECK(embedded("select 1").empty());
}

TEST_CASE("embedded_sql of constant EXECUTE texts") {
  const auto text = [](const std::string& statement) {
    const auto all = embedded("do $$ begin execute " + statement + "; end $$");
    if (all.empty()) return std::string("nothing");
    CHECK(all[0].dynamic);
    return all[0].text;
  };
  CHECK(text("'drop table a'") == "drop table a");
  CHECK(text("format('alter table %I.%I drop column %2$I default %L 5%%', s, t)") ==
        "alter table x.x drop column x default 'x' 5%");
  CHECK(text("'drop table ' || quote_ident('a') || ' cascade'") == "drop table x cascade");
  CHECK(text("$q$truncate t$q$ using 1") == "truncate t");
  CHECK(text("statement") == "nothing");
}
