#pragma once
#include <string>
#include <string_view>

#include "diff/layout.h"
#include "report/markup.h"

namespace kairon::diff {

/// The rules of style that pictures need, light and dark.
[[nodiscard]] std::string_view picture_style();

/// Writes nodes and connections of one side as SVG elements into `out`, within the frame of `layout`. With
/// an `anchor` ("f0"), a changed node is a link to "#f0n3".
void draw(const WorkflowDiff& workflow, const Layout& layout, Side side, std::string_view anchor, report::Markup& out);

inline constexpr double kLegendWidth = 850;
/// The key to colours and lines, kLegendWidth wide and 20 units high, with its left top at (0, 0).
void draw_legend(report::Markup& out);

}  // namespace kairon::diff
