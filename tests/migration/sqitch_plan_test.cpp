#include "migration/sqitch_plan.h"

#include <doctest/doctest.h>

using namespace kairon;

TEST_CASE("a plan: order, tags, reworked changes") {
  const auto plan = migration::read_plan(
      "%syntax-version=1.0.0\r\n%project=shop\r\n\r\n# about it\r\n"
      "appschema 2013-01-01T00:00:00Z Me <me@example.com> # first\r\n"
      "+users [appschema !old other:thing] 2013-01-02T00:00:00Z Me <me@example.com>\r\n"
      "@v1.0 2013-01-03T00:00:00Z Me <me@example.com>\r\n@v1.1 2013-01-03T00:00:01Z Me <me@example.com>\r\n"
      "a/b 2013-01-04T00:00:00Z Me <me@example.com>\r\n"
      "users [users@v1.0] 2013-01-05T00:00:00Z Me <me@example.com>\r\n");
  REQUIRE(plan.size() == 4);
  CHECK(plan[0].name == "appschema");
  CHECK(plan[1].name == "users");
  CHECK(plan[1].tags == std::vector<std::string>{"v1.0", "v1.1"});
  CHECK(plan[2].name == "a/b");
  CHECK(plan[3].tags.empty());
  CHECK(migration::read_plan("").empty());
  CHECK(migration::read_plan("@ \n+\n-\n[x]\n").size() <= 1);
}
