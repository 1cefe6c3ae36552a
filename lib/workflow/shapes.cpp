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

/// A Postgres node that sets a parser for bigint and numeric: node-postgres has one for all that run after it.
bool gives_large_numbers(const Node& node) {
  const json::Value large = node.parameters["options"]["largeNumbersOutput"];
  return node.is_base("postgres") && large.present() && large.string() != "text";
}

/// What Code gives out of a Date arrives as text when a task runner ran it.
Value as_copied(const Value& value) {
  Value copied = value;
  constexpr Kinds kDates = kDate | kJsDate;
  if (value.known() && (value.kinds & kDates) != 0) copied.kinds = static_cast<Kinds>(value.kinds | kText);
  if ((copied.kinds & kText) != 0 && (value.kinds & kText) == 0) copied.literal = nullptr;
  if (value.element) copied.element = std::make_shared<const Value>(as_copied(*value.element));
  if (!value.object) return copied;
  auto inside = std::make_shared<Shape>(*value.object);
  for (auto& [name, field] : inside->fields) field = as_copied(field);
  copied.object = std::move(inside);
  return copied;
}

}  // namespace

Shapes::Shapes(const Workflow& workflow, const Code& code, const Surroundings* surroundings)
    : workflow_(workflow), code_(code), surroundings_(surroundings), outputs_(workflow.nodes().size()) {
  find_loops();
  asks_for_numbers_ = std::any_of(workflow.nodes().begin(), workflow.nodes().end(), gives_large_numbers);
  bool changed = true;
  // Shapes only grow, so this ends; the bound is for graphs that are all loops.
  // Work counts as well: a circle of a thousand nodes that each add a field would be followed for minutes.
  constexpr std::size_t kMostWork = 700'000;
  for (std::size_t round = 0; changed && work_ < kMostWork && round < workflow.nodes().size() + 2; ++round) {
    changed = false;
    for (const Node& node : workflow.nodes()) {
      Shape& output = outputs_[node.index];
      changed = output.join(emitted(node)) || changed;
      changed = join_loop(node) || changed;
      work_ += 1 + workflow.incoming(node.index).size() * (1 + output.fields.size());
      if (work_ >= kMostWork) break;
    }
    changed = changed || work_ >= kMostWork;
  }
  inputs_.clear();
  settled_ = true;
  if (!changed) return;
  for (Shape& shape : outputs_) shape = Shape::anything();
  loops_.clear();
}

/// A loop that starts anew with what comes back has no list of its own, nor has one whose list arrives again.
void Shapes::find_loops() {
  // Each is followed through the whole graph.
  constexpr std::size_t kMostLoops = 40;
  std::size_t followed = 0;
  for (const Node& node : workflow_.nodes()) {
    const json::Value reset = node.parameters["options"]["reset"];
    const bool plain = node.is_base("splitInBatches") && !node.disabled && node.on_error != "continueErrorOutput" &&
                       workflow_.reachable()[node.index];
    if (!plain || (reset.present() && !(reset.is_boolean() && !reset.boolean()))) continue;
    if (++followed > kMostLoops) return loops_.clear();
    LoopEdges edges = loop_edges(workflow_, node);
    if (!edges.is_entered_again) loops_.emplace(node.index, Loop{std::move(edges), {}, {}});
  }
}

bool Shapes::join_loop(const Node& node) {
  const auto found = loops_.find(node.index);
  if (found == loops_.end()) return false;
  Loop& loop = found->second;
  const auto join = [&](Shape& shape, const std::vector<std::size_t>& edges) {
    bool changed = false;
    for (const std::size_t index : edges) {
      const Edge& edge = workflow_.edges()[index];
      if (workflow_.reachable()[edge.from]) changed = shape.join(leaving(edge.from, edge.output)) || changed;
    }
    return changed;
  };
  const bool batch = join(loop.batch, loop.edges.entering);
  return join(loop.done, loop.edges.returning) || batch;
}

/// The error output carries what came in and the error, which is not followed.
Shape Shapes::leaving(NodeIndex node, std::size_t output) const {
  const Node& from = workflow_.nodes()[node];
  if (const auto loop = loops_.find(node); loop != loops_.end())
    return output == loop_output(from) ? loop->second.batch : loop->second.done;
  if (from.on_error != "continueErrorOutput") return outputs_[node];
  const auto natural = natural_outputs(from);
  return natural && output < *natural ? outputs_[node] : Shape::anything();
}

Shape Shapes::main_input(NodeIndex node) const {
  Shape shape;
  for (const std::size_t index : workflow_.incoming(node)) {
    const Edge& edge = workflow_.edges()[index];
    if (edge.is_main() && edge.from != kNoNode && workflow_.reachable()[edge.from])
      shape.join(leaving(edge.from, edge.output));
  }
  return shape;
}

Shape Shapes::side_input(NodeIndex node, std::size_t side) const {
  Shape shape;
  for (const std::size_t index : workflow_.incoming(node)) {
    const Edge& edge = workflow_.edges()[index];
    const bool counts = edge.is_main() && edge.from != kNoNode && workflow_.reachable()[edge.from];
    if (counts && edge.input == side) shape.join(leaving(edge.from, edge.output));
  }
  return shape;
}

Shape Shapes::input(NodeIndex node) const {
  Shape shape;
  for (const NodeIndex root : workflow_.roots_of(node)) shape.join(main_input(root));
  return shape;
}

const Shape& Shapes::of(const CodePiece& piece, const Access& access) const {
  static const Shape kAnything = Shape::anything();
  if (access.node.empty()) {
    const NodeIndex node = piece.node->index;
    const auto known = inputs_.find(node);
    if (known != inputs_.end() && settled_) return known->second;
    return inputs_.insert_or_assign(node, input(node)).first->second;
  }
  const Node* other = workflow_.find(access.node);
  // `.first(1)` and pairing may take an item of the error output.
  if (other == nullptr || other->on_error == "continueErrorOutput") return kAnything;
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
  return with_results(shape_of_type(workflow_, node, input).value_or(Shape::anything()));
}

/// In place of the names of called workflows what these give back, where that is known.
Shape Shapes::with_results(Shape shape) const {
  if (surroundings_ == nullptr || surroundings_->results.empty() || shape.calls.empty()) return shape;
  Shape known;
  for (const std::string& call : shape.calls) {
    const auto result = surroundings_->results.find(call);
    if (result == surroundings_->results.end()) return shape;
    known.join(result->second);
  }
  // Another run, which may have waited and been read back.
  for (auto& [name, value] : known.fields) value = as_copied(value);
  shape.calls.clear();
  if (!shape.fields.empty() || shape.open) known.join(shape);
  return known;
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

/// What the schema says of a node's columns, else what its statement alone says.
std::optional<std::vector<ResultColumn>> Shapes::columns_of(const Node& node) const {
  if (surroundings_ != nullptr) {
    const auto known = surroundings_->columns.find(node.name);
    if (known != surroundings_->columns.end()) return known->second;
  }
  if (node.parameters["operation"].string() != "executeQuery") return std::nullopt;
  const std::vector<SqlText> texts = sql_texts_of(node);
  return texts.empty() || texts.front().open_holes ? std::nullopt : result_columns(texts.front().text);
}

bool Shapes::has_large_texts(const Node& node) const {
  return node.version >= 2 && !asks_for_numbers_ && (surroundings_ == nullptr || surroundings_->large_numbers_are_text);
}

Shape Shapes::postgres(const Node& node) const {
  const std::optional<std::vector<ResultColumn>> columns = columns_of(node);
  if (!columns) return replaced_shape();
  Shape shape;
  shape.reached = true;
  shape.replaced = true;
  const bool large_texts = has_large_texts(node);
  for (const ResultColumn& column : *columns)
    shape.add(column.name, large_texts || !column.large_number ? column.value : Value());
  // A statement without a row gives this (n8n-nodes-base, Postgres v2, helpers/utils.ts), a failure
  // that is passed on the other two next to `error`.
  shape.add("success");
  if (node.continues_on_error()) {
    shape.add("message");
    shape.add("item");
  }
  return shape;
}

const Shape& Shapes::postgres_once(const Node& node) const {
  const auto known = results_.find(node.index);
  return known != results_.end() ? known->second : results_.emplace(node.index, postgres(node)).first->second;
}

Shape Shapes::code_node(const Node& node) const {
  for (const CodePiece& piece : code_.pieces()) {
    if (piece.node != &node || !piece.is_code()) continue;
    Shape shape = CodeShape(*this, piece).of_returns();
    for (auto& [name, value] : shape.fields) value = as_copied(value);
    return shape;
  }
  return Shape::anything();
}

}  // namespace kairon::workflow
