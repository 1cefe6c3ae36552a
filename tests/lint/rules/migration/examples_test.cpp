#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/format.h"
#include "lint/migration_lint.h"
#include "lint/migration_rule.h"
#include "lint/rule.h"

using namespace kairon;

namespace {

namespace fs = std::filesystem;

/// Files of one example as a migrations folder; the base of it is one old migration, 007_state.
struct Example {
  std::vector<migration::Entry> files;
  std::map<std::string, std::string> texts;
};

Example read_example(const std::string& folder) {
  Example example;
  if (!fs::is_directory(folder)) return example;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string path = "db/migrations/" + entry.path().filename().string();
    const std::string text = file::read(entry.path().string()).value();
    example.files.push_back({path, text});
    example.texts.emplace(path, text);
  }
  return example;
}

bool needs_base(std::string_view id) { return id == "migration/out-of-order" || id == "migration/immutable"; }

std::vector<lint::Finding> findings_of(const Example& example, std::string_view id) {
  std::vector<lint::Finding> all;
  lint::MigrationOptions options;
  if (id == "migration/prefer-repack") options.version = {19, 0};
  if (id == "migration/layout" || id == "migration/not-judged") options.layout = migration::find_layout("goose");
  for (const auto& [path, text] : example.texts) {
    lint::FileVerdict verdict = lint::lint_migration_file(path, text, options);
    lint::apply_suppressions(verdict.facts, path, verdict.findings, {});
    all.insert(all.end(), verdict.findings.begin(), verdict.findings.end());
  }
  lint::MigrationSetInput set;
  set.now = example.files;
  set.layout = options.layout;
  if (needs_base(id)) {
    set.base.push_back({"db/migrations/007_state.sql", "as it was"});
    const bool there = std::any_of(set.now.begin(), set.now.end(),
                                   [](const migration::Entry& entry) { return entry.path.ends_with("007_state.sql"); });
    if (!there) set.now.push_back(set.base.front());
  }
  set.read = [&](const migration::Entry& entry) { return example.texts.at(entry.path); };
  const bool set_rule = std::none_of(lint::migration_rules().begin(), lint::migration_rules().end(),
                                     [id](const lint::MigrationRule* rule) { return rule->info.id == id; });
  if (set_rule) {
    const std::vector<lint::Finding> findings = lint::lint_migration_set(set);
    all.insert(all.end(), findings.begin(), findings.end());
  }
  return all;
}

std::string described(const std::vector<lint::Finding>& findings) {
  std::string text;
  for (const lint::Finding& finding : findings) {
    text += format("{}:{} {} {}\n", finding.path, finding.line, finding.rule, finding.message.text);
  }
  return text;
}

}  // namespace

TEST_CASE("every migration rule fires on its bad example, and the good one has no error") {
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    if (rule->group() != "migration") continue;
    const std::string folder = std::string(KAIRON_SOURCE_DIR) + "/tests/fixtures/rules/" + std::string(rule->id);
    CAPTURE(rule->id);
    const Example bad = read_example(folder + "/bad");
    const Example good = read_example(folder + "/good");
    REQUIRE_FALSE(bad.files.empty());
    REQUIRE_FALSE(good.files.empty());
    const auto fires = [&](const lint::Finding& finding) { return finding.rule == rule->id; };
    const auto found = findings_of(bad, rule->id);
    CHECK(std::any_of(found.begin(), found.end(), fires));
    const auto clean = findings_of(good, rule->id);
    INFO(described(clean));
    CHECK(std::none_of(clean.begin(), clean.end(), [&](const lint::Finding& finding) {
      return fires(finding) || (finding.severity == lint::Severity::error && rule->severity == lint::Severity::error &&
                                rule->id.find("rollback") == std::string_view::npos);
    }));
  }
}
