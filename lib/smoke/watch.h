#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "n8n/executions.h"

namespace kairon::smoke {

/// Everything that one message made n8n execute, oldest first: the workflow that it entered, what
/// that called, and the error workflows of what failed.
struct ExecutionTree {
  std::vector<n8n::Execution> members;
  [[nodiscard]] bool finished() const;
  /// Executions that carry the message's mark: exactly one when all is well.
  [[nodiscard]] std::vector<const n8n::Execution*> roots() const;
  [[nodiscard]] const n8n::Execution* find(long long id) const;
  /// Failed executions whose error workflow was to run and did not.
  [[nodiscard]] std::vector<const n8n::Execution*> unhandled() const;
};

/// Picks out of all executions those that the message with this id caused: by its mark or, for other
/// entries, by the id in the started data; by their caller; by the failure they handle.
[[nodiscard]] ExecutionTree caused_by(const std::vector<n8n::Execution>& all, const std::string& mark,
                                      const std::string& id);

struct WatchOrder {
  std::string mark;
  std::string id;
  long long after = 0;  ///< executions up to this one are older than the message
  std::chrono::steady_clock::time_point deadline;
  std::chrono::milliseconds silence{5000};   ///< patience for a first execution once the webhook has answered
  std::chrono::milliseconds handling{3000};  ///< patience for error workflows
};

/// Waits until everything that the message caused is finished (not a fixed time), or the deadline.
/// `say` is called with what is still running. Throws Error(environment), Error(interrupted).
[[nodiscard]] ExecutionTree watch(n8n::ExecutionLog& log, const WatchOrder& order,
                                  const std::function<void(const ExecutionTree&)>& say);

}  // namespace kairon::smoke
