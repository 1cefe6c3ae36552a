#pragma once
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "n8n/api.h"
#include "n8n/tree.h"

namespace kairon::n8n {

/// A node that failed and let its workflow go on.
struct Swallowed {
  std::string node;
  std::string message;
  bool has_error_output = false;  ///< onError: continueErrorOutput, so the workflow handles it
};

/// A node that ran, and the numbers of its outputs that gave items.
struct NodeRun {
  std::string node;
  std::set<std::size_t> outputs = {};
};

/// One execution as n8n saved it (observed on 1.123: GET /executions/{id}?includeData=true).
struct Execution {
  long long id = 0;
  std::string workflow_id;
  std::string workflow;        ///< its name
  std::string mode;            ///< webhook, integrated, error, trigger ...
  std::string status;          ///< success, error, running, waiting, canceled, crashed, new
  long long parent = 0;        ///< the execution that called it, 0 when none
  long long handles = 0;       ///< an error workflow's: the execution that failed, 0 when it is none
  std::string error_workflow;  ///< id of the workflow that is to run when this one fails, "" when none
  std::string last_node;
  std::string error_node;  ///< where it failed
  std::string error;       ///< n8n's message
  std::vector<Swallowed> swallowed = {};
  std::vector<NodeRun> ran = {};     ///< in the order in which they ran first
  std::set<std::string> nodes = {};  ///< names of all nodes of the version that ran
  std::string mark = {};             ///< value of the header x-kairon-case of the message that started it
  std::string started = {};          ///< the started data's text: input of the trigger, for roots only
  [[nodiscard]] bool finished() const { return status != "running" && status != "new" && status != "waiting"; }
  [[nodiscard]] bool ok() const { return status == "success"; }
};

/// The request header that marks a message of a smoke test; n8n stores it with the execution.
inline constexpr const char* kCaseHeader = "x-kairon-case";

/// Reads an answer of GET /executions/{id}?includeData=true.
[[nodiscard]] Execution read_execution(const Tree& answer);

/// The executions of a server from a moment on. Each finished one is read once.
class ExecutionLog {
 public:
  explicit ExecutionLog(Api& api) : api_(api) {}

  /// The newest execution's id, running ones included; 0 when there is none.
  [[nodiscard]] long long newest();
  /// Every execution with a greater id, oldest first: finished and unfinished ones. Throws
  /// Error(environment) when n8n cannot be read.
  [[nodiscard]] std::vector<Execution> since(long long id);

 private:
  void list(const std::string& filter, long long after, std::map<long long, std::string>& statuses);
  [[nodiscard]] const Execution* details(long long id, const std::string& status);
  Api& api_;
  std::map<long long, Execution> known_;
};

}  // namespace kairon::n8n
