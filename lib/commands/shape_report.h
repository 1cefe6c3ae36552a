#pragma once
#include <string>
#include <vector>

#include "workflow/items.h"
#include "workflow/shapes.h"

namespace kairon::commands {

/// What the analysis that the flow rules read knows of the data at one side of a node.
struct ShapeSide {
  workflow::Shape shape;
  workflow::ItemCount items;
};

/// What leaves a node at one or more outputs, of which the same is known.
struct ShapeOutput {
  std::vector<std::string> names;  ///< as n8n's editor shows them, else "output 0"; empty: the only output
  ShapeSide side;
  workflow::Follows follows = workflow::Follows::nothing;
  workflow::Pairing pairing = workflow::Pairing::unknown;
};

struct ShapeReport {
  std::string node;
  std::string type;
  double version = 1;
  bool starts = false;  ///< a trigger: nothing comes in, so there is nothing to pair with
  ShapeSide receives;
  std::vector<ShapeOutput> emits;
};

/// Returns what the gate believes a node receives and emits. Throws Error(usage) when the file is not a workflow or
/// has no such node.
[[nodiscard]] ShapeReport shape_report(const std::string& path, const std::string& node);

/// The report for people, coloured when standard output is.
[[nodiscard]] std::string shape_text(const ShapeReport& report);
[[nodiscard]] std::string shape_json(const ShapeReport& report);

}  // namespace kairon::commands
