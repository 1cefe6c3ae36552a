#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/format.h"
#include "catalogue/catalogue.h"
#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/flow_reads.h"
#include "workflow/items.h"

namespace kairon::lint {
namespace flow_ambiguous_item {
namespace {

using workflow::CodePiece;
using workflow::Edge;
using workflow::ItemCount;
using workflow::Items;
using workflow::kNoNode;
using workflow::NodeIndex;
using workflow::NodeReference;
using workflow::Pairing;
using workflow::Workflow;

bool reads_paired_item(const NodeReference& reference) {
  const js::Node up = reference.access.parent();
  const std::string name = js::property_name(up).value_or("");
  // $node["X"] takes the item of the same place where the pairing does not say (tried on 1.123).
  return reference.form == NodeReference::Form::dollar &&
         (name == "item" || name == "itemMatching" || name == "pairedItem");
}

/// The node on the way from `from` to `to` at which the pairing ends for certain.
class Break {
 public:
  Break(const Workflow& flow, const Items& items) : flow_(flow), items_(items) {}

  /// Follows the only way back from `reader`; nothing when there are several, or when it does not lead to `source`.
  [[nodiscard]] std::optional<NodeIndex> between(NodeIndex source, NodeIndex reader) const {
    std::optional<NodeIndex> found;
    NodeIndex current = reader;
    for (std::size_t step = 0; step <= flow_.nodes().size(); ++step) {
      const NodeIndex before = only_before(current);
      if (before == kNoNode) return std::nullopt;
      if (before == source) return found;
      if (loses(source, before)) found = before;
      current = before;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] NodeIndex only_before(NodeIndex node) const {
    NodeIndex before = kNoNode;
    for (const std::size_t index : flow_.incoming(node)) {
      const Edge& edge = flow_.edges()[index];
      if (!edge.is_main() || edge.from == kNoNode || !flow_.reachable()[edge.from]) continue;
      if (before != kNoNode && before != edge.from) return kNoNode;
      before = edge.from;
    }
    return before;
  }

  [[nodiscard]] bool loses(NodeIndex source, NodeIndex node) const {
    const ItemCount in = items_.input(node);
    switch (items_.pairing(node)) {
      case Pairing::all:
        return several_of(source, node);
      case Pairing::dropped: {
        const ItemCount& out = items_.output(node);
        if (items_.regroups(node)) return in.plural && in.most > 1;
        // One item in, or as many in as out: n8n pairs them by itself.
        return in.plural && in.most > 1 && out.least == out.most &&
               (in.least > out.most || in.most < out.least || (in.most == ItemCount::kMany && out.most == 1));
      }
      case Pairing::kept:
      case Pairing::unknown:
        break;
    }
    return false;
  }

  /// Several items of the source itself arrive: its own number counts, not what a later node makes of one item.
  [[nodiscard]] bool several_of(NodeIndex source, NodeIndex node) const {
    // A loop hands out batches: how many come at once depends on the output that is used.
    if (flow_.nodes()[source].is_base("splitInBatches")) return false;
    return items_.output(source).plural && items_.output(source).most > 1 && items_.input(node).most > 1;
  }

  const Workflow& flow_;
  const Items& items_;
};

/// A Merge that appends, and a node before it whose items were not made of the source.
struct Sides {
  NodeIndex merge = kNoNode;
  NodeIndex without = kNoNode;
};

/// True when every trigger that starts `other` starts `source` too.
bool runs_with(const Workflow& flow, NodeIndex source, NodeIndex other) {
  return std::all_of(flow.nodes().begin(), flow.nodes().end(), [&](const workflow::Node& node) {
    const bool starts = node.is_trigger() && !node.disabled;
    return !starts || !(node.index == other || flow.is_ancestor(node.index, other)) ||
           flow.is_ancestor(node.index, source);
  });
}

/// Follows the only way back from `reader` to a Merge that appends what its inputs bring.
std::optional<Sides> side_without(const Workflow& flow, const Items& items, NodeIndex source, NodeIndex reader) {
  NodeIndex current = reader;
  const auto is_append = [&](const workflow::Node& node) {
    const std::string_view mode = node.parameters["mode"].string();
    return node.is_base("merge") && node.version >= 2 && (mode.empty() || mode == "append");
  };
  for (std::size_t step = 0; step <= flow.nodes().size(); ++step) {
    NodeIndex before = kNoNode;
    for (const std::size_t index : flow.incoming(current)) {
      const Edge& edge = flow.edges()[index];
      if (!edge.is_main() || edge.from == kNoNode) continue;
      if (before != kNoNode && before != edge.from) return std::nullopt;
      before = edge.from;
    }
    if (before == kNoNode || before == source || flow.nodes()[before].disabled) return std::nullopt;
    current = before;
    if (is_append(flow.nodes()[current])) break;
    if (items.pairing(current) != Pairing::kept || flow.nodes()[current].is_base("splitInBatches")) return std::nullopt;
  }
  Sides sides{current, kNoNode};
  bool with = false;
  for (const std::size_t index : flow.incoming(current)) {
    const Edge& edge = flow.edges()[index];
    if (!edge.is_main() || edge.from == kNoNode || !flow.reachable()[edge.from]) return std::nullopt;
    const bool from_source = edge.from == source || flow.is_ancestor(source, edge.from);
    with = with || from_source;
    const workflow::Node& from = flow.nodes()[edge.from];
    const bool certain = runs_with(flow, source, edge.from) && items.output(edge.from).least > 0 &&
                         from.on_error != "continueErrorOutput";
    if (!from_source && certain) sides.without = edge.from;
  }
  return with && sides.without != kNoNode ? std::optional(sides) : std::nullopt;
}

void check_sides(const WorkflowInput& input, const Items& items, const NodeReference& reference,
                 const workflow::Node& source, Reporter& report) {
  const CodePiece& piece = input.code.piece_of(reference);
  const workflow::Node& reader = *piece.node;
  const js::Node item = reference.access.parent();
  // `.item?.json`, `.item.json.x ?? 1`: the author counts on items without it.
  if (is_guarded_read(piece.script, item)) return;
  const auto sides = side_without(input.workflow, items, source.index, reader.index);
  if (!sides) return;
  const auto& nodes = input.workflow.nodes();
  report_code(report, piece, reference.access.begin_offset(),
              kairon::format("'{}' asks for the item of '{}' that belongs to its own, but what comes from '{}' into "
                             "'{}' was not made of one: {}",
                             reader.name, source.name, nodes[sides->without].name, nodes[sides->merge].name,
                             piece.is_code() ? "the node fails" : "the value is null"),
              "read a field of the item itself, or join the branches by position or by a field");
}

void check_ambiguous_item(const WorkflowInput& input, Reporter& report) {
  std::optional<Items> items;
  for (const NodeReference& reference : input.code.references()) {
    const CodePiece& piece = input.code.piece_of(reference);
    const workflow::Node* other = input.workflow.find(reference.name);
    const workflow::Node& reader = *piece.node;
    if (other == nullptr || other == &reader || reader.disabled || !reads_paired_item(reference)) continue;
    if (!input.workflow.reachable()[reader.index] || js::is_in_try_block(reference.access)) continue;
    if (piece.kind == workflow::CodeKind::tool) continue;
    if (!items) items.emplace(input.workflow, input.code);
    const auto where = Break(input.workflow, *items).between(other->index, reader.index);
    if (!where) {
      check_sides(input, *items, reference, *other, report);
      continue;
    }
    const workflow::Node& breaker = input.workflow.nodes()[*where];
    const bool all = items->pairing(*where) == Pairing::all;
    // n8n 2 pairs the one item that a node makes of several with the first of them (tried on 2.41.1).
    const bool one = !all && items->output(*where).most == 1;
    const bool first = input.catalogue != nullptr && !input.catalogue->version().starts_with("1.");
    if (one && first) continue;
    report_code(
        report, piece, reference.access.begin_offset(),
        all ? kairon::format("'{}' asks for the item of '{}' that belongs to its own, but '{}' joins several into one",
                             reader.name, other->name, breaker.name)
            : kairon::format("'{}' asks for the item of '{}' that belongs to its own, but '{}' makes new items",
                             reader.name, other->name, breaker.name),
        all ? "use .first() or .all(), or carry the value through the node"
            : "use .first(), or let the code return the items it was given or set pairedItem",
        // A condition that leaves nothing out, or groups of one, give as many as came in.
        (one && input.catalogue == nullptr) || items->regroups(*where) ? std::optional(Severity::warning)
                                                                       : std::nullopt);
  }
}

}  // namespace

}  // namespace flow_ambiguous_item

extern const WorkflowRule kFlowAmbiguousItem;
const WorkflowRule kFlowAmbiguousItem{
    {"flow/ambiguous-item", Severity::error, Scope::always,
     "reads `.item` across a node that joins several items or drops their pairing",
     "`.item`, `.itemMatching` and `.pairedItem` follow the pairing of items back (n8n-core, assignPairedItems). "
     "Aggregate and Summarize pair their item with all that came in: with two or more n8n fails with \"Multiple "
     "matches "
     "found\". A Code node that builds new items has no pairing unless one item came in, or as many as go out: "
     "\"Paired "
     "item data is unavailable\". n8n 2 pairs one new item that is made of several with the first of them; where n8n's "
     "version is not known that is a warning, and so is code that filters or groups: that the numbers differ depends "
     "on the data.",
     "Read with .first(), .last() or .all(), or keep the pairing: return the items, or set pairedItem."},
    flow_ambiguous_item::check_ambiguous_item};

}  // namespace kairon::lint
