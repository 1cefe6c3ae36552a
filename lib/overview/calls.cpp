#include "overview/calls.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "base/format.h"
#include "diff/words.h"

namespace kairon::overview {

namespace {

constexpr int kWidth = 190;
constexpr int kHeight = 34;
constexpr int kColumn = 260;
constexpr int kRow = 46;

class CallGraph {
 public:
  explicit CallGraph(const std::vector<WorkflowFact>& workflows) : workflows_(workflows) {
    std::map<std::string_view, std::size_t> by_name;
    for (std::size_t i = 0; i < workflows.size(); ++i) by_name.emplace(workflows[i].name, i);
    for (std::size_t i = 0; i < workflows.size(); ++i) {
      for (const diff::Reach& reach : workflows[i].reach) {
        const auto called = by_name.find(reach.what);
        if (reach.kind != diff::ReachKind::workflow || called == by_name.end() || called->second == i) continue;
        calls_.insert({i, called->second});
      }
    }
    place();
  }

  [[nodiscard]] bool empty() const { return calls_.empty(); }

  void draw(report::Markup& out) const {
    out.open("svg", {{"viewBox", format("-10 -10 {} {}", (columns_ - 1) * kColumn + kWidth + 20, tallest_ * kRow + 10)},
                     {"width", format("{}", (columns_ - 1) * kColumn + kWidth + 20)},
                     {"height", format("{}", tallest_ * kRow + 10)},
                     {"role", "img"},
                     {"aria-label", "Which workflow calls which; the table below says the same"}});
    for (const auto& [from, to] : calls_) draw_call(from, to, out);
    for (const auto& [index, spot] : spots_) {
      const WorkflowFact& workflow = workflows_[index];
      out.open("g", {{"class", workflow.findings > 0 ? "node changed" : "node same"},
                     {"transform", format("translate({},{})", spot.first * kColumn, spot.second * kRow)}});
      out.leaf(
          "title", {},
          format("{}: {} findings, {} tests", diff::visible_line(workflow.name), workflow.findings, workflow.tests));
      out.empty("rect", {{"width", format("{}", kWidth)}, {"height", format("{}", kHeight)}, {"rx", "8"}});
      out.leaf("text", {{"class", "kind"}, {"x", "10"}, {"y", "21"}},
               diff::shortened(diff::visible_line(workflow.name), 26));
      out.close();
    }
    out.close();
  }

 private:
  /// The longest way from a workflow that nothing calls; a cycle ends it.
  int depth_of(std::size_t index, std::set<std::size_t>& open) {
    if (const auto known = depth_.find(index); known != depth_.end()) return known->second;
    if (!open.insert(index).second) return 0;
    int depth = 0;
    for (const auto& [from, to] : calls_)
      if (to == index && !open.contains(from)) depth = std::max(depth, depth_of(from, open) + 1);
    open.erase(index);
    depth_[index] = depth;
    return depth;
  }

  void place() {
    std::map<int, int> filled;
    std::set<std::size_t> shown;
    for (const auto& [from, to] : calls_) shown.insert({from, to});
    for (const std::size_t index : shown) {
      std::set<std::size_t> open;
      const int column = depth_of(index, open);
      spots_[index] = {column, filled[column]++};
      columns_ = std::max(columns_, column + 1);
      tallest_ = std::max(tallest_, filled[column]);
    }
  }

  void draw_call(std::size_t from, std::size_t to, report::Markup& out) const {
    const auto [c1, r1] = spots_.at(from);
    const auto [c2, r2] = spots_.at(to);
    const int x1 = c1 * kColumn + kWidth, y1 = r1 * kRow + kHeight / 2;
    const int x2 = c2 * kColumn, y2 = r2 * kRow + kHeight / 2;
    out.empty("path", {{"class", "link"},
                       {"d", format("M{},{} C{},{} {},{} {},{}", x1, y1, x1 + 35, y1, x2 - 35, y2, x2, y2)}});
  }

  const std::vector<WorkflowFact>& workflows_;
  std::set<std::pair<std::size_t, std::size_t>> calls_;
  std::map<std::size_t, int> depth_;
  std::map<std::size_t, std::pair<int, int>> spots_;
  int columns_ = 1;
  int tallest_ = 0;
};

}  // namespace

void draw_calls(const std::vector<WorkflowFact>& workflows, report::Markup& out) {
  const CallGraph graph(workflows);
  if (graph.empty()) return;
  out.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Map of calls"}});
  graph.draw(out);
  out.close();
}

void draw_timeline(const std::vector<EventFact>& events, std::string_view said, report::Markup& out) {
  constexpr int kLength = 600;
  if (events.size() < 2 || events.front().at >= events.back().at) return;
  const double span = std::difftime(events.back().at, events.front().at);
  out.open("svg", {{"viewBox", "-10 0 640 34"},
                   {"width", "640"},
                   {"height", "34"},
                   {"role", "img"},
                   {"aria-label", std::string(said)}});
  out.empty("path", {{"class", "link"}, {"d", format("M0,17 L{},17", kLength)}});
  for (const EventFact& event : events) {
    const int x = static_cast<int>(std::lround(std::difftime(event.at, events.front().at) / span * kLength));
    out.open("g", {{"class", event.good ? "node added" : "node removed"}});
    out.leaf("title", {}, diff::visible_line(format("{}: {}", event.environment, event.what)));
    out.empty(
        "rect",
        {{"x", format("{}", x - 5)}, {"y", "12"}, {"width", "10"}, {"height", "10"}, {"rx", event.good ? "5" : "0"}});
    out.close();
  }
  out.close();
}

}  // namespace kairon::overview
