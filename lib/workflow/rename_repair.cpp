#include "workflow/rename_repair.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "workflow/code.h"

namespace kairon::workflow {

namespace {

using Renames = std::map<std::string, std::string, std::less<>>;  // old name -> new name

/// Ids that more than one node has say nothing.
std::map<std::string_view, const Node*> by_id(const Workflow& workflow) {
  std::map<std::string_view, const Node*> nodes;
  for (const Node& node : workflow.nodes()) {
    const std::string_view id = node.json["id"].string();
    if (id.empty()) continue;
    const auto [entry, fresh] = nodes.emplace(id, &node);
    if (!fresh) entry->second = nullptr;
  }
  return nodes;
}

Renames renames_between(const Workflow& before, const Workflow& now) {
  Renames renames;
  const auto old_nodes = by_id(before);
  for (const auto& [id, node] : by_id(now)) {
    const auto old = old_nodes.find(id);
    if (node == nullptr || old == old_nodes.end() || old->second == nullptr) continue;
    const std::string_view name = old->second->name;
    if (name == node->name || node->name.empty() || now.find(name) != nullptr) continue;
    renames.emplace(name, node->name);
  }
  return renames;
}

std::string in_json(std::string_view text) { return json::Writer().string(text).take(); }

/// A JavaScript literal of `name` in the quotes that stood there.
std::string literal(std::string_view name, char quote) {
  std::string out(1, quote);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool interpolates = quote == '`' && c == '$' && i + 1 < name.size() && name[i + 1] == '{';
    if (c == quote || c == '\\' || interpolates) out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + quote;
}

void repair_connections(const Workflow& workflow, const Renames& renames, std::vector<Repair>& out) {
  const json::Value connections = workflow.root()["connections"];
  std::set<std::size_t> done;
  for (const Edge& edge : workflow.edges()) {
    const auto source = renames.find(edge.source_key.string());
    if (edge.from == kNoNode && source != renames.end() && !connections[source->second] &&
        done.insert(edge.source_key.begin_offset()).second)
      out.push_back({edge.source_key.begin_offset(), edge.source_key.end_offset(), in_json(source->second),
                     format("connections of '{}' now leave '{}'", source->first, source->second)});
    const json::Value name = edge.target["node"];
    const auto target = renames.find(name.string());
    if (edge.to == kNoNode && target != renames.end() && done.insert(name.begin_offset()).second)
      out.push_back({name.begin_offset(), name.end_offset(), in_json(target->second),
                     format("the connection to '{}' now leads to '{}'", target->first, target->second)});
  }
}

/// What to write instead of a reference, and which syntax node that replaces.
struct Replacement {
  js::Node place;
  std::string text;
};

std::optional<Replacement> replacement(const NodeReference& reference, const std::string& name) {
  const std::string_view text = reference.name_node.text();
  const char quote = text.empty() ? '\0' : text.front();
  if (quote == '\'' || quote == '"' || quote == '`') return Replacement{reference.name_node, literal(name, quote)};
  if (reference.form == NodeReference::Form::node && reference.access.text() == "$node." + reference.name)
    return Replacement{reference.access, "$node[" + literal(name, '\'') + "]"};
  return std::nullopt;
}

void repair_references(const Workflow& workflow, const Renames& renames, std::vector<Repair>& out) {
  const Code code(workflow);
  for (const NodeReference& reference : code.references()) {
    const auto renamed = renames.find(reference.name);
    if (renamed == renames.end()) continue;
    const CodePiece& piece = code.piece_of(reference);
    const auto instead = replacement(reference, renamed->second);
    if (!instead) continue;
    // A piece whose escapes were resolved before parsing has other offsets than its string.
    const std::size_t begin = piece.offset_of(instead->place);
    const std::string_view old = instead->place.text();
    if (piece.string.string().substr(std::min(begin, piece.string.string().size()), old.size()) != old) continue;
    const std::string encoded = in_json(instead->text);
    out.push_back({piece.string.file_offset_in_string(begin), piece.string.file_offset_in_string(begin + old.size()),
                   encoded.substr(1, encoded.size() - 2),
                   format("'{}' refers to '{}' instead of '{}'", piece.node->name, renamed->second, renamed->first)});
  }
}

}  // namespace

std::vector<Repair> rename_repairs(const Workflow& workflow, const Workflow& before) {
  std::vector<Repair> out;
  const Renames renames = renames_between(before, workflow);
  if (renames.empty()) return out;
  repair_connections(workflow, renames, out);
  repair_references(workflow, renames, out);
  std::sort(out.begin(), out.end(), [](const Repair& a, const Repair& b) { return a.begin < b.begin; });
  // A const that holds the name is referred to in several places.
  const auto overlaps = [](const Repair& a, const Repair& b) { return b.begin < a.end; };
  out.erase(std::unique(out.begin(), out.end(), overlaps), out.end());
  return out;
}

}  // namespace kairon::workflow
