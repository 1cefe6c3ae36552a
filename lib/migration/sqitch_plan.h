#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kairon::migration {

/// A change of a sqitch.plan, in the plan's order.
struct PlannedChange {
  std::string name;
  /// Tags between this change and the next one of its name, which reworks it: the older one's scripts are `name@tag`.
  /// Empty for the newest of its name.
  std::vector<std::string> tags;
};

/// Reads a sqitch.plan. Pragmas, notes, dependencies and what is not a line of a plan are passed over; never fails.
[[nodiscard]] std::vector<PlannedChange> read_plan(std::string_view text);

}  // namespace kairon::migration
