#include "trial/extension_stub_objects.h"

#include <doctest/doctest.h>

using namespace kairon;
using namespace kairon::trial;

namespace {

postgres::SqlError error(const char* sqlstate, const char* message) {
  postgres::SqlError made;
  made.sqlstate = sqlstate;
  made.message = message;
  return made;
}

}  // namespace

TEST_CASE("missing_extension: the name, as each version words it") {
  CHECK(missing_extension(error("0A000", "extension \"vector\" is not available")) == "vector");
  CHECK(missing_extension(error(
            "58P01",
            "could not open extension control file "
            "\"/usr/share/postgresql/13/extension/uuid-ossp.control\": No such file or directory")) == "uuid-ossp");
  CHECK(missing_extension(error("42710", "extension \"vector\" already exists")) == "");
  CHECK(missing_extension(error("42P01", "relation \"t\" does not exist")) == "");
}

TEST_CASE("missing_function: arguments, and a result that fits its use") {
  const auto call = missing_function("function uuid_generate_v4() does not exist");
  REQUIRE(call.has_value());
  CHECK(call->shown == "uuid_generate_v4()");
  CHECK(call->create.find("RETURNS uuid") != std::string::npos);
  const auto two = missing_function("function cron.schedule(unknown, timestamp with time zone) does not exist");
  REQUIRE(two.has_value());
  CHECK(two->function == "\"cron\".\"schedule\"(text, timestamp with time zone)");
  CHECK_FALSE(missing_function("operator does not exist: a <=> b").has_value());
}

TEST_CASE("missing_operator: operands, a literal takes the other side's type") {
  const auto call = missing_operator("operator does not exist: vector <=> unknown");
  REQUIRE(call.has_value());
  CHECK(call->name == "<=>");
  CHECK(call->arguments == "vector, vector");
  CHECK(call->create.find("double precision") != std::string::npos);
  CHECK(missing_operator("operator does not exist: hstore ? text")->create.find("boolean") != std::string::npos);
  CHECK_FALSE(missing_operator("operator does not exist: - thing").has_value());
}

TEST_CASE("missing_cast") {
  CHECK(missing_cast(error("42846", "cannot cast type real[] to vector")) == "real[] AS vector");
  CHECK_FALSE(missing_cast(error("42846", "cannot cast")).has_value());
}

TEST_CASE("what a migration raises as a message makes nothing but what the message names") {
  CHECK_FALSE(
      missing_function("function st_x(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP TABLE t; CREATE FUNCTION "
                       "y(int) does not exist")
          .has_value());
  CHECK_FALSE(missing_function("function f(\"a) does not exist").has_value());
  CHECK(missing_function("function f(\"char\", character varying, t\xC3\xA9[], public.\"a b\") does not exist")
            .has_value());
  CHECK_FALSE(missing_operator("operator does not exist: int = int); DROP TABLE t; --").has_value());
  CHECK_FALSE(missing_operator("operator does not exist: int); DROP TABLE t; -- = int").has_value());
  CHECK_FALSE(missing_cast(error("42846", "cannot cast type a to text) WITH INOUT; DROP TABLE t; --")).has_value());
  CHECK_FALSE(missing_cast(error("42846", "cannot cast type a); DROP TABLE t; -- to text")).has_value());
}

TEST_CASE("plain_index: method, operator classes and options go, the rest stays") {
  CHECK(plain_index("CREATE INDEX i ON t USING hnsw (a cosine_ops) WITH (m = 16) WHERE b > 1", {"cosine_ops"}, 1) ==
        "CREATE INDEX i ON t USING hash (a )  WHERE b > 1");
  CHECK(plain_index("create index on t using \"IVF\" (lower(a), b \"Ops\")", {"Ops"}, 2) ==
        "create index on t using btree (lower(a), b )");
  CHECK(plain_index("CREATE INDEX i ON t (a)", {}, 1) == "CREATE INDEX i ON t (a)");
}
