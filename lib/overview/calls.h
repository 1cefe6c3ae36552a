#pragma once
#include <vector>

#include "overview/facts.h"
#include "report/markup.h"

namespace kairon::overview {

/// Draws the workflows that call others or are called, callers at the left, as one SVG. Draws nothing when
/// no workflow calls another.
void draw_calls(const std::vector<WorkflowFact>& workflows, report::Markup& out);

/// Draws events on a line of time: a bad one is a square. Draws nothing for fewer than two events.
void draw_timeline(const std::vector<EventFact>& events, std::string_view said, report::Markup& out);

}  // namespace kairon::overview
