#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "lint/rule.h"
#include "lint/support.h"
#include "support/fixture_catalogue.h"

using namespace kairon;

namespace {

namespace fs = std::filesystem;
const std::string kExamples = KAIRON_SOURCE_DIR "/tests/fixtures/rules/";

/// The workflow files of one example, as one tree. Files in a folder "removed" are deleted by it.
std::vector<lint_test::File> files_of(const std::string& folder) {
  std::vector<lint_test::File> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json" && entry.path().filename() != ".env.example") continue;
    files.emplace_back(fs::relative(entry.path(), folder).string(), file::read(entry.path().string()).value());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool is_workflow_rule(const lint::RuleInfo& rule) {
  return std::any_of(lint::workflow_rules().begin(), lint::workflow_rules().end(),
                     [&](const lint::WorkflowRule* one) { return &one->info == &rule; }) ||
         std::any_of(lint::tree_rules().begin(), lint::tree_rules().end(),
                     [&](const lint::TreeRule* one) { return &one->info == &rule; });
}

/// What the rule needs to find anything: the fixture's catalogue, or none.
const catalogue::Catalogue* catalogue_for(const lint::RuleInfo& rule) {
  for (const lint::WorkflowRule* one : lint::workflow_rules())
    if (&one->info == &rule && one->needs == lint::Needs::catalogue) return &test::fixture_catalogue();
  return nullptr;
}

/// Rules of an upgrade are judged over the longest one.
lint::Upgrade target_for(const lint::RuleInfo& rule) {
  return rule.group() == "upgrade" ? lint::Upgrade{1, 3} : lint::Upgrade{};
}

}  // namespace

TEST_CASE("every workflow rule has a bad example that only it fires on, and a good one that is clean") {
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    // tests/lint/rules/migration and tests/check/schema_check_test.cpp judge those
    if (rule->group() == "migration" || lint::needs_database(rule->id)) continue;
    const std::string folder = kExamples + std::string(rule->id);
    if (!is_workflow_rule(*rule) && !fs::is_directory(folder)) continue;
    CAPTURE(rule->id);
    const auto bad = files_of(folder + "/bad");
    const auto good = files_of(folder + "/good");
    CHECK_FALSE(bad.empty());
    CHECK_FALSE(good.empty());
    auto findings = lint_test::findings_of(bad, lint::RulesetName::kairon, catalogue_for(*rule), target_for(*rule));
    CHECK_FALSE(lint_test::of_rule(findings, rule->id).empty());
    std::erase_if(findings, [&](const lint::Finding& finding) {
      // What 2.x fills in is an error of today as well.
      const bool today = rule->id == "upgrade/filter-defaults" && finding.rule == "node/filter-shape";
      return finding.rule == rule->id || today || finding.severity == lint::Severity::info;
    });
    INFO(lint_test::describe(findings));
    CHECK(findings.empty());
    auto clean = lint_test::findings_of(good, lint::RulesetName::kairon, catalogue_for(*rule), target_for(*rule));
    std::erase_if(clean, [](const lint::Finding& finding) { return finding.severity == lint::Severity::info; });
    INFO(lint_test::describe(clean));
    CHECK(clean.empty());
  }
}

TEST_CASE("a rule's metadata says what, why and how to mend") {
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    CAPTURE(rule->id);
    CHECK(rule->id.find('/') != std::string_view::npos);
    CHECK_FALSE(rule->summary.empty());
    CHECK(rule->why.size() > 40);
    CHECK_FALSE(rule->fix.empty());
    CHECK(lint::find_rule(rule->id) == rule);
  }
}
