#include "lint/support/squawk_ignore.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "lint/migration_lint.h"

using namespace kairon;

namespace {

lint::FileVerdict judged(const std::string& sql) {
  return lint::lint_migration_file("db/migrations/001_a.sql", sql, {});
}

/// "rule:line" of every finding with that rule.
bool finds(const lint::FileVerdict& verdict, std::string_view rule, std::size_t line) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                     [&](const lint::Finding& one) { return one.rule == rule && one.line == line; });
}

}  // namespace

TEST_CASE("squawk-ignore covers what begins in its line or the next one") {
  const auto verdict = judged(
      "-- squawk-ignore ban-drop-column, prefer-robust-stmts -- nobody reads it\n"
      "ALTER TABLE public.a DROP COLUMN b;\n"
      "ALTER TABLE public.a DROP COLUMN c;\n"
      "ALTER TABLE public.a DROP COLUMN d; -- squawk-ignore ban-drop-column\n");
  CHECK_FALSE(finds(verdict, "migration/ban-drop-column", 2));
  CHECK(finds(verdict, "migration/ban-drop-column", 3));
  CHECK_FALSE(finds(verdict, "migration/ban-drop-column", 4));
  CHECK(verdict.ignored == 2);
}

TEST_CASE("our own rules too, with or without the prefix") {
  CHECK(finds(judged("TRUNCATE public.a;\n"), "migration/truncate", 1));
  CHECK_FALSE(finds(judged("-- squawk-ignore truncate\nTRUNCATE public.a;\n"), "migration/truncate", 2));
  CHECK_FALSE(
      finds(judged("-- squawk-ignore-file migration/truncate\n\n\nTRUNCATE public.a;\n"), "migration/truncate", 4));
  CHECK(finds(judged("-- squawk-ignore-file\nTRUNCATE public.a;\n"), "migration/truncate", 2));
  CHECK_FALSE(finds(judged("-- squawk-ignore-file\nDROP TABLE public.a;\n"), "migration/ban-drop-table", 2));
}

TEST_CASE("what no squawk comment answers") {
  const std::string escape = "COPY public.a FROM PROGRAM 'x';\n";
  REQUIRE(finds(judged(escape), "migration/server-escape", 1));
  CHECK(finds(judged("-- squawk-ignore-file\n" + escape), "migration/server-escape", 2));
  CHECK(finds(judged("-- squawk-ignore server-escape\n" + escape), "migration/server-escape", 2));
  CHECK(finds(judged("-- squawk-ignore server-escape\n" + escape), "migration/directive", 1));
  CHECK(finds(judged("-- squawk-ignore-file syntax\nALTER TABEL a;\n"), "migration/syntax", 2));
}

TEST_CASE("a name that is no rule allows nothing and is reported") {
  const auto verdict = judged("-- squawk-ignore-file ban-drop-colum\nALTER TABLE public.a DROP COLUMN b;\n");
  CHECK(finds(verdict, "migration/ban-drop-column", 2));
  CHECK(finds(verdict, "migration/directive", 1));
}

TEST_CASE("squawk-disable-assume-in-transaction is answered with our word for it") {
  const std::string marked = "-- squawk-disable-assume-in-transaction\nSELECT 1;\n";
  CHECK(finds(judged(marked), "migration/directive", 1));
  CHECK_FALSE(finds(judged("-- kairon: no-transaction\n" + marked), "migration/directive", 2));
}
