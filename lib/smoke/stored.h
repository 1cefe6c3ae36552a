#pragma once
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "n8n/content.h"
#include "n8n/executions.h"

namespace kairon::smoke {

/// An execution with everything that n8n stored of it.
struct StoredExecution {
  n8n::Execution seen;
  n8n::Tree raw;  ///< the answer of GET /executions/{id}?includeData=true
  /// False when n8n stored no data of it, or not all.
  [[nodiscard]] bool is_whole() const;
};

/// A message's execution and everything that it caused, the entered one first.
struct StoredTree {
  std::vector<StoredExecution> members;
  [[nodiscard]] const StoredExecution& root() const { return members.front(); }
  [[nodiscard]] bool finished() const;
};

/// What n8n stored, and what could not be used of it.
struct StoredRuns {
  std::vector<StoredTree> trees;   ///< oldest first
  std::vector<std::string> notes;  ///< one line each
};

/// The execution, and what caused and followed it. Throws Error(usage) when n8n does not keep it or kept only a part,
/// naming the settings that do; Error(environment) when n8n cannot be read.
[[nodiscard]] StoredTree stored_tree(n8n::Api& api, long long id);

/// Every finished tree that began at `from` or later, at most the 2000 newest executions. `say` is called with what is
/// being read. Throws Error(environment).
[[nodiscard]] StoredRuns stored_since(n8n::Api& api, std::time_t from,
                                      const std::function<void(std::string_view)>& say);

/// Which workflows of these names keep no executions, and the settings that keep them: one line each.
[[nodiscard]] std::vector<std::string> not_kept(n8n::Api& api, const std::vector<n8n::Local>& workflows);

}  // namespace kairon::smoke
