#include "lint/migration_lint.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "lint/migration_rule.h"

using namespace kairon;

namespace {

std::vector<lint::Finding> findings(const std::string& text, lint::MigrationOptions options = {},
                                    const std::string& name = "001_x.sql") {
  lint::FileVerdict verdict = lint::lint_migration_file("db/migrations/" + name, text, options);
  lint::apply_suppressions(verdict.facts, "db/migrations/" + name, verdict.findings, {});
  std::erase_if(verdict.findings,
                [](const lint::Finding& finding) { return finding.severity == lint::Severity::info; });
  lint::sort_findings(verdict.findings);
  return verdict.findings;
}

bool has(const std::vector<lint::Finding>& all, std::string_view rule) {
  return std::any_of(all.begin(), all.end(), [rule](const lint::Finding& finding) { return finding.rule == rule; });
}

}  // namespace

TEST_CASE("findings stand at the action, in code points") {
  const auto all = findings("-- \xC3\xBC\nalter table t\n  add column \"\xC3\xBC\" bigint, drop column b;\n");
  REQUIRE(all.size() == 1);
  CHECK(all[0].rule == "migration/ban-drop-column");
  CHECK(all[0].line == 3);
  CHECK(all[0].column == 26);
}

TEST_CASE("an allowance takes its rule out, one that allows nothing is said") {
  CHECK(findings("-- kairon: allow migration/truncate only a cache\ntruncate t;\n").empty());
  const auto unused = findings("-- kairon: allow migration/truncate only a cache\nselect 1;\n");
  REQUIRE(unused.size() == 1);
  CHECK(unused[0].rule == "suppression/unused");
  CHECK(has(findings("-- kairon: allow migration/truncate\ntruncate t;\n"), "migration/truncate"));
}

TEST_CASE("rollback files may take away") {
  CHECK(findings("drop table t;\n", {}, "001_x_rollback.sql").empty());
  CHECK(findings("alter table t drop column a;\n", {}, "001_x.down.sql").empty());
  CHECK(has(findings("drop tabel t;\n", {}, "001_x_rollback.sql"), "migration/syntax"));
  // What depends on data and traffic is judged on the way forward only.
  CHECK(findings("truncate t;\n", {}, "001_x_rollback.sql").empty());
  CHECK(has(findings("vacuum t;\n", {}, "001_x_rollback.sql"), "migration/needs-no-transaction"));
}

TEST_CASE("what a newer server may understand is a warning only") {
  lint::MigrationOptions newer;
  newer.version = {18, 0};
  const auto all = findings("create tabel t (a bigint);", newer);
  REQUIRE(all.size() == 1);
  CHECK(all[0].severity == lint::Severity::warning);
  CHECK(findings("create tabel t (a bigint);")[0].severity == lint::Severity::error);
}

TEST_CASE("the other statements are judged beside a syntax error") {
  const auto all = findings("drop table a;\nselec 1;\ndrop table b;\n");
  CHECK(std::count_if(all.begin(), all.end(),
                      [](const lint::Finding& finding) { return finding.rule == "migration/ban-drop-table"; }) == 2);
}

TEST_CASE("hazards in bodies stand at their own place") {
  const auto all = findings("do $$\nbegin\n  perform 1;\n  drop table t;\nend $$;\n");
  REQUIRE(all.size() == 1);
  CHECK(all[0].line == 4);
  CHECK(all[0].column == 3);
  CHECK(all[0].message.text.find("migration/ban-drop-table") != std::string::npos);
  CHECK(all[0].severity == lint::Severity::warning);
  const auto function = findings("create function f() returns void language sql as 'delete from t';");
  REQUIRE(function.size() == 1);
  CHECK(function[0].severity == lint::Severity::warning);
}

TEST_CASE("secrets of the text are found, and shown with four characters only") {
  const auto all = findings("insert into t values ('ghp_0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R');\n");
  REQUIRE(all.size() == 1);
  CHECK(all[0].rule == "secret/github");
  CHECK(all[0].message.text.find("0a1B2") == std::string::npos);
}

TEST_CASE("a statement that is nested too deeply is named, never a crash") {
  std::string sum = "select 1";
  for (int i = 0; i < 50000; ++i) sum += "+1";
  const auto all = findings(sum + ";");
  REQUIRE(all.size() == 1);
  CHECK(all[0].rule == "migration/syntax");
  CHECK(all[0].severity == lint::Severity::warning);
}

TEST_CASE("odd texts give findings, not crashes") {
  CHECK(has(findings(""), "migration/empty"));
  CHECK(has(findings(std::string("select 1;\0", 10)), "migration/syntax"));
  CHECK(has(findings("select '\xFF';"), "migration/syntax"));
  CHECK(findings("\xEF\xBB\xBFselect 1;\r\n").empty());
  std::string many;
  for (int i = 0; i < 10000; ++i) many += "insert into t values (1);\n";
  CHECK(findings(many).empty());
}

TEST_CASE("parse_pg_version") {
  CHECK(lint::parse_pg_version("15")->major == 15);
  CHECK(lint::parse_pg_version("15.4")->minor == 4);
  CHECK(lint::parse_pg_version("9.6.24")->minor == 6);
  CHECK_FALSE(lint::parse_pg_version("fifteen").has_value());
  CHECK_FALSE(lint::parse_pg_version("15.x").has_value());
  CHECK_FALSE(lint::parse_pg_version("").has_value());
  CHECK(*lint::parse_pg_version("11") < *lint::parse_pg_version("11.0"));
}

TEST_CASE("a required column is an error where rows may be") {
  const auto severity = [](const char* sql) {
    for (const auto& one : findings(sql))
      if (one.rule == "migration/adding-required-field") return one.severity;
    return lint::Severity::info;
  };
  CHECK(severity("alter table a.t add column n int not null;") == lint::Severity::error);
  CHECK(severity("delete from a.t; alter table a.t add column n int not null;") == lint::Severity::warning);
  CHECK(severity("truncate a.u, a.t; alter table a.t add column n int not null;") == lint::Severity::warning);
  CHECK(severity("create table a.t (m int); alter table a.t add column n int not null;") == lint::Severity::warning);
  CHECK(severity("alter table a.t add column n bigserial not null;") == lint::Severity::warning);
  // Rows may be left, or it is another table, or the rows go later.
  CHECK(severity("delete from a.t where m; alter table a.t add column n int not null;") == lint::Severity::error);
  CHECK(severity("delete from b.t; alter table a.t add column n int not null;") == lint::Severity::error);
  CHECK(severity("alter table a.t add column n int not null; delete from a.t;") == lint::Severity::error);
}

TEST_CASE("the body of BEGIN ATOMIC does not run with the migration: it is a function's, as any other") {
  const auto all = findings(
      "create function public.f() returns void language sql begin atomic delete from public.t; update public.t set a "
      "= 1; end;");
  CHECK_FALSE(has(all, "migration/delete-without-where"));
  CHECK_FALSE(has(all, "migration/update-without-where"));
  REQUIRE(has(all, "migration/in-function-body"));
  CHECK(std::none_of(all.begin(), all.end(), [](const auto& one) { return one.severity == lint::Severity::error; }));
  CHECK(has(findings("with d as (delete from public.t returning *) select 1;"), "migration/delete-without-where"));
}
