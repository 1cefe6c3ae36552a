#include "deploy/write_order.h"

#include <algorithm>

namespace kairon::deploy {

namespace {

// Tarjan's algorithm (SIAM J. Comput. 1972) yields strongly connected components in reverse
// topological order, which is the one wanted. Iterative: a call chain may be long.
class Components {
 public:
  explicit Components(const CallGraph& graph) : graph_(graph) {}

  std::vector<std::vector<std::string>> run() {
    for (const auto& [name, callees] : graph_)
      if (!index_.contains(name)) walk(name);
    return std::move(groups_);
  }

 private:
  struct Frame {
    std::string name;
    std::set<std::string>::const_iterator next;
  };

  void enter(const std::string& name) {
    index_[name] = low_[name] = index_.size();
    stack_.push_back(name);
    on_stack_.insert(name);
    frames_.push_back({name, graph_.at(name).begin()});
  }

  void walk(const std::string& root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::string name = frame.name;
      if (frame.next == graph_.at(name).end()) {
        leave(name);
        continue;
      }
      const std::string callee = *frame.next++;
      if (!graph_.contains(callee)) continue;
      if (!index_.contains(callee)) {
        enter(callee);
      } else if (on_stack_.contains(callee)) {
        low_[name] = std::min(low_[name], index_[callee]);
      }
    }
  }

  void leave(const std::string& name) {
    frames_.pop_back();
    if (!frames_.empty()) {
      std::size_t& above = low_[frames_.back().name];
      above = std::min(above, low_[name]);
    }
    if (low_[name] != index_[name]) return;
    std::vector<std::string> group;
    for (std::string member; member != name;) {
      member = stack_.back();
      stack_.pop_back();
      on_stack_.erase(member);
      group.push_back(member);
    }
    std::sort(group.begin(), group.end());
    groups_.push_back(std::move(group));
  }

  const CallGraph& graph_;
  std::map<std::string, std::size_t> index_;
  std::map<std::string, std::size_t> low_;
  std::vector<std::string> stack_;
  std::set<std::string> on_stack_;
  std::vector<Frame> frames_;
  std::vector<std::vector<std::string>> groups_;
};

}  // namespace

std::vector<std::vector<std::string>> callees_first(const CallGraph& graph) { return Components(graph).run(); }

std::set<std::string> with_callees(const CallGraph& graph, std::set<std::string> names) {
  std::vector<std::string> open(names.begin(), names.end());
  while (!open.empty()) {
    const auto found = graph.find(open.back());
    open.pop_back();
    if (found == graph.end()) continue;
    for (const std::string& callee : found->second)
      if (names.insert(callee).second) open.push_back(callee);
  }
  return names;
}

}  // namespace kairon::deploy
