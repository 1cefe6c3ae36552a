#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "postgres/fingerprint.h"
#include "trial/base.h"
#include "trial/plain_session.h"

namespace kairon::trial {

/// The database that migrations are tried in, and everybody who is connected to it. A copy of the base is kept when
/// several migrations follow, so that each begins in a clean state.
class Sessions {
 public:
  /// Throws what Scratch throws. `workflows`: somebody prepares their statements too.
  Sessions(const Base& base, int major, std::chrono::milliseconds statement_timeout, bool several, bool workflows);

  /// As the role that migrations run as.
  [[nodiscard]] postgres::Connection& db() { return *db_; }
  /// Who looks at what they did.
  [[nodiscard]] postgres::Connection& observer() { return *observer_; }
  /// What reads the rows, as a role that may do nothing else: functions of a repository run with it.
  [[nodiscard]] postgres::DataReader& rows() { return *rows_; }
  /// Who prepares statements of workflows, as the plain role.
  [[nodiscard]] postgres::Connection& asker() { return *asker_; }
  [[nodiscard]] PlainSession& plain() { return *plain_; }
  /// Null: an extension that is missing ends the trial.
  [[nodiscard]] StandIn* stand_in() { return stand_in_.get(); }
  [[nodiscard]] const Scratch& scratch() const { return scratch_; }

  /// Goes on in a database that holds what the last one began with and these migrations, and nothing else; fails with
  /// what one of them says on its second run. No migration is repeated more than once for it: they are kept.
  [[nodiscard]] Result<void> renew(const std::vector<const migrate::Source*>& accepted);

  /// What stand-ins have done, a line each.
  [[nodiscard]] const std::vector<std::string>& told();

 private:
  void connect();
  void disconnect();

  MissingExtensions missing_;
  std::chrono::milliseconds statement_timeout_;
  bool workflows_;
  Scratch scratch_;
  std::string kept_;
  std::string old_;  ///< the database before the last one, to be dropped; "" = none
  std::optional<postgres::Connection> db_;
  std::optional<postgres::Connection> observer_;
  std::optional<postgres::Connection> reader_;
  std::optional<postgres::DataReader> rows_;
  std::optional<postgres::Connection> asker_;
  std::optional<PlainSession> plain_;
  std::unique_ptr<StandIn> stand_in_;
  std::vector<std::string> told_;
};

}  // namespace kairon::trial
