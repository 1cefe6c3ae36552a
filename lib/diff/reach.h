#pragma once
#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "workflow/workflow.h"

namespace kairon::diff {

enum class ReachKind : std::uint8_t { table, workflow, host, credential, webhook, schedule };

/// Something outside that a workflow touches or that starts it, in words: "insert traces(order_id, sku)".
struct Reach {
  ReachKind kind = ReachKind::table;
  std::string what;
  auto operator<=>(const Reach&) const = default;
};

/// "table", "workflow", "host", "credential", "webhook", "schedule".
[[nodiscard]] std::string_view kind_name(ReachKind kind);

/// Returns what the enabled nodes of a workflow reach.
[[nodiscard]] std::set<Reach> reach_of(const workflow::Workflow& workflow);

}  // namespace kairon::diff
