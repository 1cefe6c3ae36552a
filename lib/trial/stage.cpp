#include "trial/stage.h"

#include <optional>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "trial/cause.h"

namespace kairon::trial {

namespace {

/// The name of a copy says nothing to people, nor does the right to connect that the trial gave its own reader.
void describe_for_people(postgres::SchemaObject& database) {
  database.name = "of the trial";
  const auto grants = database.attributes.find("grants");
  if (grants == database.attributes.end()) return;
  std::vector<std::string> shown;
  for (const std::string_view grant : text::split(grants->second, ','))
    if (!grant.starts_with(format("{}=", kReaderRole))) shown.emplace_back(grant);
  grants->second = text::join(shown, ",");
}

}  // namespace

postgres::Snapshot schema_of(const Stage& stage) {
  postgres::Snapshot snapshot = postgres::take_snapshot(stage.sessions.observer(), stage.scope);
  const std::string membership = format("{} in ", kTrialRole);
  std::erase_if(snapshot.objects, [&](const postgres::SchemaObject& one) {
    return (one.kind == "membership" && one.name.starts_with(membership)) ||
           (one.kind == "role" &&
            (stage.run.made_roles().contains(one.name) || stage.run.left_roles().contains(one.name)));
  });
  for (postgres::SchemaObject& one : snapshot.objects)
    if (one.kind == "database") describe_for_people(one);
  return snapshot;
}

postgres::DataState data_of(const Stage& stage, const postgres::DataState* like) {
  return stage.sessions.rows().take(like);
}

bool runnable(const Stage& stage, const migration::File& file, const char* rule) {
  std::optional<TrialFinding> refusal = refusal_of(file, rule, stage.sessions.db().server_version());
  if (refusal) stage.record.add(std::move(*refusal));
  return !refusal;
}

}  // namespace kairon::trial
