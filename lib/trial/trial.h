#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/message.h"
#include "lint/support/schema_probe.h"
#include "postgres/snapshot.h"
#include "trial/base.h"
#include "trial/watch.h"

namespace kairon::trial {

enum class Gravity { note, warning, error };

/// One thing the trial has to say of a migration; `rule` is "trial/forward", "trial/rollback",
/// "trial/rollback-schema", "trial/rollback-data", "trial/again", "trial/idempotency", "trial/data-loss",
/// "trial/lock-budget", "trial/rewrite", "trial/server-escape", "trial/no-rollback", "trial/stand-in", "trial/verify";
/// what the schema rules find in workflows comes under their own ids.
struct TrialFinding {
  std::string rule;
  Gravity gravity = Gravity::error;
  std::string path;
  sql::Position position;
  Message message;
  std::string version = {};  ///< of the migration that it is about
  std::string history = {};  ///< of that migration, in a repository that has several; else ""
};

struct StatementReport {
  sql::Position position;
  std::string excerpt;
  double milliseconds = 0;
  bool as_superuser = false;
  Effects effects;
  std::size_t transaction = 0;  ///< the same number for statements of one transaction: locks last to its end
};

/// What the trial makes of a migration.
enum class Verdict : std::uint8_t {
  passed,
  blocked,
  not_judged  ///< `reason` says why
};

/// What a rule warned of at commit, and whether the trial saw it.
struct StaticWarning {
  std::string rule;
  sql::Position position;
  bool confirmed = false;
  std::string evidence;
};

struct MigrationReport {
  std::string version;
  std::string path;
  std::vector<StatementReport> statements;
  std::vector<postgres::SchemaChange> changes;
  bool tried = false;         ///< false when nothing of it was run
  std::string checksum = {};  ///< SHA-256 of the forward file
  Verdict verdict = Verdict::passed;
  std::string reason = {};
  std::vector<StaticWarning> warnings = {};
  std::string history = {};  ///< in a repository that has several; else ""
};

struct TrialReport {
  std::string server;
  std::string base;
  std::vector<std::string> notes;
  std::vector<MigrationReport> migrations;
  std::size_t statements = 0;  ///< of workflows, that were asked at every step
  std::vector<TrialFinding> findings;
  std::vector<postgres::SqlError> missing;  ///< what migrations failed for that nothing in their history makes
  std::string stopped_by;  ///< SQLSTATE of the statement that a migration could not get past; "" = none
  double milliseconds = 0;
  [[nodiscard]] bool passed() const;
};

struct TrialOptions {
  Base base;
  std::vector<migrate::Source> fresh;  ///< tried in this order
  std::chrono::milliseconds lock_budget{500};
  std::chrono::milliseconds statement_timeout{60000};
  int major = 0;  ///< PostgreSQL version, 0 = newest
  std::function<void(const std::string&)> say = {};
  /// Ends the run after a migration that could not get past a statement with this SQLSTATE: another base is better.
  bool (*gives_up)(const std::string& sqlstate) = nullptr;
  /// Statements of the workflows, asked before the first and after each migration. Null: none.
  lint::SchemaProbe* workflows = nullptr;
};

/// Runs the new migrations forward, back, forward again and once more on a throw-away database, and
/// compares schema and data at every step. What is wrong with a migration is a finding; what keeps the
/// trial from running is an Error. A failure ends the verdict of that migration only: the next one starts from a clean
/// state, with every migration before it that could be run.
[[nodiscard]] TrialReport run_trial(const TrialOptions& options);

/// Whether the text ends with the verdict and its time; a stage of a push says both itself.
enum class VerdictLine { shown, left_out };
/// The report for people, as JSON, and as JUnit XML for CI servers (a test case for each migration).
[[nodiscard]] std::string trial_text(const TrialReport& report, VerdictLine verdict = VerdictLine::shown);
[[nodiscard]] std::string trial_json(const TrialReport& report);
[[nodiscard]] std::string trial_junit(const TrialReport& report);

}  // namespace kairon::trial
