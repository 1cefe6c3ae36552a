#include "config/workflow_paths.h"

#include <algorithm>

#include "base/text.h"

namespace kairon::config {

namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// As in a shell: `*.json` leaves out .kairon-baseline.json.
bool is_hidden_from(std::string_view path, std::string_view glob) {
  return file_name(path).starts_with('.') && !file_name(glob).starts_with('.');
}

}  // namespace

WorkflowPaths::WorkflowPaths(const Settings& settings) {
  for (std::string& glob : settings.workflow_globs()) {
    Pattern pattern;
    const std::string tests = glob.substr(0, glob.rfind('/') + 1) + "tests/";
    if (!glob.starts_with(tests)) pattern.tests = tests;
    const std::size_t star = glob.find_first_of("*?[");
    if (star != std::string::npos && glob[star] == '*' && glob.find_first_of("*?[", star + 1) == std::string::npos)
      pattern.around_star.emplace(glob.substr(0, star), glob.substr(star + 1));
    pattern.glob = std::move(glob);
    patterns_.push_back(std::move(pattern));
  }
}

bool WorkflowPaths::contain(std::string_view path) const {
  if (!path.ends_with(".json")) return false;
  return std::ranges::any_of(patterns_, [path](const Pattern& pattern) {
    if (!pattern.tests.empty() && path.starts_with(pattern.tests)) return false;
    if (is_hidden_from(path, pattern.glob)) return false;
    if (!pattern.around_star) return text::glob_match(pattern.glob, path);
    const auto& [before, after] = *pattern.around_star;
    // A star does not cross a slash.
    return path.size() >= before.size() + after.size() && path.starts_with(before) && path.ends_with(after) &&
           path.substr(before.size(), path.size() - before.size() - after.size()).find('/') == std::string_view::npos;
  });
}

}  // namespace kairon::config
