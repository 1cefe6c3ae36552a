#include "diff/apply.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"

namespace kairon::test {

namespace {

using diff::Change;
using n8n::Tree;

Tree apply_at(const Tree& before, const std::vector<const Change*>& changes, std::size_t depth);

Tree apply_to_object(const Tree& before, const std::vector<const Change*>& changes, std::size_t depth) {
  Tree out = before;
  std::map<std::string, std::vector<const Change*>> by_key;
  for (const Change* change : changes) by_key[change->path[depth].key].push_back(change);
  for (const auto& [key, below] : by_key) {
    const Change& first = *below.front();
    if (first.path.size() > depth + 1) {
      out.set(key, apply_at(before[key], below, depth + 1));
    } else if (first.after) {
      out.set(key, Tree::from(first.after));
    } else {
      out.erase(key);
    }
  }
  return out;
}

Tree apply_to_array(const Tree& before, const std::vector<const Change*>& changes, std::size_t depth) {
  std::set<std::size_t> removed;
  std::map<std::size_t, Tree> added;
  std::map<std::size_t, std::vector<const Change*>> below;
  for (const Change* change : changes) {
    const diff::Step& step = change->path[depth];
    if (step.before == diff::kNone) {
      added[step.after] = Tree::from(change->after);
    } else if (step.after == diff::kNone) {
      removed.insert(step.before);
    } else {
      below[step.before].push_back(change);
    }
  }
  Tree out = Tree::array();
  const auto add_due = [&] {
    for (auto due = added.find(out.items().size()); due != added.end(); due = added.find(out.items().size()))
      out.push(due->second);
  };
  for (std::size_t i = 0; i < before.items().size(); ++i) {
    if (removed.contains(i)) continue;
    add_due();
    const auto hit = below.find(i);
    out.push(hit == below.end() ? before.items()[i] : apply_at(before.items()[i], hit->second, depth + 1));
  }
  add_due();
  return out;
}

Tree apply_at(const Tree& before, const std::vector<const Change*>& changes, std::size_t depth) {
  if (changes.size() == 1 && changes.front()->path.size() == depth) return Tree::from(changes.front()->after);
  return before.is_array() ? apply_to_array(before, changes, depth) : apply_to_object(before, changes, depth);
}

/// Members in the order of their keys, numbers in one spelling: 1.0 is 1.
Tree sorted(const Tree& tree) {
  if (tree.is_number()) return Tree::parse(format("{}", tree.number_or(0))).value();
  if (tree.is_array()) {
    Tree out = Tree::array();
    for (const Tree& item : tree.items()) out.push(sorted(item));
    return out;
  }
  if (!tree.is_object()) return tree;
  Tree out = Tree::object();
  for (const auto& [key, value] : tree.members()) out.members().emplace_back(key, sorted(value));
  std::stable_sort(out.members().begin(), out.members().end(),
                   [](const Tree::Member& a, const Tree::Member& b) { return a.first < b.first; });
  return out;
}

std::string index_text(const Tree& value) {
  const long long number = value.integer_or(0);
  return std::to_string(number > 0 && number < 1'000'000 ? number : 0);
}

using Lines = std::multiset<std::string>;

template <typename Rename>
Lines link_lines(const Tree& connections, Rename rename) {
  Lines lines;
  for (const auto& [source, by_type] : connections.members()) {
    for (const auto& [type, outputs] : by_type.members()) {
      for (std::size_t output = 0; output < outputs.items().size(); ++output) {
        for (const Tree& target : outputs.items()[output].items()) {
          if (!target.is_object()) continue;
          lines.insert(format("{}|{}|{}|{}|{}|{}", rename(source), type, output, rename(target["node"].string()),
                              index_text(target["index"]), target["type"].string()));
        }
      }
    }
  }
  return lines;
}

std::string comparable_parts(Tree root, std::vector<std::string> nodes, const Lines& links) {
  root.erase("nodes");
  root.erase("connections");
  std::sort(nodes.begin(), nodes.end());
  std::string out = sorted(root).dump() + "\n";
  for (const std::string& node : nodes) out += node + "\n";
  for (const std::string& link : links) out += link + "\n";
  return out;
}

Tree new_node(const diff::NodeDiff& node) {
  if (node.before == nullptr) return Tree::from(node.after->json);
  std::vector<Change> changes = node.changes;
  changes.insert(changes.end(), node.quiet.begin(), node.quiet.end());
  Tree out = apply_changes(Tree::from(node.before->json), changes);
  if (node.renamed()) out.set("name", Tree(node.after->name));
  if (!node.moved()) return out;
  if (node.after->json["position"]) {
    out.set("position", Tree::from(node.after->json["position"]));
  } else {
    out.erase("position");
  }
  return out;
}

std::string link_line(const diff::Link& link) {
  return format("{}|{}|{}|{}|{}|{}", link.from_name, link.type, link.output, link.to_name, link.input, link.input_type);
}

}  // namespace

Tree apply_changes(const Tree& before, const std::vector<Change>& changes) {
  std::vector<const Change*> all;
  for (const Change& change : changes) all.push_back(&change);
  return all.empty() ? before : apply_at(before, all, 0);
}

std::string comparable(const Tree& workflow) {
  std::vector<std::string> nodes;
  for (const Tree& node : workflow["nodes"].items()) nodes.push_back(sorted(node).dump());
  const Lines links = link_lines(workflow["connections"], [](const std::string& name) { return name; });
  return comparable_parts(workflow, std::move(nodes), links);
}

std::string applied(const Tree& before, const diff::WorkflowDiff& diff) {
  std::map<std::string, std::string> new_names;
  std::vector<std::string> nodes;
  for (const Tree& node : before["nodes"].items()) {
    // Of equal names the last one is what a connection means.
    for (const diff::NodeDiff& one : diff.nodes())
      if (one.before != nullptr && Tree::from(one.before->json) == node)
        new_names[node["name"].string()] = std::string(one.view().name);
  }
  for (const diff::NodeDiff& node : diff.nodes())
    if (node.after != nullptr) nodes.push_back(sorted(new_node(node)).dump());
  Lines links = link_lines(before["connections"], [&](const std::string& name) {
    const auto hit = new_names.find(name);
    return hit == new_names.end() ? name : hit->second;
  });
  for (const diff::Link& link : diff.links()) {
    if (link.state == diff::State::added) links.insert(link_line(link));
    if (link.state != diff::State::removed) continue;
    if (const auto hit = links.find(link_line(link)); hit != links.end()) links.erase(hit);
  }
  std::vector<Change> changes = diff.settings();
  changes.insert(changes.end(), diff.quiet().begin(), diff.quiet().end());
  return comparable_parts(apply_changes(before, changes), std::move(nodes), links);
}

std::string broken_promise(const std::string& before, const std::string& after) {
  json::Document::Parsed old = json::Document::parse(before);
  json::Document::Parsed fresh = json::Document::parse(after);
  if (!old.document || !fresh.document) return {};
  const Tree from = Tree::from(old.document->root());
  const Tree to = Tree::from(fresh.document->root());
  const diff::WorkflowDiff diff(std::move(old.document), std::move(fresh.document));
  const std::string wanted = comparable(to);
  const std::string got = applied(from, diff);
  if (wanted == got) return {};
  const auto a = text::lines(wanted);
  const auto b = text::lines(got);
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const std::string_view want = i < a.size() ? a[i] : "(end)";
    const std::string_view have = i < b.size() ? b[i] : "(end)";
    if (want != have) return format("wanted {}\ngot    {}", want, have);
  }
  return "line ends";
}

}  // namespace kairon::test
