#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "json/document.h"
#include "lint/support.h"
#include "support/fixture_catalogue.h"

// The tables of tests/fixtures/truth: small workflows, each settled by n8n's own engine (tests/e2e/check/engine.sh asks
// it again). Where n8n refuses, fails, loses data or never ends, the gate says so by the rule of the row; where n8n
// does what was meant, the gate has no error.
using namespace kairon;

namespace {

struct TruthRow {
  std::string place;
  std::string what;
  std::string rule;
  std::string severity;
  std::string workflow;
  std::vector<std::pair<std::string, std::string>> others;  ///< what it calls, by path
};

std::vector<TruthRow> truth_rows() {
  std::vector<TruthRow> rows;
  std::set<std::filesystem::path> tables;
  for (const auto& entry : std::filesystem::directory_iterator(KAIRON_SOURCE_DIR "/tests/fixtures/truth"))
    tables.insert(entry.path());
  for (const auto& table : tables) {
    const auto content = file::read(table.string());
    REQUIRE(content.ok());
    std::size_t number = 0;
    for (const std::string_view line : text::lines(*content)) {
      const auto parsed = json::Document::parse(std::string(line));
      REQUIRE(parsed.document);
      const json::Value row = parsed.document->root();
      rows.push_back({table.filename().string() + ":" + std::to_string(++number),
                      std::string(row["what"].string()),
                      std::string(row["rule"].string()),
                      std::string(row["severity"].string()),
                      std::string(row["workflow"].raw()),
                      {}});
      for (const json::Value other : row["others"])
        rows.back().others.emplace_back(std::string(other["name"].string()) + ".json", other.raw());
    }
  }
  return rows;
}

/// Rules that need n8n's descriptions are judged with the fixture's.
const catalogue::Catalogue* catalogue_of(const TruthRow& row) {
  const bool needs = row.rule == "node/parameter-shape" || row.rule.starts_with("node/unknown");
  return needs ? &test::fixture_catalogue() : nullptr;
}

}  // namespace

TEST_CASE("the gate's verdict is n8n's on every row of the tables") {
  const auto rows = truth_rows();
  CHECK(rows.size() >= 60);
  for (const TruthRow& row : rows) {
    INFO(row.place << ": " << row.what);
    std::vector<lint_test::File> files = row.others;
    files.emplace_back("Case.json", row.workflow);
    const auto findings = lint_test::findings_of(files, lint::RulesetName::n8n, catalogue_of(row));
    INFO(lint_test::describe(findings));
    if (row.rule.empty()) {
      CHECK(std::none_of(findings.begin(), findings.end(),
                         [](const lint::Finding& finding) { return finding.severity == lint::Severity::error; }));
      continue;
    }
    const auto told = lint_test::of_rule(findings, row.rule);
    CHECK_FALSE(told.empty());
    if (!told.empty()) CHECK(lint::severity_name(told.front().severity) == row.severity);
  }
}
