#include "install/survey.h"

#include <doctest/doctest.h>

#include "support/repository.h"

using namespace kairon;
using Paths = std::vector<std::string>;

TEST_CASE("globs_for") {
  SUBCASE("a folder of workflows only") {
    CHECK(install::globs_for({"w/a.json", "w/b.json"}, {"w/a.json", "w/b.json", "package.json"}) == Paths{"w/*.json"});
  }
  SUBCASE("a folder with other JSON files is listed file by file") {
    CHECK(install::globs_for({"w/a.json"}, {"w/a.json", "w/data.json"}) == Paths{"w/a.json"});
  }
  SUBCASE("files at the top") { CHECK(install::globs_for({"a.json"}, {"a.json"}) == Paths{"*.json"}); }
  SUBCASE("many folders below one") {
    Paths paths;
    for (char c = 'a'; c < 'a' + 9; ++c) paths.push_back(std::string("flows/") + c + "/x.json");
    CHECK(install::globs_for(paths, paths) == Paths{"flows/**/*.json"});
    Paths more = paths;
    more.emplace_back("flows/z/data.json");
    CHECK(install::globs_for(paths, more).size() == 9);
    paths.emplace_back("other/x.json");
    CHECK(install::globs_for(paths, paths) == Paths{"flows/**/*.json", "other/*.json"});
  }
  SUBCASE("folders below one, whose JSON files are all workflows") {
    CHECK(install::globs_for({"x/prod/a/1.json", "x/prod/b/2.json"},
                             {"x/prod/a/1.json", "x/prod/b/2.json", "x/data.json"}) == Paths{"x/prod/**/*.json"});
    CHECK(install::globs_for({"x/prod/1.json", "x/prod/b/2.json"}, {"x/prod/1.json", "x/prod/b/2.json"}) ==
          Paths{"x/prod/**/*.json"});
    CHECK(install::globs_for({"x/prod/a/1.json", "x/prod/b/2.json"},
                             {"x/prod/a/1.json", "x/prod/b/2.json", "x/prod/c/data.json"}) ==
          Paths{"x/prod/a/*.json", "x/prod/b/*.json"});
  }
  SUBCASE("one JSON file in a hundred that is not a workflow changes nothing") {
    Paths paths;
    for (int i = 0; i < 100; ++i)
      paths.push_back("flows/" + std::to_string(i % 10) + "/" + std::to_string(i) + ".json");
    Paths more = paths;
    more.emplace_back("flows/1/package.json");
    CHECK(install::globs_for(paths, more) == Paths{"flows/**/*.json"});
  }
  SUBCASE("a folder is not listed file by file when that needs many patterns") {
    Paths paths;
    for (int i = 0; i < 30; ++i) paths.push_back("w/" + std::to_string(i) + ".json");
    Paths more = paths;
    more.emplace_back("w/package.json");
    CHECK(install::globs_for(paths, more) == Paths{"w/*.json"});
  }
  SUBCASE("nothing") { CHECK(install::globs_for({}, {"a.json"}).empty()); }
}

TEST_CASE("image_version") {
  CHECK(install::image_version("  image: docker.n8n.io/n8nio/n8n:1.123.81\n", "n8nio/n8n") == "1.123.81");
  CHECK(install::image_version("image: pgvector/pgvector:pg15", "pgvector/pgvector") == "15");
  CHECK(install::image_version("image: \"postgres:16-alpine\"", "postgres") == "16");
  CHECK_FALSE(install::image_version("image: n8nio/n8n:latest", "n8nio/n8n").has_value());
  CHECK_FALSE(install::image_version("image: mypostgres:9", "postgres").has_value());
  CHECK_FALSE(install::image_version("", "postgres").has_value());
}

TEST_CASE("image_version reads defaults of variables and prefixed tags") {
  CHECK(install::image_version("image: n8nio/n8n:${N8N_VERSION:-1.123.81}", "n8nio/n8n") == "1.123.81");
  CHECK_FALSE(install::image_version("image: n8nio/n8n:${N8N_VERSION}", "n8nio/n8n").has_value());
  CHECK(install::image_version("image: timescale/timescaledb:latest-pg16", "timescale/timescaledb") == "16");
}

TEST_CASE("find_migrations takes the folder with the highest number") {
  install::Survey found;
  SUBCASE("a folder comes before its archive, which has more files") {
    install::find_migrations({"db/m/archive/001_a.sql", "db/m/archive/002_b.sql", "db/m/003_c.sql"}, found);
    CHECK(found.migrations == "db/m");
    CHECK(found.last_migration == "003_c");
    CHECK(found.other_migrations == Paths{"db/m/archive (2 files)"});
  }
  SUBCASE("an archive's number does not count, however high it is") {
    install::find_migrations({"old/900_a.sql", "sql/1_c.sql"}, found);
    CHECK(found.migrations == "sql");
  }
  SUBCASE("timestamps are numbers of any length") {
    install::find_migrations({"a/999_x.sql", "b/20240101120000_y.sql", "b/20240101120000_y_rollback.sql"}, found);
    CHECK(found.migrations == "b");
    CHECK(found.migration_count == 1);
  }
  SUBCASE("examples, tests and other databases have no migrations of this repository") {
    install::find_migrations({"examples/go/db/1_a.sql", "x/testdata/9_a.sql", "db/mysql/3_a.sql", "x/test/schema.sql"},
                             found);
    CHECK(found.migrations.empty());
    CHECK(found.schema.empty());
    CHECK(found.other_migrations.empty());
  }
  SUBCASE("the schema beside the migrations, not that of another program") {
    install::find_migrations({"supabase/migrations/001_a.sql", "monitor/database/schema.sql"}, found);
    CHECK(found.schema.empty());
    install::find_migrations({"app/db/migrations/001_a.sql", "app/db/dump/schema.sql", "docs/schema.sql"}, found);
    CHECK(found.schema == "app/db/dump/schema.sql");
    install::find_migrations({"migrations/001_a.sql", "x/y/z/schema.sql"}, found);
    CHECK(found.schema == "x/y/z/schema.sql");
  }
  SUBCASE("an archive alone is better than nothing") {
    install::find_migrations({"db/archive/001_a.sql"}, found);
    CHECK(found.migrations == "db/archive");
  }
}

TEST_CASE("is_set_aside") {
  for (const char* path : {"n8n-workflows-dev/A.json", "db/archive/1.sql", "flows/old/x.json", "a/legacy/b.json",
                           "n8n/workflows/development/a.json", "n8n/workflows/historical/a.json"})
    CHECK(install::is_set_aside(path));
  for (const char* path : {"n8n-workflows/dev.json", "golden/A.json", "device/A.json", "A.json"})
    CHECK_FALSE(install::is_set_aside(path));
}

TEST_CASE("settings_text says only what differs from the defaults") {
  install::Survey found;
  found.workflow_globs = {"n8n-workflows/*.json"};
  found.workflows = found.with_ctx = 3;
  found.migrations = "db/migrations";
  found.branch = "main";
  CHECK(install::settings_text(found).ends_with("[kairon]\n"));
  found.with_ctx = 1;
  CHECK(install::settings_text(found).ends_with("[kairon]\n"));
  found.workflows = 4;
  CHECK(install::settings_text(found).find("\truleset = n8n  ; 1 of 4 pass ctx along") != std::string::npos);
  found.with_ctx = 0;
  found.workflow_globs = {"my flows/*.json"};
  const std::string text = install::settings_text(found);
  CHECK(text.find("\tworkflows = \"my flows/*.json\"") != std::string::npos);
  CHECK(text.find("\truleset = n8n") != std::string::npos);
}

TEST_CASE("settings_text gives each of several histories a section") {
  install::Survey found;
  found.branch = "main";
  found.migrations = "billing/migrations";
  found.schema = "other/schema.sql";
  migration::History billing{migration::find_layout("goose"), "billing/migrations", 2, "00002_m", "the marks"};
  billing.table = "_migrations";
  const migration::History shop{migration::find_layout("kairon"), "shop/db", 1, "001_item", "numbered .sql files"};
  found.histories = {billing, shop};
  found.named_histories = {{"billing", billing, ""}, {"shop", shop, "shop/schema.sql"}};
  const std::string text = install::settings_text(found);
  CHECK(
      text.ends_with("[kairon]\n[migrations \"billing\"]\n\tfolder = billing/migrations  ; the last one is 00002_m\n"
                     "\tlayout = goose  ; the marks\n\tversionTable = _migrations  ; what goose is set to here\n"
                     "[migrations \"shop\"]\n\tfolder = shop/db  ; the last one is 001_item\n"
                     "\tschema = shop/schema.sql  ; base for its trial\n"));
}

TEST_CASE("migrations of another database are not taken") {
  const test::Repository repository;
  repository.write("database/migrations/001_notes.sql", "CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT);\n");
  repository.write("database/migrations/002_more.sql", "ALTER TABLE note ADD COLUMN t TEXT;\n");
  repository.write("database/schema.sql", "CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT);\n");
  const install::Survey found = install::survey(repository.path());
  CHECK(found.migrations.empty());
  CHECK(found.migration_count == 0);
  CHECK(found.schema.empty());
  CHECK(found.other_database == "database/migrations");
}

TEST_CASE("first_few") {
  CHECK(install::first_few({"a", "b", "c"}) == "a, b, c");
  CHECK(install::first_few({"a", "b", "c", "d", "e"}) == "a, b, c and 2 more");
}
