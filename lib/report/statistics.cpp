#include "report/statistics.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"

namespace kairon::report {

namespace {

/// What workflow::safe_repairs() takes out or writes.
constexpr std::array<std::string_view, 3> kFixable = {"workflow/pin-data", "workflow/static-data", "node/webhook-id"};

struct Row {
  std::string rule;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t infos = 0;
  std::set<std::string_view> files = {};
};

std::vector<Row> rows_of(const std::vector<lint::Finding>& findings) {
  std::map<std::string_view, Row> by_rule;
  for (const lint::Finding& finding : findings) {
    Row& row = by_rule[finding.rule];
    row.rule = finding.rule;
    if (finding.severity == lint::Severity::error) ++row.errors;
    if (finding.severity == lint::Severity::warning) ++row.warnings;
    if (finding.severity == lint::Severity::info) ++row.infos;
    row.files.insert(finding.path);
  }
  std::vector<Row> rows;
  for (auto& [rule, row] : by_rule) rows.push_back(std::move(row));
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.errors != b.errors ? a.errors > b.errors : a.warnings > b.warnings;
  });
  return rows;
}

std::string padded(std::size_t number) { return number == 0 ? "-" : std::to_string(number); }

}  // namespace

std::string rule_table(const std::vector<lint::Finding>& findings) {
  std::string out = format("{:>8} {:>8} {:>8} {:>7}  {}\n", "errors", "warnings", "infos", "files", "rule");
  for (const Row& row : rows_of(findings))
    out += format("{:>8} {:>8} {:>8} {:>7}  {}{}\n", padded(row.errors), padded(row.warnings), padded(row.infos),
                  row.files.size(), row.rule, is_fixable(row.rule) ? "  (kairon fix)" : "");
  return out;
}

bool is_fixable(std::string_view rule) { return std::find(kFixable.begin(), kFixable.end(), rule) != kFixable.end(); }

std::size_t count_fixable(const std::vector<lint::Finding>& findings) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [](const lint::Finding& one) { return is_fixable(one.rule); }));
}

std::string most_frequent_rule(const std::vector<lint::Finding>& findings) {
  const std::vector<Row> rows = rows_of(findings);
  return rows.empty() ? std::string() : rows.front().rule;
}

}  // namespace kairon::report
