#include "trial/effects.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "base/format.h"

namespace kairon::trial {

namespace {

/// A lock that is held for longer than the budget.
struct Held {
  const std::string* relation;
  double time;
  bool rewritten;  ///< what is worked on, not what only refers to it
  sql::Position position;
};

bool contains(const std::vector<std::string>& relations, const std::string& relation) {
  return std::find(relations.begin(), relations.end(), relation) != relations.end();
}

}  // namespace

void judge_effects(const MigrationReport& report, const migration::File& file, const TrialOptions& options,
                   std::vector<TrialFinding>& findings) {
  const bool real = !options.base.backup.empty();
  const double budget = static_cast<double>(file.lock_budget().value_or(options.lock_budget).count());
  // A lock is held until its transaction ends: from the statement that took it over all later ones.
  double rest = 0;
  const StatementReport* later = nullptr;
  std::vector<Held> held;
  for (auto statement = report.statements.rbegin(); statement != report.statements.rend(); ++statement) {
    if (later == nullptr || later->transaction != statement->transaction) rest = 0;
    rest += statement->milliseconds;
    later = &*statement;
    for (const Effects::Lock& lock : statement->effects.locks)
      if (lock.mode == "AccessExclusiveLock" && !lock.is_index && rest > budget)
        held.push_back(
            {&lock.relation, rest, contains(statement->effects.rewritten, lock.relation), statement->position});
  }
  // The longest one is reported for all: what ends it ends the others.
  const auto longest = std::max_element(held.begin(), held.end(), [](const Held& a, const Held& b) {
    return std::tuple(a.time, a.rewritten) < std::tuple(b.time, b.rewritten);
  });
  if (longest != held.end())
    findings.push_back(
        {"trial/lock-budget",
         real ? Gravity::error : Gravity::warning,
         file.path(),
         longest->position,
         {format("ACCESS EXCLUSIVE on {} is held for {:.0f} ms, the budget is {:.0f} ms{}", *longest->relation,
                 longest->time, budget, held.size() > 1 ? format(" (and on {} more)", held.size() - 1) : ""),
          "do the slow part without that lock (NOT VALID + VALIDATE, CONCURRENTLY, batches)"}});
  for (const StatementReport& statement : report.statements) {
    for (const std::string& relation : statement.effects.rewritten)
      findings.push_back({"trial/rewrite",
                          Gravity::warning,
                          file.path(),
                          statement.position,
                          {format("rewrites {}", relation), "on a large table this takes long under its lock"}});
  }
}

}  // namespace kairon::trial
