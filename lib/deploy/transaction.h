#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/message.h"
#include "deploy/descriptions.h"
#include "deploy/drift.h"
#include "deploy/journal.h"
#include "deploy/past.h"
#include "deploy/plan.h"
#include "deploy/record.h"
#include "deploy/rollback.h"
#include "n8n/api.h"
#include "n8n/lock.h"

namespace kairon::deploy {

/// What is deployed where, and how.
struct DeployOrder {
  std::string environment;
  std::string commit;  ///< "" = the work tree
  std::string by;
  std::string n8n_database;   ///< for the credential map, "" when unknown
  std::string lock_database;  ///< for the advisory lock, "" = a tag
  std::vector<n8n::Local> locals;
  std::set<std::string> only;
  std::set<std::string> activate;
  bool overwrite = false;
  bool prune = false;
};

enum class Outcome {
  nothing_to_do,
  deployed,
  rolled_back,
  unsettled,  ///< restored, but a write that was not answered may still be carried out: the journal stays open
  rollback_failed,
  interrupted
};

struct DeployResult {
  Outcome outcome = Outcome::nothing_to_do;
  Message failure;  ///< why it was rolled back; its text is "" when it was not
  std::optional<RollbackReport> rollback;
  Plan plan;  ///< as far as it was carried out
  std::size_t requests = 0;
  std::size_t writes = 0;
};

/// What is called on the way.
struct DeployHooks {
  std::function<void(const Step&)> done = {};  ///< after each step that changed something
  /// Under the lock, before the first write to n8n: what has to stand before the workflows do.
  /// Returns what a later rollback will have to mention ("" = nothing). What it throws ends the
  /// deployment with nothing of it written.
  std::function<std::string()> before = {};
};

/// One deployment to one environment as a transaction (contract A): plan() asks and computes,
/// carry_out() writes, verifies and, on any failure or signal, rolls back.
class Deployment {
 public:
  Deployment(n8n::Api& api, Journal& journal, Past& past, DeployOrder order)
      : api_(api), journal_(journal), past_(past), order_(std::move(order)) {}

  /// Waits for the server, reads it and computes the plan. Writes nothing.
  /// Throws Error(environment) when the server cannot be read.
  [[nodiscard]] Plan plan(const std::function<void(std::string_view)>& say = {});

  /// `plan` must be without problems. Throws Error(environment) when the lock is taken or an open
  /// record exists.
  [[nodiscard]] DeployResult carry_out(Plan plan, const DeployHooks& hooks = {});

  /// Finishes the open record's deployment; the order's content is replaced by the record's.
  [[nodiscard]] DeployResult resume(const std::function<void(const Step&)>& done = {});
  /// Undoes the open record's deployment. Without one it removes a lock tag that a killed run of
  /// ours left, and throws Error(usage) when there is none either.
  [[nodiscard]] RollbackReport undo();
  /// What is deployed; after resume() and undo() the record's commit.
  [[nodiscard]] const std::string& commit() const noexcept { return order_.commit; }

  /// Counts the references of the server's versions of our workflows that resolve to the right
  /// workflow or credential, and lists those that do not. Credentials are counted where the
  /// server's list is known.
  struct References {
    std::size_t calls = 0;
    std::size_t errors = 0;
    std::size_t callers = 0;
    std::size_t credentials = 0;
    std::vector<std::string> dangling;
    std::size_t workflows = 0;  ///< of ours, that the server has
  };
  [[nodiscard]] References check_references();
  /// Compares the server, as check_references() read it, with what was deployed last.
  [[nodiscard]] Drift check_drift(const std::string& database);

 private:
  /// Plans against remotes_. `resumed`: the record that is being finished; its own edits on the server are no foreign
  /// ones.
  [[nodiscard]] Plan compute(const Record* resumed);
  [[nodiscard]] std::set<std::string> gone_from_git(const State& state);
  [[nodiscard]] Record open_record() const;
  void refuse_open_record() const;
  [[nodiscard]] std::optional<std::vector<n8n::Credential>> known_credentials();
  [[nodiscard]] Record record_for(const Plan& plan) const;
  [[nodiscard]] DeployResult write(Plan plan, const Record& record, const std::function<void(const Step&)>& done);
  void end_undone(const Record& record, const RollbackReport& report);
  void keep_unanswered(Record record);
  void undo_into(DeployResult& result, const Record& record, std::string why);
  void keep_sent(const n8n::Unanswered* write);
  [[nodiscard]] Result<void> refuse_late(const Plan& plan);
  [[nodiscard]] Result<void> refuse_undone(const Plan& plan);
  [[nodiscard]] Result<void> refuse_unregistered(const Plan& plan);
  void refuse_changes_since(const Plan& plan);
  void remember(const Plan& plan);
  void read_descriptions();
  [[nodiscard]] Left left_by(const Plan& plan, const Step& step, const n8n::Tree& file, const NameOf& name_of);
  [[nodiscard]] std::unique_ptr<n8n::Lock> lock(n8n::StaleLock stale);
  [[nodiscard]] std::string history_line(std::string_view result, const Plan* plan) const;

  n8n::Api& api_;
  Journal& journal_;
  Past& past_;
  DeployOrder order_;
  Descriptions descriptions_{api_, journal_};
  std::vector<n8n::Tree> remotes_;
};

}  // namespace kairon::deploy
