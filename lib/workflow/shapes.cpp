#include "workflow/shapes.h"

#include <algorithm>

#include "workflow/code_shape.h"
#include "workflow/node_shapes.h"
#include "workflow/ports.h"
#include "workflow/result_columns.h"
#include "workflow/statements.h"

namespace kairon::workflow {

namespace {

/// The input whose data a Merge that chooses a branch hands on; nothing for every other node.
std::optional<std::size_t> chosen_side(const Node& node) {
  const json::Value& parameters = node.parameters;
  if (!node.is_base("merge") || node.version < 3 || parameters["mode"].string() != "chooseBranch") return std::nullopt;
  const std::string_view output = parameters["output"].string();
  const json::Value input = parameters["useDataOfInput"];
  if (!output.empty() && output != "specifiedInput") return std::nullopt;
  if (!input.present()) return 0;
  return input.is_number() && input.number() >= 1 ? std::optional(static_cast<std::size_t>(input.number()) - 1)
                                                  : std::nullopt;
}

}  // namespace

Shapes::Shapes(const Workflow& workflow, const Code& code)
    : workflow_(workflow), code_(code), outputs_(workflow.nodes().size()) {
  bool changed = true;
  // Shapes only grow, so this ends; the bound is for graphs that are all loops.
  // Work counts as well: a circle of a thousand nodes that each add a field would be followed for minutes.
  constexpr std::size_t kMostWork = 2'000'000;
  std::size_t work = 0;
  for (std::size_t round = 0; changed && work < kMostWork && round < workflow.nodes().size() + 2; ++round) {
    changed = false;
    for (const Node& node : workflow.nodes()) {
      Shape& output = outputs_[node.index];
      changed = output.join(emitted(node)) || changed;
      work += 1 + workflow.incoming(node.index).size() * (1 + output.fields.size());
      if (work >= kMostWork) break;
    }
    changed = changed || work >= kMostWork;
  }
  if (!changed) return;
  for (Shape& shape : outputs_) shape = Shape::anything();
}

/// What goes along an edge: the error output carries what came in and the error, which is not followed.
Shape Shapes::along(const Edge& edge) const {
  const Node& from = workflow_.nodes()[edge.from];
  if (from.on_error != "continueErrorOutput") return outputs_[edge.from];
  const auto natural = natural_outputs(from);
  return natural && edge.output < *natural ? outputs_[edge.from] : Shape::anything();
}

Shape Shapes::main_input(NodeIndex node) const {
  Shape shape;
  for (const std::size_t index : workflow_.incoming(node)) {
    const Edge& edge = workflow_.edges()[index];
    if (edge.is_main() && edge.from != kNoNode && workflow_.reachable()[edge.from]) shape.join(along(edge));
  }
  return shape;
}

Shape Shapes::side_input(NodeIndex node, std::size_t side) const {
  Shape shape;
  for (const std::size_t index : workflow_.incoming(node)) {
    const Edge& edge = workflow_.edges()[index];
    const bool counts = edge.is_main() && edge.from != kNoNode && workflow_.reachable()[edge.from];
    if (counts && edge.input == side) shape.join(along(edge));
  }
  return shape;
}

Shape Shapes::input(NodeIndex node) const {
  Shape shape;
  for (const NodeIndex root : workflow_.roots_of(node)) shape.join(main_input(root));
  return shape;
}

Shape Shapes::of(const CodePiece& piece, const Access& access) const {
  if (access.node.empty()) return input(piece.node->index);
  const Node* other = workflow_.find(access.node);
  // `.first(1)` and pairing may take an item of the error output.
  if (other == nullptr || other->on_error == "continueErrorOutput") return Shape::anything();
  return outputs_[other->index];
}

Shape Shapes::emitted(const Node& node) const {
  if (node.disabled) return main_input(node.index);
  Shape shape = emitted_by_type(node);
  if (shape.reached && node.continues_on_error()) shape.add("error");
  return shape;
}

Shape Shapes::emitted_by_type(const Node& node) const {
  if (node.is_base("postgres")) return postgres_once(node);
  if (node.is_base("code") || node.is_base("aiTransform") || node.is_base("function")) return code_node(node);
  if (const auto side = chosen_side(node)) return side_input(node.index, *side);
  const Shape input = main_input(node.index);
  if (node.is_base("set")) return set_node(node, input);
  return shape_of_type(workflow_, node, input).value_or(Shape::anything());
}

/// Set, where one expression may be the whole JSON: `={{ {a: 1} }}`.
Shape Shapes::set_node(const Node& node, const Shape& input) const {
  const json::Value text = node.parameters["jsonOutput"];
  const bool raw = node.version >= 3 && node.parameters["mode"].string() == "raw";
  if (!raw || !text.is_string()) return shape_of_set(node, input);
  for (const CodePiece& piece : code_.pieces()) {
    if (piece.node != &node || piece.string != text || !piece.is_whole_value()) continue;
    if (piece.script.error()) return Shape::anything();
    Shape shape = shape_of_set_kept(node, input);
    const Shape made = CodeShape(*this, piece).of_data(piece.script.expression());
    if (!made.reached) return shape;
    shape.overlay(made);
    return shape;
  }
  return shape_of_set(node, input);
}

bool Shapes::may_end_at(const Node& node) const {
  const auto& outgoing = workflow_.outgoing(node.index);
  // A call gives back what the last node put out at its first output.
  return std::none_of(outgoing.begin(), outgoing.end(), [&](std::size_t index) {
    const Edge& edge = workflow_.edges()[index];
    return edge.is_main() && edge.output == 0 && edge.to != kNoNode;
  });
}

Shape Shapes::result() const {
  const auto starts = std::find_if(workflow_.nodes().begin(), workflow_.nodes().end(), [](const Node& node) {
    return node.is_base("executeWorkflowTrigger") && !node.disabled;
  });
  Shape shape;
  if (starts == workflow_.nodes().end()) return shape;
  for (const Node& node : workflow_.nodes()) {
    const bool runs = node.index == starts->index || workflow_.is_ancestor(starts->index, node.index);
    const bool serves =
        !node.type.starts_with("n8n-nodes-base.") && workflow_.roots_of(node.index).front() != node.index;
    if (runs && !serves && may_end_at(node)) shape.join(outputs_[node.index]);
  }
  return shape;
}

Shape Shapes::postgres(const Node& node) const {
  if (node.parameters["operation"].string() != "executeQuery") return replaced_shape();
  for (const SqlText& text : sql_texts_of(node)) {
    const auto columns = text.open_holes ? std::nullopt : result_columns(text.text);
    if (!columns) break;
    Shape shape;
    shape.reached = true;
    shape.replaced = true;
    const json::Value large = node.parameters["options"]["largeNumbersOutput"];
    const bool as_text = node.version >= 2 && (!large.present() || large.string() == "text");
    for (const ResultColumn& column : *columns) {
      // What is a number in the database may be text here or not, as the option says.
      const bool kept = as_text || (column.kinds & kText) == 0;
      shape.add(column.name, kept ? Value::of(column.kinds) : Value());
    }
    // A statement without a row gives this (n8n-nodes-base, Postgres v2, helpers/utils.ts), a failure
    // that is passed on the other two next to `error`.
    shape.add("success");
    if (node.continues_on_error()) {
      shape.add("message");
      shape.add("item");
    }
    return shape;
  }
  return replaced_shape();
}

const Shape& Shapes::postgres_once(const Node& node) const {
  const auto known = results_.find(node.index);
  return known != results_.end() ? known->second : results_.emplace(node.index, postgres(node)).first->second;
}

Shape Shapes::code_node(const Node& node) const {
  for (const CodePiece& piece : code_.pieces()) {
    if (piece.node != &node || !piece.is_code()) continue;
    Shape shape = CodeShape(*this, piece).of_returns();
    return shape;
  }
  return Shape::anything();
}

}  // namespace kairon::workflow
