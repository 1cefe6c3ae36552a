#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/counterparts.h"
#include "deploy/record.h"
#include "deploy/rollback.h"
#include "n8n/api.h"

namespace kairon::deploy {

/// What every way back to a record's snapshot does: deletes what was created, creates what was deleted,
/// gives tags back, and keeps what could not be done.
class Restorer {
 public:
  /// Reads the server. Throws Error(environment).
  Restorer(n8n::Api& api, const Record& record);

 protected:
  ~Restorer() = default;
  Restorer(const Restorer&) = delete;
  Restorer& operator=(const Restorer&) = delete;

  /// Keeps the cause when n8n refused; `workflow` then counts as failed.
  void check(const n8n::Tree& workflow, std::string_view doing, const n8n::Reply& reply);
  void problem(const n8n::Tree& workflow, std::string_view message);
  void done(const n8n::Tree& workflow, std::string_view what);
  /// The workflows that the deployment created.
  [[nodiscard]] std::vector<const n8n::Tree*> created() const;
  void delete_created();
  void create_again(const n8n::Tree& old);
  void restore_tags(const n8n::Tree& old);

  n8n::Api& api_;
  const Record& record_;
  n8n::Dialect dialect_;
  Counterparts now_;
  RollbackReport report_;
  std::set<std::string> failed_;        ///< ids of the snapshot's
  std::vector<const n8n::Tree*> todo_;  ///< of the snapshot, callees first

 private:
  void give_tags(const n8n::Tree& old);
};

[[nodiscard]] inline bool is_active(const n8n::Tree& workflow) { return workflow["active"].boolean_or(false); }

}  // namespace kairon::deploy
