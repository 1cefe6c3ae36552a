#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "migrate/runner.h"

namespace kairon::migrate {

namespace {

Error blocked(std::string message, std::string remedy) {
  return {ExitCode::blocked, std::move(message), std::move(remedy)};
}

void refuse_changed(const std::vector<StateLine>& state) {
  for (const StateLine& line : state) {
    if (line.standing != Standing::changed) continue;
    throw blocked(format("{} was changed after it was applied", line.source->forward->path()),
                  format("put the file back and write a new migration; or, when the change is harmless: kairon migrate "
                         "verify --accept {} "
                         "--reason \"...\"",
                         line.version));
  }
}

/// A file that was applied under another name would run twice.
void refuse_renamed(const StateLine& line, const std::vector<StateLine>& state) {
  for (const StateLine& gone : state) {
    if (gone.standing != Standing::missing_file || !line.source->forward->has_checksum(gone.row.checksum)) continue;
    throw blocked(
        format("{} is pending, but the same content is applied as {}, whose file is gone", line.source->forward->path(),
               gone.version),
        format("rename the file back to {0}.sql; or, when the new name is meant: UPDATE schema_migrations SET "
               "version = '{1}' WHERE version = '{0}'",
               gone.version, line.version));
  }
}

/// What stopped halfway left a state that no other file was written for.
void refuse_half_run(const StateLine& line, Direction next) {
  if (!line.begun) return;
  const bool up = line.begun->direction == "up";
  const bool gone = line.source == nullptr;
  if (!gone && up == (next == Direction::up)) return;  // it goes on
  const std::string by_hand =
      format("undo by hand what it did and DELETE FROM kairon_migration_steps WHERE version = '{}'", line.version);
  throw blocked(
      format("{} stopped halfway{}: {} of its statements are done", gone ? line.version : line.source->forward->path(),
             up ? "" : " while it was undone", line.begun->done),
      gone ? format("put its file back, or {}", by_hand)
           : format("finish it: kairon migrate {}; or {}", up ? "up --to " + line.version : "down", by_hand));
}

}  // namespace

std::size_t find_line(const std::vector<StateLine>& state, const std::string& to) {
  const migration::Version wanted = migration::parse_version(to);
  for (std::size_t i = 0; i < state.size(); ++i) {
    const migration::Version version = migration::parse_version(state[i].version);
    const bool by_number = wanted.name.empty() && !wanted.number.empty() && wanted.same_number(version);
    if (state[i].version == to || by_number) return i;
  }
  throw usage_error(format("no migration {}", to), "kairon migrate status lists them");
}

std::vector<const Source*> plan_up(const std::vector<StateLine>& state, const RunOptions& options) {
  refuse_changed(state);
  for (const StateLine& line : state) refuse_half_run(line, Direction::up);
  const std::size_t end = options.to.empty() ? state.size() : find_line(state, options.to) + 1;
  for (std::size_t i = 0; i < end; ++i)
    if (state[i].standing == Standing::pending) refuse_renamed(state[i], state);
  std::vector<const Source*> plan;
  for (std::size_t i = 0; i < end; ++i) {
    if (state[i].standing != Standing::pending) continue;
    if (state[i].out_of_order && !options.allow_out_of_order) {
      throw blocked(format("{} is pending, but a later migration is already applied", state[i].source->forward->path()),
                    "rename it to the next free number, or run with --allow-out-of-order");
    }
    plan.push_back(state[i].source);
  }
  return plan;
}

std::vector<const Source*> plan_down(const std::vector<StateLine>& state, const RunOptions& options) {
  refuse_changed(state);
  std::vector<const Source*> plan;
  const std::size_t stop = options.to.empty() ? state.size() : find_line(state, options.to) + 1;
  for (std::size_t i = state.size(); i-- > 0;) {
    const StateLine& line = state[i];
    if (!options.to.empty() && i < stop) break;
    refuse_half_run(line, Direction::down);
    if (line.standing == Standing::pending) continue;
    if (line.source == nullptr)
      throw blocked(format("{} is applied, but its file is gone", line.version),
                    "restore the file; its rollback cannot be run without it");
    if (line.source->rollback == nullptr) {
      const auto* directive = line.source->forward->directive(migration::DirectiveKind::irreversible);
      throw blocked(directive == nullptr
                        ? format("{} has no rollback file", line.source->forward->path())
                        : format("{} is irreversible: {}", line.source->forward->path(), directive->argument),
                    "restore a backup, or write a new migration that undoes it");
    }
    plan.push_back(line.source);
    if (options.to.empty()) break;
  }
  return plan;
}

}  // namespace kairon::migrate
