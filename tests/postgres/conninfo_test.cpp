#include "postgres/conninfo.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "postgres/connection.h"
#include "postgres/quote.h"

using namespace kairon;
using namespace kairon::postgres;

TEST_CASE("redacted names the target and never the password") {
  CHECK(redacted("postgresql://app:hunter22@db.example:5433/kairon") == "kairon at db.example:5433 as app");
  CHECK(redacted("host=db port=5432 dbname=k user=u password='hunter22'") == "k at db:5432 as u");
  CHECK(redacted("postgresql://app@db/k?password=hunter22") == "k at db as app");
  CHECK(redacted("service=prod") == "the service prod");
  CHECK(redacted("kairon") == "kairon");
  CHECK(redacted("") == "the default database");
  CHECK(redacted("postgresql://u:hunter22@[h/db") == "a connection string that cannot be read");
  CHECK(redacted("host=h bogus=1 password=hunter22") == "a connection string that cannot be read");
}

TEST_CASE("scrubbed takes the password out of any text") {
  CHECK(scrubbed("no way for hunter22 here", "postgresql://a:hunter22@h/d") == "no way for *** here");
  CHECK(scrubbed("fine", "host=h") == "fine");
}

TEST_CASE("with_database keeps everything else") {
  const auto parsed = parse_conninfo(with_database("postgresql://a:p%27w@h:1/d?sslmode=require", "scratch", "b"));
  REQUIRE(parsed);
  CHECK(parsed->at("dbname") == "scratch");
  CHECK(parsed->at("user") == "b");
  CHECK(parsed->at("password") == "p'w");
  CHECK(parsed->at("sslmode") == "require");
  CHECK_THROWS_AS((void)with_database("host=h bogus=1", "x"), Error);
}

TEST_CASE("quoting survives hostile names") {
  CHECK(quote_identifier("a\"b") == "\"a\"\"b\"");
  CHECK(quote_literal("it's") == "'it''s'");
  CHECK(quote_literal("a\\'b") == "E'a\\\\''b'");
}

TEST_CASE("a failed connection says where, not with what") {
  SUBCASE("unreadable string") {
    const auto failed = Connection::open({.conninfo = "postgresql://u:hunter22@[h/db"});
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.failure().text.find("hunter22") == std::string::npos);
    CHECK(failed.failure().text.find("cannot be read") != std::string::npos);
  }
  SUBCASE("nobody there") {
    const auto failed = Connection::open({.conninfo = "postgresql://u:hunter22@127.0.0.1:9/db"});
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.failure().text.find("hunter22") == std::string::npos);
    CHECK(failed.failure().text.find("db at 127.0.0.1:9 as u") != std::string::npos);
  }
}
