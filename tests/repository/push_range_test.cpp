#include "repository/push_range.h"

#include <doctest/doctest.h>

#include <random>

#include "base/error.h"

using namespace kairon;
using repository::parse_push_lines;

namespace {

const std::string kOne(40, '1');
const std::string kZero(40, '0');

std::string line(const std::string& a, const std::string& b, const std::string& c, const std::string& d) {
  return a + " " + b + " " + c + " " + d + "\n";
}

}  // namespace

TEST_CASE("parse_push_lines") {
  SUBCASE("several refs, a deletion, a 64-digit id") {
    const std::string long_id(64, 'a');
    const auto lines = parse_push_lines(line("refs/heads/a", kOne, "refs/heads/a", kZero) +
                                        line("(delete)", kZero, "refs/heads/x", kOne) +
                                        line("HEAD", long_id, "refs/heads/b", long_id));
    REQUIRE(lines.size() == 3);
    CHECK(lines[1].local_ref == "(delete)");
    CHECK(repository::is_zero(lines[1].local_oid));
    CHECK(lines[2].local_oid == long_id);
  }
  SUBCASE("nothing to push") { CHECK(parse_push_lines("").empty()); }
  SUBCASE("what was typed may hold blanks") {
    CHECK(parse_push_lines(line("main@{1 day ago}", kOne, "refs/heads/m", kOne))[0].local_ref == "main@{1 day ago}");
  }
  SUBCASE("anything else is refused, never passed over") {
    CHECK_THROWS_AS(static_cast<void>(parse_push_lines("refs/heads/a\n")), Error);
    CHECK_THROWS_AS(static_cast<void>(parse_push_lines(line("a", "123", "b", kOne))), Error);
    CHECK_THROWS_AS(static_cast<void>(parse_push_lines("\n")), Error);
  }
}

TEST_CASE("random bytes on stdin are refused or parsed, never more") {
  std::mt19937 random(7);  // NOLINT: the same bytes in every run
  const std::string seed = line("refs/heads/a", kOne, "refs/heads/a", kZero);
  for (int round = 0; round < 2000; ++round) {
    std::string text = seed + seed;
    for (int i = 0; i < 4; ++i) text[random() % text.size()] = static_cast<char>(random() % 256);
    try {
      const std::size_t count = parse_push_lines(text).size();
      CHECK(count <= 6);
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::environment);
    }
  }
}
