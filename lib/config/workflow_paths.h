#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.h"

namespace kairon::config {

/// Settings::is_workflow_path for many paths: the settings are read once.
class WorkflowPaths {
 public:
  explicit WorkflowPaths(const Settings& settings);
  [[nodiscard]] bool contain(std::string_view path) const;

 private:
  struct Pattern {
    std::string glob;
    std::string tests;  ///< what lies below it are payloads of tests; "": the glob asks for these
    /// The text before and after the only wildcard, `*`; nothing for other globs.
    std::optional<std::pair<std::string, std::string>> around_star;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace kairon::config
