#include "migrate/journal.h"

#include <array>

#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"

namespace kairon::migrate {

using postgres::Parameter;

Journal::Journal(postgres::Connection& db, VersionTable& table, std::string version, std::string direction)
    : db_(db),
      table_(table.name("kairon_migration_steps")),
      version_(std::move(version)),
      direction_(std::move(direction)) {
  const std::array<Parameter, 2> key = {version_, direction_};
  const postgres::Reply reply = db_.must(
      format("SELECT step, statement_hash, finished_at IS NOT NULL FROM {} WHERE version = $1 AND direction = $2",
             table_),
      key);
  for (std::size_t row = 0; row < reply.size(); ++row) {
    steps_[static_cast<std::size_t>(reply.integer(row, 0))] = {std::string(reply.text(row, 1)), reply.boolean(row, 2)};
  }
}

Journal::StepState Journal::state(std::size_t step, const std::string& text) const {
  const auto found = steps_.find(step);
  if (found == steps_.end()) return StepState::fresh;
  if (!found->second.finished) return StepState::in_doubt;
  if (found->second.hash == hash::sha256(text)) return StepState::finished;
  throw environment_error(
      format("{}: statement {} was changed after it had run", version_, step + 1),
      "put the statements that already ran back as they were; only the failed one and later ones may change");
}

void Journal::begin(std::size_t step, const std::string& text) {
  const std::array<Parameter, 4> values = {version_, direction_, std::to_string(step), hash::sha256(text)};
  db_.must(
      format("INSERT INTO {} (version, direction, step, statement_hash) VALUES ($1, $2, $3, $4) ON CONFLICT (version, "
             "direction, "
             "step) DO UPDATE SET statement_hash = excluded.statement_hash, started_at = now(), finished_at = NULL",
             table_),
      values);
}

postgres::Reply Journal::finish(std::size_t step, const std::string& text) {
  const std::array<Parameter, 4> values = {version_, direction_, std::to_string(step), hash::sha256(text)};
  return db_.query(
      format("INSERT INTO {} (version, direction, step, statement_hash, finished_at) VALUES ($1, $2, $3, $4, "
             "clock_timestamp()) ON CONFLICT (version, direction, step) DO UPDATE SET statement_hash = "
             "excluded.statement_hash, finished_at = excluded.finished_at",
             table_),
      values);
}

postgres::Reply Journal::clear() {
  const std::array<Parameter, 2> key = {version_, direction_};
  return db_.query(format("DELETE FROM {} WHERE version = $1 AND direction = $2", table_), key);
}

}  // namespace kairon::migrate
