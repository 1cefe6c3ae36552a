#include "base/format.h"
#include "lint/migration_set.h"

namespace kairon::lint {
namespace migration_collision {
namespace {

void check(const MigrationStates& input, SetReporter& report) {
  const auto& all = input.now.migrations();
  for (std::size_t i = 1; i < all.size(); ++i) {
    for (std::size_t j = i; j-- > 0 && all[i].version.number == all[j].version.number;) {
      if (!all[i].version.same_number(all[j].version)) continue;
      // Said at the newcomer; of two old ones nothing can be changed any more.
      const bool first_is_new = input.is_new(all[j]);
      const bool second_is_new = input.is_new(all[i]);
      if (!first_is_new && !second_is_new) continue;
      const migration::Migration& said = second_is_new ? all[i] : all[j];
      const migration::Migration& other = second_is_new ? all[j] : all[i];
      report.at_file(said.forward.path, format("{} has the number of {}", said.version.stem, other.version.stem));
      break;
    }
  }
}

}  // namespace

}  // namespace migration_collision

extern const MigrationSetRule kMigrationCollision;
const MigrationSetRule kMigrationCollision{
    {"migration/collision", Severity::error, Scope::always, "has the number of another migration",
     "Which of the two runs first depends on the rest of the name, and another branch's order "
     "may already be applied somewhere.",
     "Give one of them the next free number."},
    migration_collision::check};

}  // namespace kairon::lint
