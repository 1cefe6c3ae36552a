#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "lint/migration_lint.h"
#include "lint/migration_rule.h"

using namespace kairon;

namespace {

/// "## bad pg=12 tx=no" and the SQL below it, up to the next such line.
struct Case {
  bool bad = false;
  std::string head;
  lint::MigrationOptions options;
  std::string sql;
};

Case parse_head(std::string_view line) {
  Case one;
  one.head = line;
  one.options.version = {15, 0};
  for (const std::string_view word : text::split(line.substr(3), ' ')) {
    if (word == "bad") one.bad = true;
    if (word.starts_with("pg=")) {
      const auto version = lint::parse_pg_version(word.substr(3));
      REQUIRE(version.has_value());
      one.options.version = *version;
    }
    if (word.starts_with("layout=")) {
      one.options.layout = migration::find_layout(word.substr(7));
      REQUIRE(one.options.layout != nullptr);
    }
    if (word == "tx=yes") one.options.transaction = lint::RunsInTransaction::yes;
    if (word == "tx=no") one.options.transaction = lint::RunsInTransaction::no;
  }
  return one;
}

std::vector<Case> read_cases(const std::string& path) {
  std::vector<Case> all;
  const auto content = file::read(path);
  REQUIRE(content.ok());
  for (const std::string_view line : text::lines(*content)) {
    if (line.starts_with("## ")) {
      all.push_back(parse_head(line));
    } else if (!all.empty()) {
      all.back().sql += std::string(line) + "\n";
    }
  }
  return all;
}

bool fires(const std::string& rule, const Case& one) {
  const std::string_view name = one.options.layout->name;
  const std::string path = name == "flyway"           ? "db/migrations/V1__case.sql"
                           : name == "golang-migrate" ? "db/migrations/001_case.up.sql"
                           : name == "sqitch"         ? "db/deploy/case.sql"
                                                      : "db/migrations/001_case.sql";
  const auto verdict = lint::lint_migration_file(path, one.sql, one.options);
  return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                     [&](const lint::Finding& finding) { return finding.rule == rule; });
}

}  // namespace

TEST_CASE("every rule fires on its bad cases and on none of its good ones") {
  std::size_t count = 0;
  for (const lint::MigrationRule* rule : lint::migration_rules()) {
    const std::string id(rule->info.id);
    const std::string name = id.substr(id.find('/') + 1);
    CAPTURE(id);
    const std::string path = std::string(KAIRON_SOURCE_DIR) + "/tests/lint/rules/migration/cases/" + name + ".txt";
    REQUIRE_MESSAGE(file::exists(path), "a migration rule has no cases");
    std::size_t bad = 0;
    std::size_t good = 0;
    for (const Case& one : read_cases(path)) {
      CAPTURE(one.head);
      CAPTURE(one.sql);
      CHECK(fires(id, one) == one.bad);
      (one.bad ? bad : good) += 1;
      ++count;
    }
    CHECK(bad >= 5);
    CHECK(good >= 5);
  }
  MESSAGE(count << " cases of " << lint::migration_rules().size() << " rules");
}

TEST_CASE("no case file without a rule") {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(KAIRON_SOURCE_DIR) + "/tests/lint/rules/migration/cases")) {
    const std::string id = "migration/" + entry.path().stem().string();
    const auto rules = lint::migration_rules();
    CHECK_MESSAGE(std::any_of(rules.begin(), rules.end(), [&](const auto* rule) { return rule->info.id == id; }), id);
  }
}
