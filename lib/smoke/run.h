#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "n8n/api.h"
#include "smoke/case.h"
#include "smoke/earned.h"
#include "smoke/rows.h"
#include "smoke/watch.h"

namespace kairon::smoke {

enum class CaseResult { passed, failed, skipped };

/// What became of one case.
struct CaseOutcome {
  SmokeCase test;
  CaseResult result = CaseResult::passed;
  std::string id;                  ///< of its message
  int status = 0;                  ///< of the webhook's answer, 0 when there was none
  ExecutionTree tree;              ///< of its own message, or of the one before it that failed
  std::set<std::string> executed;  ///< names of workflows, those of the messages before it included
  RanWorkflows ran;                ///< their nodes, likewise
  std::vector<std::string> failures;
  std::chrono::milliseconds elapsed{0};
};

/// A failed execution that no case caused.
struct Stray {
  long long id = 0;
  std::string workflow;
  std::string error;
};

struct SmokeReport {
  std::string environment;
  std::vector<CaseOutcome> outcomes;
  std::vector<std::string> problems;  ///< of the server, found before the first message
  std::set<std::string> deployed;     ///< names of the workflows under test
  std::set<std::string> executed;     ///< those that some case executed
  WorkflowShare share;                ///< of the workflows under test, by all cases
  std::size_t failed_executions = 0;  ///< within the cases
  std::vector<Stray> strays;
  std::chrono::milliseconds elapsed{0};
  [[nodiscard]] std::size_t count(CaseResult result) const;
  [[nodiscard]] bool passed() const { return problems.empty() && count(CaseResult::failed) == 0; }
};

/// What is known of a case when everything it caused is finished.
struct CaseFacts {
  int status = 0;
  std::string no_answer;  ///< why there is no answer, "" when there is one
  std::string answer;     ///< its body
  ExecutionTree tree;
  std::optional<Rows> delta;  ///< nothing when rows are not asserted
};

/// Everything that is not as the case expects, one line each. Pure.
[[nodiscard]] std::vector<std::string> judge_case(const SmokeCase& test, const CaseFacts& facts);

/// An answer that the dev version on the server has to hold.
struct RecordedAnswer {
  std::string node;     ///< "Workflow/Node"
  std::string entries;  ///< compact JSON
};

struct SmokeOrder {
  std::string environment;
  std::string webhook_path;  ///< for cases that name none
  std::chrono::milliseconds patience{30000};
  std::set<std::string> deployed;  ///< names of the workflows under test
  std::vector<RecordedAnswer> recorded = {};
  const std::vector<n8n::Local>* workflows = nullptr;  ///< their files; for the share that was executed
};

/// Runs cases one after the other against a server.
class SmokeRun {
 public:
  /// `rows` may be null when no case asks the database.
  SmokeRun(n8n::Api& api, RowReader* rows, SmokeOrder order)
      : api_(api), rows_(rows), log_(api), order_(std::move(order)) {}

  /// What is called while a case runs, and when it is done.
  struct Listener {
    std::function<void(const SmokeCase&, const std::string& doing)> doing = {};
    std::function<void(const CaseOutcome&)> done = {};
  };
  /// Throws Error(environment) when n8n or the database cannot be read, Error(interrupted).
  [[nodiscard]] SmokeReport run(const std::vector<SmokeCase>& cases, const Listener& listener);

 private:
  [[nodiscard]] std::vector<std::string> look_at_server();
  void look_at_answers(const n8n::Tree& row, std::vector<std::string>& problems) const;
  void run_case(CaseOutcome& outcome, const Listener& listener);
  [[nodiscard]] std::string reachable(const SmokeCase& test);
  [[nodiscard]] bool send_before(CaseOutcome& outcome, const Listener& listener);
  [[nodiscard]] CaseFacts exchange(const SmokeCase& test, const n8n::Tree& data, const std::string& id,
                                   const Listener& listener);
  [[nodiscard]] Rows rows_of(const std::string& id);
  [[nodiscard]] http::Response send(const SmokeCase& test, const n8n::Tree& data, const std::string& mark,
                                    std::chrono::milliseconds patience);
  void add_strays(SmokeReport& report, long long after);

  n8n::Api& api_;
  RowReader* rows_;
  n8n::ExecutionLog log_;
  SmokeOrder order_;
  std::map<std::string, std::string> reachable_;  ///< method and path -> what is wrong, "" when nothing
};

}  // namespace kairon::smoke
