#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/environment.h"
#include "fuzz/mutate.h"
#include "fuzz/sql_breaker.h"
#include "lint/migration_lint.h"
#include "sql/plpgsql.h"
#include "sql/psql.h"
#include "sql/statement.h"

// Damages the bytes of migrations, and breaks the structure of the rule examples, and asks everything of the result.
// Ends with 1 when a promise of sql/*.h or lint/migration_lint.h is broken; a crash is a crash. Usage: fuzz_sql
// [ITERATIONS] [SEED] [EXAMPLES]; 20,000 inputs, a million with KAIRON_FULL=1.
using namespace kairon;

namespace {

constexpr auto kSeeds = std::to_array<std::string_view>({
    "-- Migration 001: orders\n-- kairon: allow migration/truncate a cache\nbegin;\ncreate table if not exists s.t (id "
    "bigint "
    "primary key, a text default 'x;''y' check (a <> ''));\ncreate index concurrently i on t using gin (a) where b is "
    "null;\ncommit;\n",
    "alter table only t add column a int default (1 + -f(2))::int not null references u (a), drop constraint if exists "
    "c "
    "cascade, alter b type varchar(10)[] using b::text, detach partition p;\nalter table t rename column \"A\"\"b\" to "
    "c;",
    "do language plpgsql $body$\ndeclare r record;\nbegin\n  for r in select * from t loop\n    execute format('drop "
    "table "
    "%I.%s', r.a, 'x') using 1;\n    update t set a = 1, a = 2;\n  end loop;\nexception when others then null;\nend "
    "$body$;",
    "create function f(a int default 1) returns int language sql begin atomic; select case when a > 1 then 2 end; "
    "delete "
    "from t; end;\ncreate function g() returns void as 'truncate t' language sql;",
    "\\set x 1\ncopy t (a) from stdin;\n1\\N\n\\.\nselect E'\\'', U&\"d\\0061\", $1, .5e-3, a->>'b' from t /* a /* b "
    "*/ c */;",
    "alter type ty add value if not exists 'x';\ninsert into t (a, b) values ('x', default) on conflict (a) do update "
    "set b = "
    "excluded.b returning *;\ncreate view v as select a, a.b, f(), case when true then 1 end as a from t;",
    "vacuum (full off, analyze) t;\nreindex (concurrently) table t;\nlock table t in share mode;\nset lock_timeout = "
    "'1s';\n"
    "create domain d as int check (value > 0);\ndrop schema a, b cascade;\nmerge into t using u on true when matched "
    "then "
    "update set a = 1;",
});

constexpr auto kTokens = std::to_array<std::string_view>({"(",
                                                          ")",
                                                          ";",
                                                          ",",
                                                          "'",
                                                          "''",
                                                          "\"",
                                                          "$$",
                                                          "$body$",
                                                          "--",
                                                          "/*",
                                                          "*/",
                                                          "\n",
                                                          "\\",
                                                          "\\.",
                                                          "::",
                                                          "[",
                                                          "]",
                                                          "not ",
                                                          "null ",
                                                          "begin;",
                                                          "commit;",
                                                          "rollback;",
                                                          "cascade",
                                                          "default ",
                                                          "check (",
                                                          "unique ",
                                                          "using ",
                                                          "index ",
                                                          "primary key ",
                                                          "add ",
                                                          "drop ",
                                                          "alter ",
                                                          "table ",
                                                          "column ",
                                                          "select ",
                                                          "where ",
                                                          "$1",
                                                          "1",
                                                          "-",
                                                          "E'",
                                                          "U&\"",
                                                          "copy t from stdin;",
                                                          "case ",
                                                          "end ",
                                                          "atomic ",
                                                          "concurrently ",
                                                          "\xC3\xBC",
                                                          "\xFF",
                                                          "\x01"});

int fail(const char* what, const std::string& text) {
  std::printf("broken: %s\n%s\n", what, text.c_str());
  return 1;
}

int check_tokens(const std::string& text) {
  std::size_t end = 0;
  for (const sql::Token& token : sql::tokens(text)) {
    if (token.begin < end || token.end <= token.begin || token.end > text.size()) return fail("token", text);
    end = token.end;
  }
  const std::string clean = sql::without_psql_commands(text, sql::psql_commands(text));
  return clean.size() == text.size() ? 0 : fail("a psql command changed the length", text);
}

int check_script(const std::string& text) {
  const sql::Script script(text);
  for (const sql::SyntaxError& error : script.errors()) {
    if (error.offset > text.size() || error.message.empty()) return fail("error", text);
  }
  std::size_t end = 0;
  for (std::size_t i = 0; i < script.statements().size(); ++i) {
    const sql::Statement& statement = script.statements()[i];
    if (statement.begin < end || statement.end <= statement.begin || statement.end > text.size()) {
      return fail("statement", text);
    }
    end = statement.end;
    if (!script.tree(i).present()) return fail("a statement without a tree", text);
    for (const sql::EmbeddedSql& part : sql::embedded_sql(script.text_of(i), script.tree(i))) {
      if (part.offset > script.text_of(i).size()) return fail("embedded SQL outside of its statement", text);
    }
  }
  return 0;
}

int check_lint(const std::string& text) {
  for (const auto transaction : {lint::RunsInTransaction::automatic, lint::RunsInTransaction::no}) {
    lint::MigrationOptions options;
    options.transaction = transaction;
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    for (const lint::Finding& finding : lint::lint_migration_file("db/migrations/001_x.sql", text, options).findings) {
      if (finding.line > lines || finding.line == 0 || finding.column == 0)
        return fail("a finding outside of the file", text);
      if (finding.message.text.empty() || finding.message.remedy.empty()) return fail("a finding without words", text);
    }
  }
  return 0;
}

}  // namespace

/// Read by the leak sanitizer: libpg_query 15's pg_query_parse_plpgsql() forgets the empty text kept for
/// stderr when a body is not a PL/pgSQL.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:pg_query_raw_parse\n"; }

int main(int argc, char** argv) {
  const long usual = environment::flag("KAIRON_FULL") ? 1'000'000 : 20'000;
  const long iterations = argc > 1 && std::atol(argv[1]) > 0 ? std::atol(argv[1]) : usual;
  test::Mutator mutator(argc > 2 ? static_cast<std::uint32_t>(std::atol(argv[2])) : 1);
  test::SqlBreaker breaker(mutator, {kSeeds.begin(), kSeeds.end()},
                           argc > 3 ? argv[3] : KAIRON_SOURCE_DIR "/tests/fixtures/rules");
  if (breaker.seeds() < 50) return fail("too few examples to begin with", "");
  for (long i = 0; i < iterations; ++i) {
    std::string text = i % 3 == 0 ? std::string(kSeeds[mutator.below(kSeeds.size())]) : breaker.broken();
    for (std::size_t rounds = i % 3 == 2 ? 0 : mutator.below(4); rounds > 0; --rounds)
      text = mutator.damaged(text, kTokens);
    if (mutator.below(50) == 0) text.resize(mutator.below(text.size() + 1));
    int status = check_tokens(text);
    if (status == 0) status = check_script(text);
    if (status == 0) status = check_lint(text);
    if (status != 0) return status;
  }
  std::printf("%ld damaged texts from %zu scripts, no promise broken\n", iterations, breaker.seeds());
  return 0;
}
