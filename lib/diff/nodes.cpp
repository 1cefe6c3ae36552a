#include "diff/nodes.h"

#include <algorithm>
#include <functional>
#include <map>

#include "base/format.h"
#include "diff/change.h"
#include "diff/likeness.h"

namespace kairon::diff {

namespace {

std::optional<Point> point_of(const json::Value& position) {
  const json::Value x = position.is_array() ? position.at(0) : position["x"];
  const json::Value y = position.is_array() ? position.at(1) : position["y"];
  if (!x.is_number() || !y.is_number()) return std::nullopt;
  return Point{x.number(), y.number()};
}

class Matcher {
 public:
  using Key = std::function<std::string(const NodeView&)>;

  Matcher(const std::vector<NodeView>& before, const std::vector<NodeView>& after)
      : before_(before), after_(after), old_of_(after.size(), kNone), taken_(before.size(), false) {}

  std::vector<std::size_t> go() {
    const Key by_id = [](const NodeView& node) { return std::string(node.id); };
    const Key by_name = [](const NodeView& node) { return std::string(node.name); };
    const bool ids_first = ids_name_nodes();
    if (ids_first) pair_by(by_id, Guard::alike);
    pair_by([](const NodeView& node) { return format("{}\n{}", node.name, node.type); }, Guard::none);
    pair_by(by_name, Guard::none);
    if (!ids_first) pair_by(by_id, Guard::same_type);
    pair_by(
        [](const NodeView& node) {
          return node.position ? format("{} {} {}", node.type, node.position->x, node.position->y) : std::string();
        },
        Guard::none);
    pair_alike();
    return std::move(old_of_);
  }

 private:
  enum class Guard { none, same_type, alike };

  /// Unpaired nodes by key; a key that two nodes share names neither.
  template <typename Free>
  static std::map<std::string, std::size_t> index(const std::vector<NodeView>& nodes, const Key& key, Free is_free) {
    std::map<std::string, std::size_t> found;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string text = is_free(i) ? key(nodes[i]) : std::string();
      if (text.empty()) continue;
      const auto [entry, added] = found.emplace(text, i);
      if (!added) entry->second = kNone;
    }
    return found;
  }

  [[nodiscard]] std::map<std::string, std::size_t> old_by(const Key& key) const {
    return index(before_, key, [this](std::size_t i) { return !taken_[i]; });
  }
  [[nodiscard]] std::map<std::string, std::size_t> fresh_by(const Key& key) const {
    return index(after_, key, [this](std::size_t i) { return old_of_[i] == kNone; });
  }

  void pair(std::size_t old, std::size_t fresh) {
    old_of_[fresh] = old;
    taken_[old] = true;
  }

  void pair_by(const Key& key, Guard guard) {
    const auto old = old_by(key);
    for (const auto& [text, fresh] : fresh_by(key)) {
      const auto hit = old.find(text);
      if (fresh == kNone || hit == old.end() || hit->second == kNone) continue;
      const NodeView& a = before_[hit->second];
      const NodeView& b = after_[fresh];
      if (guard == Guard::same_type && a.type != b.type) continue;
      if (guard == Guard::alike && a.type != b.type && a.name != b.name) continue;
      pair(hit->second, fresh);
    }
  }

  /// Files written by hand number their nodes: an inserted node shifts all ids, and the names are what
  /// stays.
  [[nodiscard]] bool ids_name_nodes() const {
    const Key by_id = [](const NodeView& node) { return std::string(node.id); };
    const Key by_name = [](const NodeView& node) { return std::string(node.name); };
    const auto old = old_by(by_id);
    const auto fresh_names = fresh_by(by_name);
    std::size_t agree = 0, contradict = 0;
    for (const auto& [id, fresh] : fresh_by(by_id)) {
      const auto hit = old.find(id);
      if (fresh == kNone || hit == old.end() || hit->second == kNone) continue;
      const NodeView& a = before_[hit->second];
      const bool same_name = a.name == after_[fresh].name;
      agree += same_name ? 1U : 0U;
      contradict += !same_name && fresh_names.contains(std::string(a.name)) ? 1U : 0U;
    }
    return contradict <= agree || contradict <= 1;
  }

  void pair_alike() {
    struct Candidate {
      double score;
      std::size_t old;
      std::size_t fresh;
    };
    std::vector<Candidate> candidates;
    std::map<std::size_t, Features> features;
    for (std::size_t i = 0; i < before_.size(); ++i)
      if (!taken_[i]) features.emplace(i, features_of(before_[i].json["parameters"]));
    std::size_t left = kMostComparisons;
    for (std::size_t j = 0; j < after_.size(); ++j) {
      if (old_of_[j] != kNone) continue;
      const Features mine = features_of(after_[j].json["parameters"]);
      for (const auto& [i, others] : features) {
        if (before_[i].type != after_[j].type || left == 0) continue;
        --left;
        const double score = likeness(others, mine);
        if (score >= kAlike) candidates.push_back({score, i, j});
      }
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    for (const Candidate& one : candidates)
      if (!taken_[one.old] && old_of_[one.fresh] == kNone) pair(one.old, one.fresh);
  }

  static constexpr std::size_t kMostComparisons = 50'000;
  static constexpr double kAlike = 0.5;
  const std::vector<NodeView>& before_;
  const std::vector<NodeView>& after_;
  std::vector<std::size_t> old_of_;
  std::vector<bool> taken_;
};

}  // namespace

std::string_view NodeView::short_type() const {
  const std::size_t dot = type.rfind('.');
  return dot == std::string_view::npos ? type : type.substr(dot + 1);
}

std::vector<NodeView> nodes_of(const json::Value& workflow) {
  std::vector<NodeView> nodes;
  for (const json::Value json : workflow["nodes"]) {
    if (!json.is_object()) continue;
    nodes.push_back(
        {json, json["name"].string(), json["type"].string(), json["id"].string(), point_of(json["position"])});
  }
  return nodes;
}

std::vector<std::size_t> match_nodes(const std::vector<NodeView>& before, const std::vector<NodeView>& after) {
  return Matcher(before, after).go();
}

}  // namespace kairon::diff
