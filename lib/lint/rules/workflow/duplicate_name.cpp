#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace workflow_duplicate_name {
namespace {

using Files = std::vector<const TreeFile*>;

/// The file of a copy usually has another name than the workflow.
bool is_at_home(const TreeFile& file) {
  std::string_view path = file.path;
  if (!path.ends_with(".json")) return false;
  path.remove_suffix(5);
  return path.ends_with(file.facts.name) &&
         (path.size() == file.facts.name.size() || path[path.size() - file.facts.name.size() - 1] == '/');
}

/// The file that may keep the name: the one that is called like it, else one that did not change,
/// else the first.
const TreeFile* keeper(const Files& files) {
  const auto home = std::find_if(files.begin(), files.end(), [](const TreeFile* file) { return is_at_home(*file); });
  if (home != files.end()) return *home;
  const auto old = std::find_if(files.begin(), files.end(), [](const TreeFile* file) { return !file->changed; });
  return old != files.end() ? *old : files.front();
}

void report_group(const Files& files, std::string_view what, Reporter& report) {
  const TreeFile* keep = keeper(files);
  const bool others_changed =
      std::any_of(files.begin(), files.end(), [&](const TreeFile* file) { return file != keep && file->changed; });
  for (const TreeFile* file : files) {
    if (!file->changed || (file == keep && others_changed)) continue;
    const TreeFile* other = file == keep ? (files.front() == keep ? files[1] : files.front()) : keep;
    report.at_place(file->path, file->facts.name, file->facts.name_place,
                    kairon::format("{} is in {} too", what, other->path),
                    "give one of them another name, or delete it");
  }
}

void check(const Tree& tree, Reporter& report) {
  std::unordered_map<std::string_view, Files> by_name;
  std::unordered_map<std::string_view, Files> by_content;
  for (const TreeFile& file : tree.files) {
    if (!is_live(file)) continue;
    if (!file.facts.name.empty()) by_name[file.facts.name].push_back(&file);
    if (!file.oid.empty()) by_content[file.oid].push_back(&file);
  }
  for (const auto& [name, files] : by_name) {
    if (files.size() > 1) report_group(files, kairon::format("the workflow name '{}'", name), report);
  }
  for (const auto& [oid, files] : by_content) {
    // Equal files that have a name were reported above.
    if (files.size() > 1 && files.front()->facts.name.empty()) report_group(files, "the same content", report);
  }
}

}  // namespace

}  // namespace workflow_duplicate_name

extern const TreeRule kWorkflowDuplicateName = {
    {"workflow/duplicate-name", Severity::error, Scope::softer_in_n8n,
     "has the name or the content of another workflow file",
     "Workflows are called and deployed by name: of two with one name, calls and deployments reach one by chance. n8n "
     "itself allows it, because it goes by id. The usual cause is a file that was overwritten with a copy of another.",
     "Rename one of them, or restore the file that was overwritten."},
    workflow_duplicate_name::check};

}  // namespace kairon::lint
