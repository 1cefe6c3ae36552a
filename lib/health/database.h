#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "health/line.h"
#include "migrate/state.h"

namespace kairon::health {

/// A history of migrations, and the database that it runs in.
struct HistoryQuestion {
  std::string name;  ///< "" = the only one
  std::string conninfo;
  std::vector<migrate::Source> migrations;
};

/// What is asked of an environment's database.
struct DatabaseQuestions {
  std::string conninfo;
  std::chrono::seconds window{0};                           ///< how far back the pipeline is looked at
  std::vector<std::pair<std::string, std::string>> probes;  ///< name and SQL
  std::vector<HistoryQuestion> histories;
};

/// Looks at the database in read-only transactions. Adds the lines database, pipeline (where tables
/// events, traces and projections of Kairon's shape exist), `probe NAME` and migrations; only the
/// first when it does not answer.
void look_at_database(const DatabaseQuestions& questions, HealthLines& lines);

/// Adds the line `n8n database`.
void look_at_n8n_database(const std::string& conninfo, HealthLines& lines);

}  // namespace kairon::health
