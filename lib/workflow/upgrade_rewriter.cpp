#include "workflow/upgrade_rewriter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "js/scope.h"

namespace kairon::workflow {

using std::string_view;

Repair replaced(const json::Value& value, std::string text) {
  return {value.begin_offset(), value.end_offset(), std::move(text), {}};
}

Repair removed(const json::Value& owner, const json::Value& child) {
  json::Value before;
  json::Value after;
  bool seen = false;
  for (const json::Value one : owner) {
    if (seen) {
      after = one;
      break;
    }
    if (one == child) {
      seen = true;
    } else {
      before = one;
    }
  }
  const auto begin_of = [](const json::Value& one) {
    return one.key_value() ? one.key_value().begin_offset() : one.begin_offset();
  };
  const std::size_t begin = before ? before.end_offset() : begin_of(child);
  const std::size_t end = before || !after ? child.end_offset() : begin_of(after);
  return {begin, end, "", {}};
}

Repair added(const json::Value& object, std::string members) {
  const std::size_t at = object.begin_offset() + 1;
  // No blank at the end of a line.
  const bool line_ends = object.raw().find_first_of("\r\n") == 1;
  return {at, at, std::move(members) + (object.empty() ? "" : line_ends ? "," : ", "), {}};
}

std::string free_name(const Workflow& workflow, const std::string& wanted) {
  std::string name = wanted;
  for (int i = 2; workflow.find(name) != nullptr; ++i) name = format("{} {}", wanted, i);
  return name;
}

std::string json_string(string_view text) { return json::Writer().string(text).take(); }

Rewriter::Rewriter(const Workflow& workflow, const Callers& callers)
    : workflow_(workflow), callers_(callers), code_(workflow) {}

void Rewriter::add(string_view node, std::string what, std::vector<Repair> edits) {
  std::sort(edits.begin(), edits.end(), [](const Repair& a, const Repair& b) { return a.begin < b.begin; });
  for (Repair& edit : edits) edit.what = what;
  out_.push_back({std::string(node), std::move(what), std::move(edits)});
}

void Rewriter::become(const Node& node, string_view type, string_view version, std::string parameters) {
  if (!node.json["type"].is_string()) return;
  std::vector<Repair> edits{replaced(node.json["type"], json_string(type))};
  std::string missing;
  const json::Value its_version = node.json["typeVersion"];
  if (its_version) {
    edits.push_back(replaced(its_version, std::string(version)));
  } else {
    missing = format("\"typeVersion\": {}", version);
  }
  if (node.json["parameters"]) {
    edits.push_back(replaced(node.json["parameters"], std::move(parameters)));
  } else {
    missing += (missing.empty() ? "\"parameters\": " : ", \"parameters\": ") + parameters;
  }
  if (!missing.empty()) edits.push_back(added(node.json, std::move(missing)));
  add(node.name, format("'{}' becomes {}", node.name, type), std::move(edits));
}

bool Rewriter::is_named(const Node& node) const {
  return std::any_of(code_.references().begin(), code_.references().end(),
                     [&](const NodeReference& reference) { return reference.name == node.name; });
}

bool Rewriter::reads_items(const Node& node) const {
  constexpr auto kNames = std::to_array<string_view>({"$json", "$input", "$data", "$item", "$items", "item", "items"});
  for (const CodePiece& piece : code_.pieces()) {
    if (piece.node != &node) continue;
    if (piece.script.error()) return true;
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const js::Node name = piece.script.node(i);
      if (name.is(js::Kind::identifier) && std::find(kNames.begin(), kNames.end(), name.text()) != kNames.end() &&
          piece.script.scope().is_free(name))
        return true;
    }
  }
  return false;
}

bool Rewriter::is_read(const Node& node) const {
  if (is_named(node)) return true;
  // Types that replace the items, as long as they are not told to write them somewhere.
  constexpr auto kReplace = std::to_array<string_view>({"httpRequest", "code", "function", "postgres", "readBinaryFile",
                                                        "readBinaryFiles", "rssFeedRead", "executeCommand"});
  constexpr double kSetLeavesOut = 3.3;  // from this version on Edit Fields drops the other fields by default
  std::vector<bool> seen(workflow_.nodes().size());
  std::vector<NodeIndex> queue{node.index};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (const std::size_t edge : workflow_.outgoing(queue[i])) {
      const NodeIndex to = workflow_.edges()[edge].to;
      if (to == kNoNode || seen[to]) continue;
      seen[to] = true;
      const Node& next = workflow_.nodes()[to];
      if (next.disabled) {
        queue.push_back(to);
        continue;
      }
      if (reads_items(next)) return true;
      const bool set = next.is_base("set") && next.version >= kSetLeavesOut &&
                       next.parameters["mode"].string() != "raw" && !next.parameters["includeOtherFields"].boolean();
      const bool query = next.is_base("postgres") && next.parameters["operation"].string() == "executeQuery";
      const bool replaces =
          std::any_of(kReplace.begin(), kReplace.end(), [&](string_view t) { return next.is_base(t); });
      if (set || query || (replaces && !next.is_base("postgres"))) continue;
      if (!next.is_base("noOp") && !next.is_base("if") && !next.is_base("switch") && !next.is_base("wait")) return true;
      queue.push_back(to);
    }
  }
  return false;
}

const CodePiece* Rewriter::code_of(const Node& node, string_view parameter) const {
  const json::Value value = node.parameters[parameter];
  if (!value.is_string()) return nullptr;
  const auto pieces = code_.pieces_of(value);
  const bool whole = pieces.size() == 1 && pieces.front().is_code() && !pieces.front().script.error() &&
                     pieces.front().begin == 0 && pieces.front().script.source() == value.string();
  return whole ? &pieces.front() : nullptr;
}

}  // namespace kairon::workflow
