#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"

namespace kairon::diff {

struct Point {
  double x = 0;
  double y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

/// A node of one side. The views live as long as the document.
struct NodeView {
  json::Value json;
  std::string_view name;
  std::string_view type;
  std::string_view id;
  std::optional<Point> position;

  /// The type without its package: "set", "agent".
  [[nodiscard]] std::string_view short_type() const;
  [[nodiscard]] bool is_note() const { return short_type() == "stickyNote"; }
};

/// Reads `nodes` of a workflow. Elements that are not objects are left out.
[[nodiscard]] std::vector<NodeView> nodes_of(const json::Value& workflow);

/// Returns for every node of `after` the index of the same node in `before`, kNone for a new one. The
/// same node has the same id, else the same name, else the same type at the same position, else the
/// most equal parameters among the nodes of its type.
[[nodiscard]] std::vector<std::size_t> match_nodes(const std::vector<NodeView>& before,
                                                   const std::vector<NodeView>& after);

}  // namespace kairon::diff
