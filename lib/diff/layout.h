#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "diff/workflow_diff.h"

namespace kairon::diff {

inline constexpr double kBoxWidth = 188;
inline constexpr double kBoxHeight = 56;

struct Box {
  double x = 0;
  double y = 0;
  double width = kBoxWidth;
  double height = kBoxHeight;
};

/// Where a node is drawn. `ghost` is where it was when it moved.
struct Placement {
  Box box;
  std::optional<Box> ghost;
};

struct Layout {
  std::vector<Placement> nodes;  ///< one for each of WorkflowDiff::nodes()
  Box frame;                     ///< around all of them
};

/// Which side a picture shows.
enum class Side : std::uint8_t { before, after, both };

/// Places nodes where n8n has them, spread so that boxes do not cover each other. Nodes without a position
/// are placed in columns by their connections, below the others. Positions are the same for every side.
[[nodiscard]] Layout layout_of(const WorkflowDiff& workflow);

}  // namespace kairon::diff
