#include "trial/way_back.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "migrate/run_file.h"

namespace kairon::trial {

namespace {

using postgres::Difference;
using postgres::DifferenceWeight;
using postgres::SchemaChange;

/// Differences of one kind that are shown one by one.
constexpr std::size_t kShownOfKind = 3;

bool allows_loss(const migration::File& file) {
  constexpr std::array<std::string_view, 5> kRules = {"trial/data-loss", "migration/ban-drop-table",
                                                      "migration/ban-truncate-cascade", "migration/truncate",
                                                      "migration/delete-without-where"};
  return std::any_of(kRules.begin(), kRules.end(), [&](std::string_view rule) { return migrate::allows(file, rule); });
}

/// Where rows are deleted; of a DROP TABLE or TRUNCATE, which count none, nothing is known.
sql::Position place_of_loss(const MigrationReport& report) {
  const auto hit = std::find_if(report.statements.begin(), report.statements.end(),
                                [](const StatementReport& one) { return one.effects.deleted > 0; });
  return hit == report.statements.end() ? sql::Position() : hit->position;
}

constexpr const char* kHelp = "undo exactly what the migration does, indexes, comments, grants and defaults included";

/// What the migration made or brought back, as kind and name.
std::set<std::pair<std::string, std::string>> made_by(const WayBack& way) {
  std::set<std::pair<std::string, std::string>> made;
  for (const SchemaChange& change : postgres::difference(way.before, way.after))
    if (change.difference == Difference::added) made.emplace(change.kind, change.name);
  return made;
}

/// Nothing reads a comment, and others may use an extension or a schema by now.
bool is_harmless_elsewhere(const SchemaChange& change) {
  const bool stays = change.difference == Difference::added;
  return change.kind == "comment" || (stays && (change.kind == "extension" || change.kind == "schema"));
}

class Judgement {
 public:
  explicit Judgement(const WayBack& way) : way_(way), made_(made_by(way)) {}

  std::vector<TrialFinding> schema() {
    std::vector<TrialFinding> findings;
    std::map<std::pair<Difference, std::string>, std::size_t> seen;
    const std::vector<postgres::SchemaCause> causes = postgres::causes_of(postgres::difference(way_.before, way_.back));
    for (const postgres::SchemaCause& cause : causes) ++seen[{cause.change.difference, cause.change.kind}];
    std::map<std::pair<Difference, std::string>, std::size_t> shown;
    for (const postgres::SchemaCause& cause : causes) {
      const std::pair kind(cause.change.difference, cause.change.kind);
      const std::size_t number = ++shown[kind];
      if (number > kShownOfKind) continue;
      const std::size_t more = number == kShownOfKind ? seen[kind] - number : 0;
      findings.push_back({"trial/rollback-schema",
                          gravity_of(cause.change),
                          path(),
                          {},
                          {format("the rollback leaves a difference: {}{}", cause.line(),
                                  more > 0 ? format(" (and {} more of this kind)", more) : ""),
                           kHelp}});
      if (more > 0 && is_any_worse(causes, kind)) findings.back().gravity = Gravity::error;
    }
    return findings;
  }

  void data(std::vector<TrialFinding>& findings) const {
    for (const postgres::TableData& table : way_.data_before.tables) {
      const postgres::TableData* found = way_.data_back.by_name(table.name);
      // A table that is gone is a difference of the schema; only its rows are lost here.
      if (found == nullptr && table.rows == 0) continue;
      if (found != nullptr && found->rows == table.rows && found->fingerprint == table.fingerprint) continue;
      const std::string what =
          found == nullptr || found->rows != table.rows
              ? format("{} had {} and has {} after the rollback", table.name,
                       text::counted(static_cast<std::size_t>(table.rows), "row"), found == nullptr ? 0 : found->rows)
              : format("{} has other values after the rollback", table.name);
      // Another tool's rollback may leave rows: what they break, the next run forward shows.
      const bool left = found != nullptr && found->rows > table.rows && !way_.source.forward->layout().is_ours();
      findings.push_back({"trial/rollback-data",
                          left ? Gravity::warning : Gravity::error,
                          path(),
                          {},
                          {what, "keep the data aside, or declare -- kairon: irreversible REASON"}});
    }
  }

 private:
  [[nodiscard]] const std::string& path() const { return way_.source.rollback->path(); }

  [[nodiscard]] Gravity gravity_of(const SchemaChange& change) const {
    const bool ours = way_.source.forward->layout().is_ours();
    const bool foreign_to_it =
        change.difference == Difference::added && !made_.contains(std::pair(change.kind, change.name));
    const bool light =
        change.weight == DifferenceWeight::warning || foreign_to_it || (!ours && is_harmless_elsewhere(change));
    return light ? Gravity::warning : Gravity::error;
  }

  /// One of the changes of a kind, which are not all shown, is an error.
  [[nodiscard]] bool is_any_worse(const std::vector<postgres::SchemaCause>& causes,
                                  const std::pair<Difference, std::string>& kind) const {
    return std::any_of(causes.begin(), causes.end(), [&](const postgres::SchemaCause& one) {
      return std::pair(one.change.difference, one.change.kind) == kind && gravity_of(one.change) == Gravity::error;
    });
  }

  const WayBack& way_;
  std::set<std::pair<std::string, std::string>> made_;
};

}  // namespace

std::vector<TrialFinding> judge_way_back(const WayBack& way) {
  Judgement judgement(way);
  std::vector<TrialFinding> findings = judgement.schema();
  judgement.data(findings);
  return findings;
}

std::vector<TrialFinding> judge_second_run(const std::string& path, Gravity gravity, const State& before,
                                           const State& after) {
  std::vector<TrialFinding> findings;
  for (const postgres::SchemaCause& cause : postgres::causes_of(postgres::difference(before.schema, after.schema)))
    findings.push_back({"trial/idempotency",
                        gravity,
                        path,
                        {},
                        {format("a second run changes the schema: {}", cause.line()),
                         "write IF NOT EXISTS, or declare -- kairon: not-idempotent REASON"}});
  for (const postgres::TableData& table : before.data.tables) {
    const postgres::TableData* found = after.data.by_name(table.name);
    if (found != nullptr && found->fingerprint == table.fingerprint && found->rows == table.rows) continue;
    findings.push_back(
        {"trial/idempotency",
         gravity,
         path,
         {},
         {format("a second run changes the data of {}", table.name),
          "write ON CONFLICT or a WHERE that no longer matches, or declare -- kairon: not-idempotent REASON"}});
  }
  return findings;
}

std::vector<std::string> doubled_rows(const postgres::DataState& before, const postgres::DataState& first,
                                      const postgres::DataState& back, const postgres::DataState& again) {
  std::vector<std::string> found;
  for (const postgres::TableData& table : back.tables) {
    const postgres::TableData* was = before.by_name(table.name);
    const postgres::TableData* once = first.by_name(table.name);
    const postgres::TableData* now = again.by_name(table.name);
    if (was == nullptr || once == nullptr || now == nullptr || table.rows <= was->rows || now->rows <= once->rows)
      continue;
    found.push_back(format("{} has {} after the first run and {} after a rollback and a second one", table.name,
                           text::counted(static_cast<std::size_t>(once->rows), "row"), now->rows));
  }
  return found;
}

void judge_loss(const migration::File& file, const MigrationReport& report, const postgres::DataState& before,
                const postgres::DataState& after, std::vector<TrialFinding>& findings) {
  for (const postgres::TableData& table : before.tables) {
    const postgres::TableData* found = after.by_oid(table.oid);
    if (found == nullptr) found = after.by_name(table.name);  // swapped for a new table of that name
    const long long rows = found == nullptr ? 0 : found->rows;
    if (rows >= table.rows) continue;
    findings.push_back({"trial/data-loss",
                        allows_loss(file) ? Gravity::note : Gravity::error,
                        file.path(),
                        place_of_loss(report),
                        {format("{} loses {} of {}", table.name, table.rows - rows,
                                text::counted(static_cast<std::size_t>(table.rows), "row")),
                         "if that is meant, say so: -- kairon: allow trial/data-loss REASON"}});
  }
}

bool refuses_to_run(const postgres::SqlError& error) {
  // One line: the exception comes from the block itself, not from a function or trigger that it calls.
  return error.sqlstate == "P0001" && error.context.starts_with("PL/pgSQL function inline_code_block line ") &&
         error.context.ends_with(" at RAISE") && !text::contains(error.context, "\n");
}

}  // namespace kairon::trial
