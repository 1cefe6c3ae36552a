#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "lint/finding.h"

namespace kairon::lint {

/// Searches the bytes of any file, message or list of names for secrets. A line that holds
/// `kairon: allow RULE` allows that rule on itself and on the next line. UTF-16 is read as text too.
[[nodiscard]] std::vector<Finding> search_bytes(std::string_view bytes, const std::string& path);

/// Searches a file that is too large for memory, part by part, as search_bytes() does. Keeps one window of it.
class PartSearch {
 public:
  explicit PartSearch(std::string path) : path_(std::move(path)) {}
  /// Takes the next part.
  void take(std::string_view part);
  /// Searches the rest and returns what was found.
  [[nodiscard]] std::vector<Finding> finish();

 private:
  void search(std::size_t end);

  std::string path_;
  std::string window_;
  std::size_t searched_ = 0;  ///< bytes at the beginning of the window that are there as context only
  json::Position start_;      ///< of the window
  bool begun_ = false;
  std::string mark_;  ///< of UTF-16, "" for other bytes
  std::vector<Finding> findings_;
};

/// Searches a workflow for what must not reach a remote: secrets in keys and decoded values, and pinned
/// data. Does not judge it. Notes of nodes that allow a rule count; a text that is not a workflow is
/// searched as bytes.
[[nodiscard]] std::vector<Finding> search_workflow(const std::string& text, const std::string& path);

/// Searches a migration: a directive `-- kairon: allow RULE` anywhere in it allows the rule.
[[nodiscard]] std::vector<Finding> search_migration(std::string_view text, const std::string& path);

}  // namespace kairon::lint
