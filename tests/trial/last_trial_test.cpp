#include "trial/last_trial.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "base/temp.h"

namespace kairon {
namespace {

TEST_CASE("keep_last_trial and read_last_trial: what the report says of each migration") {
  const TempFolder folder("last-trial");
  CHECK_FALSE(trial::read_last_trial(folder.path()));
  trial::TrialReport report;
  report.server = "PostgreSQL 15";
  report.base = "nothing";
  trial::MigrationReport one;
  one.path = "db/migrations/001.sql";
  one.checksum = "abc";
  one.tried = true;
  trial::StatementReport statement;
  statement.milliseconds = 2.5;
  statement.effects.locks.push_back({"orders", "AccessExclusiveLock"});
  statement.effects.locks.push_back({"items", "AccessShareLock"});
  one.statements = {statement, statement};
  report.migrations.push_back(one);
  one.tried = false;
  report.migrations.push_back(one);
  trial::keep_last_trial(folder.path(), report);
  const auto last = trial::read_last_trial(folder.path());
  REQUIRE(last);
  CHECK(last->passed);
  REQUIRE(last->migrations.size() == 1);
  CHECK(last->migrations.front().sha256 == "abc");
  CHECK(last->migrations.front().milliseconds == 5);
  CHECK(last->migrations.front().locks == std::vector<std::string>{"ACCESS EXCLUSIVE on orders"});
  REQUIRE(file::write_atomic(folder.path() + "/kairon/last-trial.json", "{").ok());
  CHECK_FALSE(trial::read_last_trial(folder.path()));
}

}  // namespace
}  // namespace kairon
