#include "lint/support/called_columns.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "lint/check.h"
#include "lint/support/called_results.h"
#include "lint/support/calls.h"

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

/// The names that some workflow calls.
std::set<std::string_view> called_names(const Tree& tree) {
  std::set<std::string_view> names;
  for (const TreeFile& file : tree.files)
    for (const workflow::CallFact& call : file.facts.calls) names.insert(call.name);
  return names;
}

}  // namespace

/// What every called workflow gives back, by one state of the schema.
struct CalledColumns::Results {
  explicit Results(Tree all) : tree(std::move(all)), index(tree) {}
  Tree tree;
  CallIndex index;
};

CalledColumns::CalledColumns(Tree tree, const std::vector<SchemaStatement>& statements, bool large_numbers, Read read)
    : tree_(std::move(tree)), statements_(statements), large_numbers_(large_numbers), read_(std::move(read)) {}

CalledColumns::~CalledColumns() = default;

/// The columns of a workflow's nodes that are known; a node with several statements has none.
workflow::Surroundings CalledColumns::columns_of(const std::string& path, ColumnsOf columns) const {
  workflow::Surroundings own;
  own.large_numbers_are_text = !large_numbers_;
  if (columns == nullptr) return own;
  for (const SchemaStatement& statement : statements_)
    if (statement.path == path && !(statement.*columns).empty())
      own.columns.emplace(statement.node, statement.*columns);
  return own;
}

const CalledColumns::Results& CalledColumns::results_by(ColumnsOf columns) {
  const auto known = std::ranges::find(results_, columns, [](const auto& one) { return one.first; });
  if (known != results_.end()) return *known->second;
  Tree tree = tree_;
  const std::set<std::string_view> called = called_names(tree_);
  for (TreeFile& file : tree.files) {
    if (!is_live(file) || !file.facts.has_subworkflow_trigger || !called.contains(called_name(file))) continue;
    file.facts = facts_by(columns_of(file.path, columns), read_(file.path), file.path);
  }
  return *results_.emplace_back(columns, std::make_unique<Results>(std::move(tree))).second;
}

/// The columns that decide, of the workflow and of those that it calls.
std::string CalledColumns::told(const TreeFile& file, const workflow::Surroundings& own, ColumnsOf columns) {
  std::vector<std::string> parts;
  for (const auto& [node, its] : own.columns) parts.push_back(told_columns(node, its));
  std::set<std::string> seen;
  for (const workflow::CallFact& call : file.facts.calls) {
    const auto& files = results_by(columns).index.named(call.name);
    if (!own.results.contains(call.name) || files.size() != 1 || !seen.insert(call.name).second) continue;
    for (const auto& [node, its] : columns_of(files.front()->path, columns).columns)
      parts.push_back(format("in '{}' {}", call.name, told_columns(node, its)));
  }
  return text::join(parts, "; ");
}

std::vector<Finding> CalledColumns::findings(const TreeFile& file, ColumnsOf columns) {
  workflow::Surroundings own = columns_of(file.path, columns);
  workflow::Surroundings alone;
  if (!file.facts.calls.empty()) {
    alone = called_results(results_by(nullptr).index, file);
    own.results = called_results(results_by(columns).index, file).results;
  }
  if (own.columns.empty() && fingerprint(own) == fingerprint(alone)) return {};
  const std::string text = read_(file.path);
  std::vector<Finding> findings = findings_by(own, text, file.path);
  if (!findings.empty() && !alone.results.empty()) remove_known(findings_by(alone, text, file.path), findings);
  if (findings.empty()) return findings;
  const std::string columns_told = told(file, own, columns);
  for (Finding& finding : findings) {
    finding.rule = "sql/column-use";
    finding.message.remedy += (finding.message.remedy.empty() ? "" : "; ") + columns_told;
  }
  return findings;
}

}  // namespace kairon::lint
