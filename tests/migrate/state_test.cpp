#include "migrate/state.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "migrate/runner.h"

using namespace kairon;
using namespace kairon::migrate;

namespace {

Source make(const std::string& stem, const std::string& text, const std::string& rollback = {}) {
  Source source{migration::parse_version(stem), std::make_shared<const migration::File>("m/" + stem + ".sql", text),
                nullptr};
  if (!rollback.empty())
    source.rollback = std::make_shared<const migration::File>("m/" + stem + "_rollback.sql", rollback);
  return source;
}

AppliedRow row(const std::string& version, const std::string& checksum = {}) {
  return {version, "2024-01-01", checksum, "", "up"};
}

std::vector<std::string> words(const std::vector<StateLine>& state) {
  std::vector<std::string> out;
  for (const StateLine& line : state)
    out.push_back(line.version + " " + std::string(standing_name(line.standing)) + (line.out_of_order ? " late" : ""));
  return out;
}

}  // namespace

TEST_CASE("files and rows side by side") {
  const std::vector<Source> sources = {make("001_a", "SELECT 1"), make("002_b", "SELECT 2"), make("002b_c", "SELECT 3"),
                                       make("010_d", "SELECT 4")};
  const std::vector<AppliedRow> rows = {row("001"), row("002b_c.sql", sources[2].forward->checksum()), row("009_gone")};
  const std::vector<std::string> expected = {"001_a unverified", "002_b pending late", "002b_c applied",
                                             "009_gone missing-file", "010_d pending"};
  CHECK(words(compare_state(sources, rows)) == expected);
  CHECK(words(compare_state(sources, {row("010_d", std::string(64, 'a'))})).back() == "010_d changed");
  CHECK(words(compare_state(sources, {row("011_gone")})).at(3) == "010_d pending late");
  AppliedRow foreign = row("20240101120000");
  foreign.kind.clear();
  CHECK(words(compare_state(sources, {foreign})).at(3) == "010_d pending");
  // A file without a number sorts last, whenever it was applied.
  CHECK(words(compare_state(sources, {row("tidy_up")})).at(3) == "010_d pending");
}

TEST_CASE("plans") {
  const std::vector<Source> sources = {make("001_a", "SELECT 1", "SELECT 0"), make("002_b", "SELECT 2"),
                                       make("003_c", "SELECT 3", "SELECT 0")};
  RunOptions options;
  SUBCASE("up to a version") {
    options.to = "2";
    CHECK(plan_up(compare_state(sources, {}), options).size() == 2);
  }
  SUBCASE("unknown target") {
    options.to = "007";
    CHECK_THROWS_AS(static_cast<void>(plan_up(compare_state(sources, {}), options)), Error);
  }
  SUBCASE("out of order is refused unless allowed") {
    const auto state = compare_state(sources, {row("003_c")});
    CHECK_THROWS_AS(static_cast<void>(plan_up(state, options)), Error);
    options.allow_out_of_order = true;
    CHECK(plan_up(state, options).size() == 2);
  }
  SUBCASE("a changed file stops everything") {
    const auto state = compare_state(sources, {row("001_a", std::string(64, 'a')), row("003_c")});
    CHECK_THROWS_AS(static_cast<void>(plan_up(state, options)), Error);
    CHECK_THROWS_AS(static_cast<void>(plan_down(state, options)), Error);
  }
  SUBCASE("down undoes the newest, and needs its rollback") {
    const auto plan = plan_down(compare_state(sources, {row("001_a"), row("002_b"), row("003_c")}), options);
    REQUIRE(plan.size() == 1);
    CHECK(plan.front() == &sources[2]);
    options.to = "001_a";
    CHECK_THROWS_AS(
        static_cast<void>(plan_down(compare_state(sources, {row("001_a"), row("002_b"), row("003_c")}), options)),
        Error);
  }
}

TEST_CASE("a checkout's line ends are no change, and a renamed file is not run again") {
  const std::vector<Source> sources = {make("001_a", "SELECT 1;\r\nSELECT 2;\r\n"), make("003_b", "SELECT 3;\n")};
  const std::string unix_sum = make("x", "SELECT 1;\nSELECT 2;\n").forward->checksum();
  CHECK(words(compare_state(sources, {row("001_a", unix_sum)})) ==
        std::vector<std::string>{"001_a applied", "003_b pending"});
  const auto renamed = compare_state(sources, {row("001_a", unix_sum), row("002_b", sources[1].forward->checksum())});
  CHECK_THROWS_AS(static_cast<void>(plan_up(renamed, {})), Error);
  const auto deleted = compare_state(sources, {row("001_a", unix_sum), row("002_gone", std::string(64, '0'))});
  CHECK(plan_up(deleted, {}).size() == 1);
}
