#include "migration/version.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace kairon;

TEST_CASE("versions are ordered by number, suffix, name") {
  const std::vector<std::string> expected = {"0_zero", "1_a",  "002_a",  "002_b", "002b_a",           "003_a",
                                             "9_x",    "10_x", "0099_x", "100_x", "20260101120000_a", "readme",
                                             "zz"};
  std::vector<std::string> stems(expected.rbegin(), expected.rend());
  std::sort(stems.begin(), stems.end(), [](const std::string& a, const std::string& b) {
    return migration::parse_version(a) < migration::parse_version(b);
  });
  CHECK(stems == expected);
}

TEST_CASE("parse_version") {
  const auto version = migration::parse_version("002b_add_tags");
  CHECK(version.number == "2");
  CHECK(version.suffix == "b");
  CHECK(version.name == "add_tags");
  CHECK(migration::parse_version("0007-x").name == "x");
  CHECK(migration::parse_version("000").number == "0");
  CHECK(migration::parse_version("V3__init").number == "3");
  CHECK(migration::parse_version("V3__init").name == "init");
  CHECK(migration::parse_version("view_a").number.empty());
  CHECK(migration::parse_version("003create_x").suffix.empty());
  CHECK(migration::parse_version("99999999999999999999999").number == "99999999999999999999999");
}

TEST_CASE("same_number") {
  const auto same = [](const char* a, const char* b) {
    return migration::parse_version(a).same_number(migration::parse_version(b));
  };
  CHECK(same("002_a", "2_b"));
  CHECK_FALSE(same("002_a", "002b_a"));
  CHECK(same("002b_a", "02B_c"));
  CHECK_FALSE(same("a", "b"));
}

TEST_CASE("parse_file_name") {
  const auto name = migration::parse_file_name("db/migrations/002_a_rollback.sql");
  CHECK(name.is_rollback);
  CHECK(name.stem == "002_a");
  CHECK(migration::parse_file_name("002_a.down.sql").is_rollback);
  CHECK(migration::parse_file_name("002_a.up.sql").stem == "002_a");
  CHECK_FALSE(migration::parse_file_name("002_rollback_fix.sql").is_rollback);
  CHECK_FALSE(migration::parse_file_name("a.sql.bak").is_sql);
  CHECK_FALSE(migration::parse_file_name(".sql").is_sql);
}
