#include "migration/sqitch_plan.h"

#include <algorithm>

#include "base/text.h"

namespace kairon::migration {
namespace {

/// The first word of a line, without the sign of a change.
std::string_view name_in(std::string_view line) {
  std::string_view name = line.substr(0, line.find_first_of(" \t"));
  if (name.starts_with('+')) name.remove_prefix(1);
  return name.starts_with('-') ? std::string_view() : name;
}

}  // namespace

std::vector<PlannedChange> read_plan(std::string_view text) {
  struct Item {
    std::string name;
    bool tag = false;
  };
  std::vector<Item> items;
  for (const std::string_view line : text::lines(text)) {
    const std::string_view shown = text::trim(line);
    if (shown.empty() || shown.front() == '#' || shown.front() == '%') continue;
    if (shown.front() == '@') {
      items.push_back({std::string(name_in(shown.substr(1))), true});
    } else if (const std::string_view name = name_in(shown); !name.empty()) {
      items.push_back({std::string(name), false});
    }
  }
  std::vector<PlannedChange> plan;
  for (auto item = items.begin(); item != items.end(); ++item) {
    if (item->tag) continue;
    PlannedChange change{item->name, {}};
    const auto next =
        std::find_if(item + 1, items.end(), [&](const Item& other) { return !other.tag && other.name == item->name; });
    if (next != items.end())
      for (auto between = item + 1; between != next; ++between)
        if (between->tag) change.tags.push_back(between->name);
    plan.push_back(std::move(change));
  }
  return plan;
}

}  // namespace kairon::migration
