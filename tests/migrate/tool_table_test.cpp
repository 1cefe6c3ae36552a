#include "migrate/tool_table.h"

#include <doctest/doctest.h>

#include "base/hash.h"

using namespace kairon;
using namespace kairon::migrate;

namespace {

Source make(const migration::Layout& layout, const std::string& stem, const std::string& text = "SELECT 1") {
  return {version_of(layout, stem),
          std::make_shared<const migration::File>("m/" + stem, text, migration::Form{&layout}), nullptr};
}

std::vector<std::string> state(std::string_view name, const std::vector<std::string>& stems,
                               const std::vector<ToolRow>& rows) {
  const migration::Layout& layout = *migration::find_layout(name);
  std::vector<Source> sources;
  for (const std::string& stem : stems) sources.push_back(make(layout, stem));
  std::vector<std::string> out;
  for (const StateLine& line : compare_tool_state(layout, sources, rows))
    out.push_back(line.version + " " + std::string(standing_name(line.standing)) + (line.out_of_order ? " late" : ""));
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("golang-migrate's one row stands for everything before it") {
  const std::vector<std::string> stems = {"000009_a", "000010_b", "000011_c"};
  CHECK(state("golang-migrate", stems, {{"10", "", "", false, true, ""}}) ==
        Lines{"000009_a assumed", "000010_b unverified", "000011_c pending"});
  CHECK(state("golang-migrate", stems, {{"10", "", "", true, true, ""}}) ==
        Lines{"000009_a assumed", "000010_b failed", "000011_c pending"});
  CHECK(state("golang-migrate", stems, {{"-1", "", "", false, true, ""}}) ==
        Lines{"000009_a pending", "000010_b pending", "000011_c pending"});
  CHECK(state("golang-migrate", stems, {{"12", "", "", false, true, ""}}) ==
        Lines{"000009_a assumed", "000010_b assumed", "000011_c assumed", "12 missing-file"});
}

TEST_CASE("rows by version, by name, by description") {
  CHECK(state("dbmate", {"01_a", "1_b", "2_c"}, {{"1", "", "", false, false, ""}, {"9", "", "", false, false, ""}}) ==
        Lines{"01_a pending late", "1_b unverified", "2_c pending", "9 missing-file"});
  CHECK(state("goose", {"00001_a", "00002_b"}, {{"1", "", "", false, false, ""}}) ==
        Lines{"00001_a unverified", "00002_b pending"});
  CHECK(state("node-pg-migrate", {"1_a", "1_b"}, {{"1_b", "", "", false, false, ""}}) ==
        Lines{"1_a pending", "1_b unverified"});
  CHECK(state("diesel", {"2019-01-02-030405_a"}, {{"20190102030405", "", "", false, false, ""}}) ==
        Lines{"2019-01-02-030405_a unverified"});
}

TEST_CASE("checksums of the tools") {
  const std::string sum = hash::sha256("SELECT 1");
  CHECK(state("prisma", {"2024_a", "2024_b", "2024_c"},
              {{"2024_a", "", sum, false, false, ""},
               {"2024_b", "", hash::sha256("x"), false, false, ""},
               {"2024_c", "", sum, true, false, ""}}) == Lines{"2024_a applied", "2024_b changed", "2024_c failed"});
  // CRC-32 of "123456789" is 0xCBF43926, negative as a Java int.
  const migration::Layout& flyway = *migration::find_layout("flyway");
  const std::vector<Source> files = {make(flyway, "V1__a", "123456789"), make(flyway, "V1.5__b", "x"),
                                     make(flyway, "V2__c", "x"), make(flyway, "R__view_one", "123456789\r\n")};
  const auto lines = compare_tool_state(flyway, files,
                                        {{"1", "", "-873187034", false, false, "a"},
                                         {"1.5", "", "1", false, true, ""},
                                         {"R__view one", "", "5", false, false, ""}});
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].standing == Standing::applied);
  CHECK(lines[1].standing == Standing::changed);
  CHECK(lines[2].standing == Standing::pending);
  CHECK(lines[3].standing == Standing::pending);  // a repeatable that changed runs again
}
