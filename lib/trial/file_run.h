#pragma once
#include <set>
#include <string>
#include <vector>

#include "migrate/run_steps.h"
#include "trial/sessions.h"
#include "trial/trial.h"

namespace kairon::trial {

/// Runs files as the runner (or the layout's tool) would, and helps out where only the trial's server is in the way.
class FileRun {
 public:
  /// Statements of a file whose effects are watched.
  static constexpr std::size_t kMaxWatched = 1000;

  /// What it has to say: notes, and findings about the file.
  struct Listener {
    std::function<void(const std::string&)> note;
    std::function<void(TrialFinding)> say;
  };
  FileRun(Sessions& sessions, const TrialOptions& options, Listener listener)
      : sessions_(sessions), options_(options), listener_(std::move(listener)) {}

  /// Runs a file of the migration `version`; nothing when it came to its end. `watched`, when it is not null, gets a
  /// report of each statement. Throws Error(environment) when the server is out of resources or gone.
  [[nodiscard]] std::optional<migrate::FileFailure> run(const migration::File& file, const std::string& version,
                                                        std::vector<StatementReport>* watched);

  /// The last file failed because it reaches beyond its database.
  [[nodiscard]] bool escaped() const { return escaped_; }
  /// Roles that were missing and are made for the trial, as quote_ident writes them.
  [[nodiscard]] const std::set<std::string>& made_roles() const { return made_roles_; }
  /// Roles that were dropped and are there all the same, for copies of the database hold what is theirs.
  [[nodiscard]] const std::set<std::string>& left_roles() const { return left_roles_; }

 private:
  void become_trial_role();
  void publish_counters(const migration::File& file);
  postgres::Reply send(const migration::File& file, const migrate::Step& step, std::size_t i, Watch& watch);
  [[nodiscard]] bool is_made_here(const postgres::SqlError& error) const;
  void consider_again(const migration::File& file, std::size_t i, const postgres::SqlError& error);
  void say_database(const migration::File& file, std::size_t i, std::string& text);
  bool make_roles(const migration::File& file, std::size_t i);
  bool passes_over(const migration::File& file, std::size_t i);
  void leave_role(const migration::File& file, std::size_t i, const postgres::SqlError& error);
  [[nodiscard]] std::string quoted(const std::string& role);
  void consider_denial(const migration::File& file, std::size_t i, const postgres::SqlError& error);

  Sessions& sessions_;
  const TrialOptions& options_;
  Listener listener_;
  std::string version_;
  std::vector<StatementReport>* watched_ = nullptr;
  std::set<std::size_t> superuser_steps_;
  std::set<std::size_t> left_out_;
  std::set<std::size_t> without_roles_;  ///< DO blocks whose roles are there by now
  std::set<std::string> made_roles_;
  std::set<std::string> left_roles_;
  bool escaped_ = false;
  bool retry_ = false;
  bool began_ = false;
  bool own_transaction_ = false;  ///< inside of one that the file began
  std::size_t transactions_ = 0;
};

}  // namespace kairon::trial
