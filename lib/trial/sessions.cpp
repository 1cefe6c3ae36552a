#include "trial/sessions.h"

#include <algorithm>

#include "base/format.h"

namespace kairon::trial {

using postgres::Connection;

Sessions::Sessions(const Base& base, int major, std::chrono::milliseconds statement_timeout, bool several,
                   bool workflows)
    : missing_(base.missing), statement_timeout_(statement_timeout), workflows_(workflows), scratch_(base, major) {
  if (several) kept_ = scratch_.copy();
  connect();
}

void Sessions::connect() {
  // Logged in, not SET ROLE: a migration may reset whatever a session can reset.
  db_.emplace(Connection::require({.conninfo = scratch_.trial_conninfo(), .application_name = "kairon trial"}));
  // A migration may set statement_timeout itself, even to 0.
  db_->cancel_after(statement_timeout_ + std::chrono::seconds(1));
  observer_.emplace(
      Connection::require({.conninfo = scratch_.observer_conninfo(), .application_name = "kairon trial"}));
  // A migration may have taken the right to connect from everybody.
  if (scratch_.embedded())
    observer_->must(kairon::format("GRANT CONNECT ON DATABASE {} TO {}", scratch_.in_use(), kReaderRole));
  reader_.emplace(Connection::require({.conninfo = scratch_.reader_conninfo(), .application_name = "kairon trial"}));
  rows_.emplace(*reader_);
  if (workflows_)
    asker_.emplace(Connection::require({.conninfo = scratch_.trial_conninfo(), .application_name = "kairon check"}));
  plain_.emplace(*db_, scratch_.embedded() ? &*observer_ : nullptr);
  stand_in_ = StandIn::make(missing_, scratch_.raw_conninfo());
}

void Sessions::disconnect() {
  static_cast<void>(told());
  stand_in_.reset();
  plain_.reset();
  asker_.reset();
  rows_.reset();
  reader_.reset();
  observer_.reset();
  db_.reset();
}

Result<void> Sessions::renew(const std::vector<const migrate::Source*>& accepted) {
  Result<void> answer;
  const std::string used = scratch_.in_use();
  disconnect();
  scratch_.use(kept_);
  if (!accepted.empty()) {
    connect();
    for (const migrate::Source* source : accepted) {
      const Result<void> done = run_migration(*plain_, *source->forward, stand_in_.get(), true);
      if (!done.ok() && answer.ok()) answer = Failure{done.failure().text};
    }
    disconnect();
  }
  const std::string fresh = scratch_.copy();
  // The server drops a database at once only when those who were connected to it are gone.
  if (!old_.empty()) scratch_.discard(old_);
  old_ = used;
  scratch_.use(fresh);
  connect();
  return answer;
}

const std::vector<std::string>& Sessions::told() {
  if (stand_in_)
    for (const std::string& line : stand_in_->told())
      if (std::find(told_.begin(), told_.end(), line) == told_.end()) told_.push_back(line);
  return told_;
}

}  // namespace kairon::trial
