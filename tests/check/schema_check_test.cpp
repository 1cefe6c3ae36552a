#include "check/schema_check.h"

#include <doctest/doctest.h>

#include <map>

#include "base/embedded.h"
#include "base/error.h"
#include "lint/rule.h"
#include "postgres/binaries.h"
#include "support/skip.h"

using namespace kairon;
using repository::Snapshot;

namespace {

/// A state made of files in memory; identity is the path, content is looked up by it.
using Files = std::map<std::string, std::string>;

Snapshot snapshot_of(const Files& files) {
  Snapshot snapshot;
  for (const auto& [path, content] : files) {
    const repository::SnapshotFile file{path, content};
    if (path.ends_with(".json")) snapshot.workflows.push_back(file);
    if (path.starts_with("db/migrations/")) snapshot.migrations.push_back(file);
    if (path == "db/schema.sql") snapshot.others.push_back(file);
  }
  snapshot.read = [](const repository::SnapshotFile& file) { return file.identity; };
  return snapshot;
}

Files example(const std::string& folder) {
  Files files;
  for (const embedded::File& file : embedded::rule_examples()) {
    if (file.path.starts_with(folder)) files.emplace(file.path.substr(folder.size()), file.content);
  }
  return files;
}

check::SchemaFindings judge_schema(const Files& now_files, const Files& base_files,
                                   std::optional<std::set<std::string>> only = std::nullopt) {
  const Snapshot now = snapshot_of(now_files);
  const Snapshot base = snapshot_of(base_files);
  check::SchemaRequest request{&now, &base, std::move(only), nullptr, {}, "."};
  return check::check_schema(request, config::load(nullptr));
}

std::string rules_of(const check::SchemaFindings& found) {
  std::string rules;
  for (const auto& [path, findings] : found) {
    for (const lint::Finding& finding : findings) rules += finding.rule + ";";
  }
  return rules;
}

Files without(Files files, std::string_view prefix) {
  std::erase_if(files, [&](const auto& file) { return file.first.starts_with(prefix); });
  return files;
}

}  // namespace

TEST_CASE("every rule that needs a database fires on its bad example and not on its good one") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    if (!lint::needs_database(rule->id)) continue;
    CAPTURE(rule->id);
    const std::string folder = std::string(rule->id) + "/";
    const Files bad = example(folder + "bad/");
    REQUIRE_FALSE(bad.empty());
    CHECK(rules_of(judge_schema(bad, without(bad, "db/migrations/"))) == std::string(rule->id) + ";");
    const Files good = example(folder + "good/");
    REQUIRE_FALSE(good.empty());
    CHECK(rules_of(judge_schema(good, without(good, "db/migrations/"))).empty());
  }
}

TEST_CASE("which states are compared") {
  if (postgres::find_binaries().empty()) return test::skip("no PostgreSQL server is installed");
  const Files drift = example("sql/drift/bad/");
  const std::string migration = "db/migrations/002_received.sql";
  SUBCASE("drift counts when its migration or its workflow is looked at") {
    const Files base = without(drift, "db/migrations/");
    CHECK(rules_of(judge_schema(drift, base, std::set<std::string>{migration})) == "sql/drift;");
    CHECK(rules_of(judge_schema(drift, base, std::set<std::string>{"Recent.json"})) == "sql/drift;");
    CHECK(judge_schema(drift, base, std::set<std::string>{"Other.json"}).empty());
  }
  SUBCASE("a changed schema file drifts as well") {
    Files now = without(drift, "db/migrations/");
    const Files base = now;
    now["db/schema.sql"] = "CREATE TABLE public.events (event_id bigint PRIMARY KEY);\n";
    const auto found = judge_schema(now, base);
    REQUIRE(rules_of(found) == "sql/drift;");
    CHECK(found.begin()->second.front().message.text.starts_with("db/schema.sql breaks"));
    CHECK(found.begin()->second.front().line == 13);
  }
  SUBCASE("a migration that is not published and another one now") {
    Files now = without(drift, "db/");
    now["db/migrations/001_events.sql"] = "CREATE TABLE events (event_id bigint, received_at timestamptz);";
    const Files base = now;
    CHECK(judge_schema(now, base).empty());
    now["db/migrations/001_events.sql"] = "CREATE TABLE events (event_id bigint, seen_at timestamptz);";
    CHECK(rules_of(judge_schema(now, base)) == "sql/drift;");
  }
  SUBCASE("all of it new: the schema file is what is in force") {
    CHECK(judge_schema(without(drift, "db/migrations/"), {}).empty());
  }
  SUBCASE("a migration that does not run") {
    Files now = drift;
    now[migration] = "ALTER TABLE nowhere ADD x int;";
    CHECK_THROWS_AS(judge_schema(now, without(drift, "db/migrations/")), Error);
  }
}

TEST_CASE("without a statement nothing is needed, without a schema nothing can be said") {
  CHECK(judge_schema({}, {}).empty());
  const Files drift = example("sql/drift/bad/");
  CHECK_THROWS_AS(judge_schema(without(drift, "db/"), {}), Error);
}
