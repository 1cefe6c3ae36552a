#pragma once
#include <string>
#include <vector>

#include "config/settings.h"
#include "deploy/environment_run.h"
#include "migrate/runner.h"

namespace kairon::deploy {

/// What a deployment does to the environment's database before it touches n8n: the migrations of
/// the deployed commit that are pending there. Workflows expect the new schema, so it comes first.
class DeployMigrations {
 public:
  /// Reads files and database; changes nothing. Without a database, without migrations, with
  /// `[gate] migrate = off` or for `--only` nothing is pending. Throws Error(blocked) for what
  /// `kairon migrate up` refuses as well and for a database that was never baselined,
  /// Error(environment) when it cannot be reached.
  DeployMigrations(const DeployScene& scene, const config::Target& target, const DeployFlags& flags);

  [[nodiscard]] bool any() const;
  /// Their versions, in order.
  [[nodiscard]] std::vector<std::string> versions() const;
  /// Lines for the plan: what would run and, for production, what there is to fall back on.
  [[nodiscard]] std::vector<std::string> lines() const;

  /// Staging and production: throws Error(blocked) unless these very migrations passed the trial
  /// (lock budget included); tries them now when no verdict is known.
  void prove() const;
  /// Runs them, on production after a backup. Throws Error(blocked) when one fails; those before
  /// it stand.
  void run();

  /// Versions that ran and stand.
  [[nodiscard]] const std::vector<std::string>& done() const { return done_; }
  /// For when the workflows fail afterwards: what stands, and the command that takes it back.
  /// "" when nothing ran.
  [[nodiscard]] std::string standing() const;

 private:
  /// One history of migrations.
  struct History {
    config::Settings settings;
    std::vector<migrate::Source> sources = {};
    std::vector<const migrate::Source*> plan = {};
    std::string last_applied = {};  ///< the newest version that stood before us
    std::vector<std::string> done = {};
  };
  void read(History& history) const;
  void refuse_unbaselined(const History& history, const std::vector<migrate::StateLine>& state) const;
  void prove(const History& history) const;
  void run(History& history);
  [[nodiscard]] migrate::RunOptions options(const History& history) const;
  [[nodiscard]] std::string way_back(const History& history) const;
  void back_up() const;
  [[nodiscard]] std::string backup_line() const;

  const DeployScene& scene_;
  const config::Target& target_;
  std::vector<History> histories_;
  std::vector<std::string> done_;
  std::string left_out_;  ///< why nothing is looked at
};

}  // namespace kairon::deploy
