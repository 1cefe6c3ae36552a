#include "gate/change_lines.h"

#include "base/format.h"
#include "base/text.h"
#include "check/check.h"
#include "diff/outline.h"
#include "diff/states.h"
#include "diff/words.h"

namespace kairon::gate {

namespace {

constexpr std::size_t kMostLines = 20;
/// More files are counted, not compared: a first push would read every one of them twice.
constexpr std::size_t kMostFiles = 200;

}  // namespace

std::vector<std::string> change_lines(const repository::Snapshot& before, const repository::Snapshot& after) {
  repository::Snapshot old, fresh;
  old.workflows = before.workflows;
  old.read = before.read;
  fresh.workflows = after.workflows;
  fresh.read = after.read;
  const std::size_t changed = check::changed_paths(old, fresh).size();
  if (changed > kMostFiles) return {format("{} changed", text::counted(changed, "workflow"))};
  std::vector<std::string> lines;
  std::size_t more = 0;
  for (const diff::FileDiff& file : diff::diff_snapshots(old, fresh, {})) {
    if (file.empty()) continue;
    if (lines.size() < kMostLines)
      lines.push_back(diff::visible_line(diff::summary_line(file)));
    else
      ++more;
  }
  if (more > 0) lines.push_back(format("{} more changed", text::counted(more, "workflow")));
  return lines;
}

}  // namespace kairon::gate
