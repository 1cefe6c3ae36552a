#include "install/survey.h"

#include <doctest/doctest.h>

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

TEST_CASE("settings_text says only what differs from the defaults") {
  install::Survey found;
  found.workflow_globs = {"n8n-workflows/*.json"};
  found.workflows = found.with_ctx = 3;
  found.migrations = "db/migrations";
  found.branch = "main";
  CHECK(install::settings_text(found).ends_with("[kairon]\n"));
  found.with_ctx = 0;
  found.workflow_globs = {"my flows/*.json"};
  const std::string text = install::settings_text(found);
  CHECK(text.find("\tworkflows = \"my flows/*.json\"") != std::string::npos);
  CHECK(text.find("\truleset = n8n") != std::string::npos);
}
