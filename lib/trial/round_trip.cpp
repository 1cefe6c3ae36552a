#include "trial/round_trip.h"

#include "base/format.h"
#include "base/text.h"
#include "migrate/run_file.h"
#include "trial/way_back.h"

namespace kairon::trial {
namespace {

using migration::DirectiveKind;
using postgres::DataState;
using postgres::SchemaChange;

/// The file that undoes `source`; null, with what there is to say, when there is none to run.
const migration::File* rollback_of(const Stage& stage, const migrate::Source& source) {
  const migration::File& file = *source.forward;
  const std::string& name = source.version.stem;
  if (const auto* declared = file.directive(DirectiveKind::irreversible)) {
    stage.record.note(format("{} is irreversible: {}", name, declared->argument));
    return nullptr;
  }
  if (source.rollback)
    return source.rollback->placeholders().empty() && runnable(stage, *source.rollback, "trial/rollback")
               ? source.rollback.get()
               : nullptr;
  if (file.layout().rollback == migration::RollbackNeed::optional)
    stage.record.note(format("{} has no rollback", name));
  if (file.layout().rollback == migration::RollbackNeed::required)
    stage.record.say("trial/no-rollback", Gravity::error,
                     {"has no rollback file",
                      format("write {}_rollback.sql, or say why there is none: -- kairon: irreversible REASON", name)});
  return nullptr;
}

}  // namespace

DatabaseState state_of(const Stage& stage) {
  DataState data = data_of(stage);
  return {schema_of(stage), std::move(data)};
}

StepEnd back_and_forth(const Stage& stage, const migrate::Source& source, const DatabaseState& before,
                       const DatabaseState& after) {
  const migration::File* rollback = rollback_of(stage, source);
  if (rollback == nullptr) return {};
  Record& record = stage.record;
  const std::string& name = source.version.stem;
  if (const auto failure = stage.run.run(*rollback, name, nullptr)) {
    const bool clean = rollback->runs_in_transaction();
    if (refuses_to_run(failure->error)) {
      record.note(format("{} is irreversible: its rollback raises {}", name, failure->error.message));
      return {clean, clean};
    }
    record.say("trial/rollback", Gravity::error, {format("the rollback fails: {}", failure->error.text())},
               rollback->path(), failure->position);
    return {false, clean};
  }
  const postgres::Snapshot back = schema_of(stage);
  const DataState data_back = data_of(stage, &before.data);
  for (TrialFinding& one : judge_way_back({source, before.schema, after.schema, back, before.data, data_back}))
    record.add(std::move(one));
  if (record.failed()) return {false, false};
  if (const auto failure = stage.run.run(*source.forward, name, nullptr)) {
    const bool label = text::contains(failure->error.message, "enum label ");
    record.say("trial/again", Gravity::error,
               {format("fails when it is run again after its rollback: {}", failure->error.text()),
                label ? "no rollback drops a value of an enum: ADD VALUE IF NOT EXISTS" : ""},
               {}, failure->position);
    return {false, false};
  }
  StepEnd end{true, true, schema_of(stage)};
  for (const SchemaChange& change : postgres::difference(after.schema, *end.schema)) {
    const Gravity gravity = change.weight == postgres::DifferenceWeight::error ? Gravity::error : Gravity::warning;
    record.say("trial/again", gravity,
               {format("run again after its rollback it gives another schema: {}", change.line())});
    end.clean = false;
  }
  if (record.has("trial/rollback-data"))
    for (const std::string& line : doubled_rows(before.data, after.data, data_back, data_of(stage)))
      record.say("trial/again", Gravity::error, {line, "delete them in the rollback, or write ON CONFLICT"});
  end.went_well = !record.failed();
  return end;
}

StepEnd run_twice(const Stage& stage, const migration::File& file, const postgres::Snapshot& before) {
  const std::string& name = stage.record.current().version.stem;
  const DataState data_before = data_of(stage);
  const auto failure = stage.run.run(file, name, nullptr);
  migrate::reset_session(stage.sessions.db());
  // Another tool runs a file again only after it failed half-way.
  const Gravity gravity = file.directive(DirectiveKind::not_idempotent) != nullptr ? Gravity::note
                          : file.layout().is_ours()                                ? Gravity::error
                                                                                   : Gravity::warning;
  std::vector<TrialFinding> found =
      judge_second_run(file.path(), gravity, {before, data_before}, {schema_of(stage), data_of(stage)});
  const bool changed = !found.empty();
  for (TrialFinding& one : found) stage.record.add(std::move(one));
  if (failure && !changed)
    stage.record.note(format("{}: a second run fails cleanly ({})", name, failure->error.message));
  return {!changed, !changed && (!failure || file.runs_in_transaction())};
}

void verify(const Stage& stage, const migrate::Source& source) {
  const migration::File& check = *source.verify;
  if (check.holds_nothing()) return;
  if (!check.psql_commands().empty())
    return stage.record.note(format("{}: its verify script holds psql commands and was not run", source.version.stem));
  const auto failure = stage.run.run(check, source.version.stem, nullptr);
  migrate::reset_session(stage.sessions.db());
  // psql leaves a transaction that a script did not end.
  if (!failure || text::contains(failure->error.message, "ends inside a transaction")) return;
  if (!stage.run.left_roles().empty())
    return stage.record.note(
        format("{}: its verify script was not judged, because a role that was dropped is still here: {}",
               source.version.stem, failure->error.message));
  stage.record.say(
      "trial/verify", Gravity::error,
      {format("the verify script fails: {}", failure->error.text()), "fix the migration, or what the script expects"},
      check.path(), failure->position);
}

}  // namespace kairon::trial
