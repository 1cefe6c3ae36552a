#include <algorithm>

#include "base/format.h"
#include "lint/migration_set.h"

namespace kairon::lint {
namespace migration_out_of_order {
namespace {

void check(const MigrationStates& input, SetReporter& report) {
  if (input.now.layout().psql) return;  // the plan is their order
  const auto& there = input.base.migrations();
  // A file without a number sorts after every number that a new one can have.
  const auto last_of_all = std::find_if(there.rbegin(), there.rend(), [](const migration::Migration& one) {
    return !one.repeatable && !(one.version.number.empty() && one.version.key.empty());
  });
  if (last_of_all == there.rend()) return;
  const migration::Migration& last = *last_of_all;
  const bool runs = input.now.layout().any_order;
  for (const migration::Migration& one : input.now.migrations()) {
    if (!input.is_new(one) || input.is_renamed(one)) continue;
    if (one.version < last.version && !one.version.same_number(last.version)) {
      report.at_file(one.forward.path,
                     format("{} sorts before {}, which is already there", one.version.stem, last.version.stem),
                     runs ? std::optional(Severity::warning) : std::nullopt);
    }
  }
}

}  // namespace

}  // namespace migration_out_of_order

extern const MigrationSetRule kMigrationOutOfOrder;
const MigrationSetRule kMigrationOutOfOrder{
    {"migration/out-of-order", Severity::error, Scope::always, "sorts before a migration that the base already has",
     "Databases that have applied the later one never see the earlier one in its place: the "
     "runner refuses it.",
     "Rename it to the next free number."},
    migration_out_of_order::check};

}  // namespace kairon::lint
