#include "migration/file.h"

#include <doctest/doctest.h>

#include "migration/set.h"

using namespace kairon;
using migration::DirectiveKind;

namespace {
migration::File file(std::string text) { return {"db/migrations/003_add_tags.sql", std::move(text)}; }
}  // namespace

TEST_CASE("directives of the leading comments") {
  const auto all = file(
      "-- Migration 003: tags\n-- kairon: no-transaction\n-- kairon: irreversible the data is gone\n"
      "/* kairon: lock-budget 2s */\n-- kairon: allow migration/ban-drop-column: nobody reads it\nselect 1;\n"
      "-- kairon: allow migration/truncate only a cache\n");
  CHECK(all.directives().size() == 5);
  CHECK(all.directive(DirectiveKind::no_transaction) != nullptr);
  REQUIRE(all.directive(DirectiveKind::irreversible) != nullptr);
  CHECK(all.directive(DirectiveKind::irreversible)->argument == "the data is gone");
  CHECK(all.lock_budget() == std::chrono::seconds(2));
  CHECK(all.directive(DirectiveKind::allow)->rule == "migration/ban-drop-column");
  CHECK(all.directive(DirectiveKind::allow)->argument == "nobody reads it");
  CHECK(all.directives()[4].rule == "migration/truncate");
  CHECK_FALSE(all.runs_in_transaction());
}

TEST_CASE("directives that do not count say why") {
  const auto problem = [](const std::string& text) { return file(text).directives().at(0).problem; };
  CHECK(problem("-- kairon: no-transacton\n") == "unknown directive 'no-transacton'; did you mean no-transaction?");
  CHECK(problem("-- kairon: irreversible\n") == "'irreversible' wants a reason");
  CHECK(problem("-- kairon: allow migration/truncate\n") == "'allow' wants a reason");
  CHECK(problem("-- kairon: allow\n").find("no rule") != std::string::npos);
  CHECK(problem("-- kairon: lock-budget soon\n").find("500ms") != std::string::npos);
  CHECK(problem("select 1;\n-- kairon: no-transaction\n").find("after the first statement") != std::string::npos);
  CHECK(file("select 1;\n-- kairon: no-transaction\n").runs_in_transaction());
  CHECK_FALSE(file("\xEF\xBB\xBF\\set x 1\n-- kairon: no-transaction\nselect 1;\n").runs_in_transaction());
  CHECK(file("select '-- kairon: no-transaction';").directives().empty());
}

TEST_CASE("description") {
  CHECK(file("-- Migration: Add tags\nselect 1;").description() == "Add tags");
  CHECK(file("-- =====\n-- something\n-- Migration 003: Add tags\n").description() == "Add tags");
  CHECK(file("-- ======\n-- kairon: no-transaction\n-- what it does\n-- more\n").description() == "what it does");
  CHECK(file("select 1;").description() == "add tags");
  CHECK(file("/* Tags\n for all */").description() == "Tags");
}

TEST_CASE("own transactions") {
  CHECK(file("begin; select 1; commit;").has_own_transaction());
  CHECK_FALSE(file("begin; select 1; commit;").runs_in_transaction());
  CHECK_FALSE(file("savepoint a; rollback to a; do $$ begin null; end $$;").has_own_transaction());
  CHECK(file("create table t (a int);").runs_in_transaction());
}

TEST_CASE("psql commands are seen and blanked, the checksum is of the bytes") {
  const auto one = file("\\echo x\nselect 1;\n");
  CHECK(one.psql_commands().size() == 1);
  CHECK(one.script().ok());
  CHECK(one.checksum() == "9b90a30eb62ea557dae0fa2733ff4379d330a4eb61940064f3e162a3b8c438aa");
}

TEST_CASE("Set pairs and orders") {
  const migration::Set set("db/migrations", {{"db/migrations/010_z.sql", "1"},
                                             {"db/migrations/002b_y.sql", "2"},
                                             {"db/migrations/002b_y_rollback.sql", "3"},
                                             {"db/migrations/002_x.sql", "4"},
                                             {"db/migrations/002_x.down.sql", "5"},
                                             {"db/migrations/007_gone_rollback.sql", "6"},
                                             {"db/migrations/archive/001_old.sql", "7"},
                                             {"db/migrations/README.md", "8"},
                                             {"db/schema.sql", "9"}});
  REQUIRE(set.migrations().size() == 3);
  CHECK(set.migrations()[0].version.stem == "002_x");
  CHECK(set.migrations()[0].rollbacks.size() == 1);
  CHECK(set.migrations()[1].version.stem == "002b_y");
  CHECK(set.migrations()[2].rollbacks.empty());
  REQUIRE(set.orphans().size() == 1);
  CHECK(set.archived().size() == 1);
  CHECK(set.find("010_z") != nullptr);
  CHECK(set.find("007_gone") == nullptr);
}
