#pragma once
#include <map>
#include <string>

#include "migrate/version_table.h"
#include "postgres/connection.h"

namespace kairon::migrate {

/// Which steps of a file without a transaction are done. A step that may run inside a transaction is
/// done together with its row; one that may not (CREATE INDEX CONCURRENTLY) has a row from before it
/// begins, so that a kill leaves a trace.
class Journal {
 public:
  Journal(postgres::Connection& db, VersionTable& table, std::string version, std::string direction);

  enum class StepState { fresh, in_doubt, finished };
  /// Throws Error(environment) when the step that ran had another text.
  [[nodiscard]] StepState state(std::size_t step, const std::string& text) const;
  [[nodiscard]] bool empty() const { return steps_.empty(); }
  /// Writes the row of a step that begins; commits by itself.
  void begin(std::size_t step, const std::string& text);
  /// Marks a step as done, inside the session's transaction when there is one.
  [[nodiscard]] postgres::Reply finish(std::size_t step, const std::string& text);
  /// Removes all rows of this file, inside the session's transaction.
  [[nodiscard]] postgres::Reply clear();

 private:
  struct Known {
    std::string hash;
    bool finished = false;
  };
  postgres::Connection& db_;
  std::string table_;
  std::string version_;
  std::string direction_;
  std::map<std::size_t, Known> steps_;
};

}  // namespace kairon::migrate
