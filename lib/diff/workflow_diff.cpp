#include "diff/workflow_diff.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "workflow/ports.h"

namespace kairon::diff {

namespace {

/// Members that n8n writes by itself and that change nothing about a run.
constexpr std::array kQuietMembers =
    std::to_array<std::string_view>({"versionId", "activeVersionId", "activeVersion", "versionCounter", "meta",
                                     "createdAt", "updatedAt", "triggerCount", "shared", "id", "staticData",
                                     "parentFolder", "homeProject", "sharedWithProjects", "usedCredentials", "scopes"});

bool is_quiet(std::string_view member) {
  return std::find(kQuietMembers.begin(), kQuietMembers.end(), member) != kQuietMembers.end();
}

std::size_t as_index(const json::Value& value) {
  const double number = value.number();
  return number > 0 && number < 1e6 ? static_cast<std::size_t>(number) : 0;
}

/// Index in WorkflowDiff::nodes by name, for one side; the last of equal names, as n8n has it.
using Names = std::map<std::string_view, std::size_t>;

std::vector<Link> links_of(const workflow::Workflow& workflow, const Names& names, const std::vector<NodeDiff>& nodes) {
  const auto index_of = [&names](std::string_view name) {
    const auto hit = names.find(name);
    return hit == names.end() ? kNone : hit->second;
  };
  const auto name_of = [&nodes](std::size_t index, std::string_view written) {
    return std::string(index == kNone ? written : nodes[index].view().name);
  };
  std::vector<Link> links;
  for (const json::Value source : workflow.root()["connections"]) {
    const std::size_t from = index_of(source.key());
    const workflow::Node* node = workflow.find(source.key());
    for (const json::Value by_type : source) {
      std::size_t output = 0;
      for (const json::Value branch : by_type) {
        for (const json::Value target : branch) {
          if (!target.is_object()) continue;
          const std::string_view written = target["node"].string();
          const std::size_t to = index_of(written);
          links.push_back({from, to, name_of(from, source.key()), name_of(to, written), std::string(by_type.key()),
                           output, as_index(target["index"]), std::string(target["type"].string())});
          if (node != nullptr && by_type.key() == "main")
            links.back().output_name = workflow::output_name(*node, output);
        }
        ++output;
      }
    }
  }
  return links;
}

auto identity_of(const Link& link) {
  return std::tie(link.from, link.to, link.from_name, link.to_name, link.type, link.output, link.input,
                  link.input_type);
}

}  // namespace

State NodeDiff::state() const {
  if (before == nullptr) return State::added;
  if (after == nullptr) return State::removed;
  return changes.empty() && !renamed() ? State::same : State::changed;
}

WorkflowDiff::WorkflowDiff(std::unique_ptr<json::Document> before, std::unique_ptr<json::Document> after) {
  if (before) before_.emplace(std::move(before), std::string());
  if (after) after_.emplace(std::move(after), std::string());
  compare_nodes();
  compare_links();
  compare_settings();
  compare_reach();
}

void WorkflowDiff::compare_nodes() {
  old_nodes_ = nodes_of(old_root());
  new_nodes_ = nodes_of(new_root());
  const std::vector<std::size_t> matches = match_nodes(old_nodes_, new_nodes_);
  std::vector<bool> kept(old_nodes_.size(), false);
  for (std::size_t i = 0; i < new_nodes_.size(); ++i) {
    NodeDiff node;
    node.after = &new_nodes_[i];
    if (matches[i] != kNone) {
      kept[matches[i]] = true;
      node.before = &old_nodes_[matches[i]];
      std::vector<Change> all;
      compare(node.before->json, node.after->json, {}, all);
      for (Change& change : all) {
        const std::string& member = change.path.front().key;
        if (member == "name" || (member == "position" && node.moved())) continue;
        (member == "id" || member == "position" ? node.quiet : node.changes).push_back(std::move(change));
      }
    }
    nodes_.push_back(std::move(node));
  }
  for (std::size_t i = 0; i < old_nodes_.size(); ++i) {
    if (kept[i]) continue;
    NodeDiff node;
    node.before = &old_nodes_[i];
    nodes_.push_back(std::move(node));
  }
}

void WorkflowDiff::compare_links() {
  Names old_names, new_names;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].after != nullptr) new_names[nodes_[i].after->name] = i;
  }
  // Of equal names the last one of the file counts, and the old order is not that of nodes_.
  for (const NodeView& view : old_nodes_) {
    const auto hit =
        std::find_if(nodes_.begin(), nodes_.end(), [&](const NodeDiff& node) { return node.before == &view; });
    old_names[view.name] = static_cast<std::size_t>(hit - nodes_.begin());
  }
  std::vector<Link> old = before_ ? links_of(*before_, old_names, nodes_) : std::vector<Link>();
  if (after_) links_ = links_of(*after_, new_names, nodes_);
  std::multimap<decltype(identity_of(old.front())), Link*> unpaired;
  for (Link& link : old) unpaired.emplace(identity_of(link), &link);
  for (Link& link : links_) {
    const auto hit = unpaired.find(identity_of(link));
    link.state = hit == unpaired.end() ? State::added : State::same;
    if (hit != unpaired.end()) unpaired.erase(hit);
  }
  std::set<const Link*> gone;
  for (const auto& [identity, link] : unpaired) gone.insert(link);
  for (Link& link : old) {
    if (!gone.contains(&link)) continue;
    links_.push_back(link);
    links_.back().state = State::removed;
  }
}

void WorkflowDiff::compare_settings() {
  if (!before_ || !after_) return;
  std::vector<Change> all;
  for (const json::Value& side : {old_root(), new_root()}) {
    for (const json::Value member : side) {
      const std::string_view key = member.key();
      const bool seen = std::any_of(all.begin(), all.end(), [&](const Change& c) { return c.path.front().key == key; });
      if (key == "nodes" || key == "connections" || seen) continue;
      const json::Value old = old_root()[key];
      const json::Value fresh = new_root()[key];
      const Path path{{std::string(key)}};
      if (old && fresh) {
        compare(old, fresh, path, all);
      } else {
        all.push_back({path, old, fresh});
      }
    }
  }
  for (Change& change : all) (is_quiet(change.path.front().key) ? quiet_ : settings_).push_back(std::move(change));
}

void WorkflowDiff::compare_reach() {
  const std::set<Reach> old = before_ ? reach_of(*before_) : std::set<Reach>{};
  const std::set<Reach> fresh = after_ ? reach_of(*after_) : std::set<Reach>{};
  std::set_difference(fresh.begin(), fresh.end(), old.begin(), old.end(), std::back_inserter(reached_));
  std::set_difference(old.begin(), old.end(), fresh.begin(), fresh.end(), std::back_inserter(unreached_));
}

Counts WorkflowDiff::counts() const {
  Counts counts;
  counts.nodes_before = old_nodes_.size();
  counts.nodes_after = new_nodes_.size();
  counts.settings = settings_.size();
  for (const NodeDiff& node : nodes_) {
    counts.added += node.state() == State::added ? 1U : 0U;
    counts.removed += node.state() == State::removed ? 1U : 0U;
    counts.moved += node.moved() ? 1U : 0U;
    if (node.renamed()) {
      ++counts.renamed;
      counts.renamed_changed += node.changes.empty() ? 0U : 1U;
    } else {
      counts.changed += node.state() == State::changed ? 1U : 0U;
    }
  }
  for (const Link& link : links_) {
    counts.links_added += link.state == State::added ? 1U : 0U;
    counts.links_removed += link.state == State::removed ? 1U : 0U;
  }
  return counts;
}

std::string WorkflowDiff::name() const {
  const json::Value fresh = new_root()["name"];
  return std::string(fresh.is_string() ? fresh.string() : old_root()["name"].string());
}

bool WorkflowDiff::empty() const {
  const auto quiet = [](const NodeDiff& node) { return node.state() == State::same && !node.moved(); };
  return has_before() && has_after() && settings_.empty() && std::all_of(nodes_.begin(), nodes_.end(), quiet) &&
         std::all_of(links_.begin(), links_.end(), [](const Link& link) { return link.state == State::same; });
}

std::string_view class_of(State state) {
  switch (state) {
    case State::added:
      return "added";
    case State::removed:
      return "removed";
    case State::changed:
      return "changed";
    case State::same:
      break;
  }
  return "same";
}

}  // namespace kairon::diff
