#include "lint/support/column_use.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "lint/check.h"
#include "lint/rule.h"

namespace kairon::lint {

namespace {

/// "'Read' returns id (integer), total (bigint)": what the schema says, which the workflow's file does not show.
std::string told_columns(const std::string& node, const std::vector<workflow::ResultColumn>& columns) {
  constexpr std::size_t kMost = 12;
  std::vector<std::string> told;
  for (const workflow::ResultColumn& column : columns) {
    if (told.size() == kMost) {
      told.emplace_back("...");
      break;
    }
    told.push_back(column.type.empty() ? column.name : format("{} ({})", column.name, column.type));
  }
  return format("'{}' returns {}", node, text::join(told, ", "));
}

/// The columns of a node that are known; a node with several statements has none.
void collect(const SchemaStatement& statement, ColumnsOf columns, workflow::Surroundings& out) {
  if (!(statement.*columns).empty()) out.columns.emplace(statement.node, statement.*columns);
}

}  // namespace

std::vector<Finding> column_findings(const std::vector<SchemaStatement>& statements, ColumnsOf columns,
                                     bool large_numbers, const std::string& text, const std::string& path) {
  workflow::Surroundings surroundings;
  surroundings.large_numbers_are_text = !large_numbers;
  for (const SchemaStatement& statement : statements)
    if (statement.path == path) collect(statement, columns, surroundings);
  if (surroundings.columns.empty()) return {};
  std::string told;
  for (const auto& [node, its] : surroundings.columns) told += (told.empty() ? "" : "; ") + told_columns(node, its);
  std::vector<Finding> findings = findings_by(surroundings, text, path);
  for (Finding& finding : findings) {
    finding.rule = "sql/column-use";
    finding.message.remedy += (finding.message.remedy.empty() ? "" : "; ") + told;
  }
  return findings;
}

}  // namespace kairon::lint
