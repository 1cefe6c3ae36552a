#include "diff/layout.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>

namespace kairon::diff {

namespace {

constexpr double kColumn = 220;
constexpr double kRow = 90;
constexpr double kFarthest = 1e7;  // a position beyond that is not one

bool is_usable(const std::optional<Point>& point) {
  return point && std::isfinite(point->x) && std::isfinite(point->y) && std::abs(point->x) < kFarthest &&
         std::abs(point->y) < kFarthest;
}

/// By how much positions are spread along one axis so that boxes, `size` long, stand apart. Nodes nearer
/// than `touching` overlap in n8n too.
double spread(std::vector<Point> points, double size, double across, double touching) {
  constexpr double kMost = 2;
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
  double nearest = size;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size() && points[j].x - points[i].x < nearest; ++j) {
      const double distance = points[j].x - points[i].x;
      if (distance > touching && std::abs(points[j].y - points[i].y) < across) nearest = distance;
    }
  }
  return std::min(kMost, size / nearest);
}

class Placer {
 public:
  explicit Placer(const WorkflowDiff& workflow) : workflow_(workflow), nodes_(workflow.nodes().size()) {}

  Layout go() {
    measure();
    for (std::size_t i = 0; i < nodes_.size(); ++i) place(i);
    place_the_rest();
    Layout layout;
    layout.nodes = std::move(nodes_);
    layout.frame = frame_of(layout.nodes);
    return layout;
  }

 private:
  void measure() {
    std::vector<Point> points, turned;
    for (const NodeDiff& node : workflow_.nodes()) {
      if (node.view().is_note()) continue;
      for (const NodeView* view : {node.before, node.after}) {
        if (view == nullptr || !is_usable(view->position)) continue;
        if (view == node.after && node.before != nullptr && node.before->position == view->position) continue;
        points.push_back(*view->position);
        turned.push_back({view->position->y, view->position->x});
      }
    }
    wide_ = spread(points, kBoxWidth + 28, kBoxHeight + 14, 60);
    tall_ = spread(turned, kBoxHeight + 18, kBoxWidth, 30);
  }

  [[nodiscard]] Box box_at(const NodeView& view) const {
    Box box{view.position->x * wide_, view.position->y * tall_};
    if (!view.is_note()) return box;
    const json::Value parameters = view.json["parameters"];
    box.width = std::clamp(parameters["width"].number(240), 40.0, 4000.0) * wide_;
    box.height = std::clamp(parameters["height"].number(160), 40.0, 4000.0) * tall_;
    return box;
  }

  void place(std::size_t index) {
    const NodeDiff& node = workflow_.nodes()[index];
    if (!is_usable(node.view().position)) {
      unplaced_.push_back(index);
      return;
    }
    nodes_[index].box = box_at(node.view());
    if (node.moved() && is_usable(node.before->position)) nodes_[index].ghost = box_at(*node.before);
    lowest_ = std::max(lowest_, nodes_[index].box.y + nodes_[index].box.height);
    leftmost_ = placed_ ? std::min(leftmost_, nodes_[index].box.x) : nodes_[index].box.x;
    placed_ = true;
  }

  /// Columns by distance from a node that nothing leads to.
  void place_the_rest() {
    if (unplaced_.empty()) return;
    std::map<std::size_t, std::size_t> column;
    std::map<std::size_t, std::vector<std::size_t>> targets;
    std::map<std::size_t, std::size_t> sources;
    for (const Link& link : workflow_.links()) {
      if (link.from == kNone || link.to == kNone || link.from == link.to) continue;
      targets[link.from].push_back(link.to);
      ++sources[link.to];
    }
    for (const bool roots_only : {true, false}) {
      for (const std::size_t start : unplaced_) {
        if (column.contains(start) || (roots_only && sources.contains(start))) continue;
        std::deque<std::size_t> open{start};
        column.emplace(start, 0);
        for (; !open.empty(); open.pop_front())
          for (const std::size_t next : targets[open.front()])
            if (column.emplace(next, column[open.front()] + 1).second) open.push_back(next);
      }
    }
    std::map<std::size_t, std::size_t> filled;
    const double top = placed_ ? lowest_ + kRow : 0;
    for (const std::size_t index : unplaced_) {
      const std::size_t at = column[index];
      nodes_[index].box = {leftmost_ + static_cast<double>(at) * kColumn,
                           top + static_cast<double>(filled[at]++) * kRow};
    }
  }

  static Box frame_of(const std::vector<Placement>& nodes) {
    if (nodes.empty()) return {0, 0, kBoxWidth, kBoxHeight};
    double left = nodes.front().box.x, top = nodes.front().box.y, right = left, bottom = top;
    const auto include = [&](const Box& box) {
      left = std::min(left, box.x);
      top = std::min(top, box.y);
      right = std::max(right, box.x + box.width);
      bottom = std::max(bottom, box.y + box.height);
    };
    for (const Placement& node : nodes) {
      include(node.box);
      if (node.ghost) include(*node.ghost);
    }
    return {left, top, right - left, bottom - top};
  }

  const WorkflowDiff& workflow_;
  std::vector<Placement> nodes_;
  std::vector<std::size_t> unplaced_;
  double wide_ = 1;
  double tall_ = 1;
  double lowest_ = 0;
  double leftmost_ = 0;
  bool placed_ = false;
};

}  // namespace

Layout layout_of(const WorkflowDiff& workflow) { return Placer(workflow).go(); }

}  // namespace kairon::diff
