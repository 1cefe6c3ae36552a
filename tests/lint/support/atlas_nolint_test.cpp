#include "lint/support/atlas_nolint.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "lint/migration_lint.h"

using namespace kairon;

namespace {

lint::FileVerdict judged(const std::string& sql) {
  lint::MigrationOptions options;
  options.layout = migration::find_layout("atlas");
  return lint::lint_migration_file("migrations/1_a.sql", sql, options);
}

bool finds(const lint::FileVerdict& verdict, std::string_view rule, std::size_t line) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                     [&](const lint::Finding& one) { return one.rule == rule && one.line == line; });
}

constexpr std::string_view kColumn = "migration/ban-drop-column";
const std::string kDrop = "ALTER TABLE a DROP COLUMN b;\n";

}  // namespace

TEST_CASE("atlas:nolint is about the statement that follows it") {
  REQUIRE(finds(judged(kDrop), kColumn, 1));
  for (const std::string comment : {"-- atlas:nolint\n", "--atlas:nolint\n", "/*atlas:nolint*/\n",
                                    "-- atlas:nolint destructive\n", "-- atlas:nolint MF103 DS103\n"}) {
    CAPTURE(comment);
    const auto verdict = judged(comment + kDrop + kDrop);
    CHECK_FALSE(finds(verdict, kColumn, 2));
    CHECK(finds(verdict, kColumn, 3));
    CHECK(verdict.ignored == 1);
  }
  CHECK_FALSE(
      finds(judged("SELECT 1;\n-- atlas:nolint\nALTER TABLE a\n  ADD COLUMN c int,\n  DROP COLUMN b;\n"), kColumn, 5));
}

TEST_CASE("a comment that names another check, is cut off by a blank line, or is another word allows nothing") {
  for (const std::string comment : {"-- atlas:nolint DS102\n", "-- atlas:nolint data_depend\n",
                                    "SELECT 1;\n-- atlas:nolint\n\n", "-- atlas:nolinted\n", "-- see atlas:nolint\n"}) {
    CAPTURE(comment);
    const auto line = static_cast<std::size_t>(std::count(comment.begin(), comment.end(), '\n')) + 1;
    CHECK(finds(judged(comment + kDrop), kColumn, line));
  }
}

TEST_CASE("in the comments of the file it is about each statement") {
  CHECK_FALSE(finds(judged("-- atlas:nolint\n\nSELECT 1;\n" + kDrop), kColumn, 4));
  CHECK_FALSE(finds(judged("-- x\n-- atlas:nolint destructive\n\nSELECT 1;\n" + kDrop), kColumn, 5));
  CHECK(finds(judged("-- atlas:nolint incompatible\n\nSELECT 1;\n" + kDrop), kColumn, 4));
}

TEST_CASE("rules without a check of Atlas as their like go on") {
  CHECK(finds(judged("-- atlas:nolint\nDELETE FROM a;\n"), "migration/delete-without-where", 2));
  CHECK(finds(judged("-- atlas:nolint\n\nCOPY a FROM PROGRAM 'x';\n"), "migration/server-escape", 3));
  CHECK(finds(judged("-- atlas:nolint\n\nALTER TABEL a;\n"), "migration/syntax", 3));
}
