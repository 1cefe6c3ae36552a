#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "deploy/record.h"
#include "git/source.h"
#include "n8n/content.h"

namespace kairon::deploy {

/// Every version of every workflow that the commits reachable from a tip contain. Read on the first
/// question only: it walks the history.
class Past {
 public:
  /// `is_workflow` tells workflow files by path; `transform` is what the environment does to a file
  /// before it is deployed. `source` may be null (no repository: no past).
  Past(git::GitSource* source, std::string tip, std::function<bool(std::string_view)> is_workflow,
       std::function<void(n8n::Tree&)> transform);

  /// True when some version of workflow `name` has this fingerprint.
  [[nodiscard]] bool has(const std::string& name, const std::string& fingerprint);
  /// The canonical form of that version; nothing when there is none.
  [[nodiscard]] std::optional<n8n::Tree> find(const std::string& name, const std::string& fingerprint);
  /// The names of all workflows there ever were.
  [[nodiscard]] std::set<std::string> names();

 private:
  void read();
  git::GitSource* source_;
  std::string tip_;
  std::function<bool(std::string_view)> is_workflow_;
  std::function<void(n8n::Tree&)> transform_;
  bool read_ = false;
  std::map<std::string, std::vector<n8n::Local>> versions_;
  std::map<std::string, std::string> names_by_id_;
  std::set<std::string> known_;
};

}  // namespace kairon::deploy
