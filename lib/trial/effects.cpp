#include "trial/effects.h"

#include "base/format.h"

namespace kairon::trial {

void judge_effects(const MigrationReport& report, const migration::File& file, const TrialOptions& options,
                   std::vector<TrialFinding>& findings) {
  const bool real = !options.base.backup.empty();
  const double budget = static_cast<double>(file.lock_budget().value_or(options.lock_budget).count());
  // A lock is held until its transaction ends: from the statement that took it over all later ones.
  double rest = 0;
  const StatementReport* later = nullptr;
  for (auto statement = report.statements.rbegin(); statement != report.statements.rend(); ++statement) {
    if (later == nullptr || later->transaction != statement->transaction) rest = 0;
    rest += statement->milliseconds;
    later = &*statement;
    for (const Effects::Lock& lock : statement->effects.locks) {
      if (lock.mode != "AccessExclusiveLock" || rest <= budget) continue;
      findings.push_back(
          {"trial/lock-budget", real ? Gravity::error : Gravity::warning, file.path(), statement->position,
           format("ACCESS EXCLUSIVE on {} is held for {:.0f} ms, the budget is {:.0f} ms", lock.relation, rest, budget),
           "do the slow part without that lock (NOT VALID + VALIDATE, CONCURRENTLY, batches)"});
    }
  }
  for (const StatementReport& statement : report.statements) {
    for (const std::string& relation : statement.effects.rewritten)
      findings.push_back({"trial/rewrite", Gravity::warning, file.path(), statement.position,
                          format("rewrites {}", relation), "on a large table this takes long under its lock"});
  }
}

}  // namespace kairon::trial
