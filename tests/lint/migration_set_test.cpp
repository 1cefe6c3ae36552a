#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/format.h"
#include "lint/migration_lint.h"

using namespace kairon;

namespace {

/// "002_a=x": the file db/migrations/002_a.sql with the content x.
std::vector<migration::Entry> folder(std::string_view words) {
  std::vector<migration::Entry> entries;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string_view word = words.substr(at, end - at);
    const std::size_t equals = word.find('=');
    entries.push_back({format("db/migrations/{}.sql", word.substr(0, equals)), std::string(word.substr(equals + 1))});
    at = end + 1;
  }
  return entries;
}

/// Findings but no-rollback's, as "collision:003_b immutable/warning:001_a".
std::string judged(std::string_view base, std::string_view now) {
  lint::MigrationSetInput input;
  input.base = folder(base);
  input.now = folder(now);
  std::string text;
  for (const lint::Finding& finding : lint::lint_migration_set(input)) {
    if (finding.rule == "migration/no-rollback") continue;
    std::string stem = finding.path.substr(finding.path.rfind('/') + 1);
    stem.resize(stem.size() - 4);
    if (!text.empty()) text += ' ';
    text += finding.rule.substr(10) + (finding.severity == lint::Severity::warning ? "/warning:" : ":") + stem;
  }
  return text;
}

}  // namespace

TEST_CASE("collision is said at the newcomer") {
  CHECK(judged("002_a=x", "002_a=x 002_b=y") == "collision:002_b");
  CHECK(judged("002_b=x", "002_a=y 002_b=x") == "collision:002_a");
  CHECK(judged("001_z=x", "001_z=x 2_a=y 002_b=z").find("collision:002_b") != std::string::npos);
  CHECK(judged("", "002_a=x 02_b=y 0002_c=z") == "collision:02_b collision:0002_c");
  CHECK(judged("002_a=x 002_b=y", "002_a=x 002_b=y").empty());
  CHECK(judged("", "002_a=x 002b_a=y 003_a=z").empty());
  CHECK(judged("", "alpha=x beta=y").empty());
  CHECK(judged("", "002_a=x 002_a_rollback=y").empty());
}

TEST_CASE("out-of-order") {
  CHECK(judged("003_a=x", "002_b=y 003_a=x") == "out-of-order:002_b");
  CHECK(judged("010_a=x", "9_b=y 010_a=x") == "out-of-order:9_b");
  CHECK(judged("003_a=x", "002b_c=z 003_a=x") == "out-of-order:002b_c");
  CHECK(judged("003_a=x", "003_a=x 010_b=y").empty());
  CHECK(judged("9_a=x", "10_b=y 9_a=x").empty());
  CHECK(judged("", "002_b=y 003_a=x").empty());
  CHECK(judged("003_a=x 001_z=q", "001_z=q 003_a=x 003b_c=y").empty());
  // A file without a number sorts last; a new number never comes after it.
  CHECK(judged("003_a=x tidy_up=q", "003_a=x 004_b=y tidy_up=q").empty());
  CHECK(judged("003_a=x tidy_up=q", "002_b=y 003_a=x tidy_up=q") == "out-of-order:002_b");
}

TEST_CASE("immutable: changed, renamed, deleted, archived") {
  CHECK(judged("001_a=x", "001_a=y") == "immutable:001_a");
  CHECK(judged("001_a=x 002_b=y", "002_b=y") == "immutable:001_a");
  CHECK(judged("001_a=x", "001_c=x") == "immutable:001_c");
  CHECK(judged("001_a=x 002_b=y", "archive/001_a=x 002_b=y") == "immutable/warning:001_a");
  CHECK(judged("001_a=x 002_b=y", "archive/001_a=z 002_b=y") == "immutable:001_a");
  CHECK(judged("001_a=x 001_a_rollback=r", "001_a=x 001_a_rollback=s").empty());
  CHECK(judged("001_a=x", "001_a=x 002_b=y").empty());
  CHECK(judged("archive/001_a=x", "").empty());
}

TEST_CASE("orphan-rollback") {
  CHECK(judged("", "001_a=x 001_b_rollback=y") == "orphan-rollback/warning:001_b_rollback");
  CHECK(judged("001_b_rollback=y", "001_a=x 001_b_rollback=y").empty());
  CHECK(judged("", "001_a=x 001_a.down=y").empty());
}

TEST_CASE("no-rollback asks new migrations only, and takes irreversible with a reason") {
  lint::MigrationSetInput input;
  input.base = folder("001_old=select");
  input.now = folder("001_old=select 002_a=x 002_a_rollback=y 003_b=z");
  input.read = [](const migration::Entry&) { return std::string("select 1;"); };
  auto findings = lint::lint_migration_set(input);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule == "migration/no-rollback");
  CHECK(findings[0].path == "db/migrations/003_b.sql");
  CHECK(findings[0].message.remedy.starts_with("Write 003_b_rollback.sql, or "));
  input.read = [](const migration::Entry&) { return std::string("-- kairon: irreversible data is gone\nselect 1;"); };
  CHECK(lint::lint_migration_set(input).empty());
  input.read = [](const migration::Entry&) { return std::string("-- kairon: irreversible\nselect 1;"); };
  CHECK(lint::lint_migration_set(input).size() == 1);
}
