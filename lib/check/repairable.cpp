#include "check/repairable.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "json/document.h"
#include "report/statistics.h"
#include "workflow/rename_repair.h"

namespace kairon::check {

namespace {

/// The lines of a file, from 1, where a renamed node's connections and references are repaired.
std::set<std::size_t> lines_of_renames(const std::string& now, const std::string& before, const std::string& path) {
  auto parsed = json::Document::parse(now);
  auto old = json::Document::parse(before);
  if (!parsed.document || !old.document) return {};
  const workflow::Workflow workflow(std::move(parsed.document), path);
  const workflow::Workflow committed(std::move(old.document), path);
  std::set<std::size_t> lines;
  for (const workflow::Repair& repair : workflow::rename_repairs(workflow, committed)) {
    const auto end = now.begin() + static_cast<std::ptrdiff_t>(std::min(repair.begin, now.size()));
    lines.insert(static_cast<std::size_t>(std::count(now.begin(), end, '\n')) + 1);
  }
  return lines;
}

}  // namespace

std::size_t count_repairable(git::GitSource* source, const repository::Snapshot& now,
                             const std::vector<lint::Finding>& findings) {
  std::size_t count = report::count_fixable(findings);
  std::map<std::string, std::vector<const lint::Finding*>> of_names;
  for (const lint::Finding& finding : findings)
    if (finding.rule == "connection/missing-node" || finding.rule == "reference/missing-node")
      of_names[finding.path].push_back(&finding);
  const std::string head =
      source == nullptr || of_names.empty() ? std::string() : source->resolve_commit("HEAD").value_or("");
  if (head.empty()) return count;
  for (const repository::SnapshotFile& file : now.workflows) {
    const auto here = of_names.find(file.path);
    if (here == of_names.end()) continue;
    const std::optional<std::string> before = repository::read_tree_file(*source, head, file.path);
    if (!before) continue;
    const std::set<std::size_t> lines = lines_of_renames(now.read(file), *before, file.path);
    count += static_cast<std::size_t>(std::count_if(here->second.begin(), here->second.end(), [&](const auto* finding) {
      return lines.contains(static_cast<std::size_t>(finding->line));
    }));
  }
  return count;
}

}  // namespace kairon::check
