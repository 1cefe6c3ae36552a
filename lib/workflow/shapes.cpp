#include "workflow/shapes.h"

#include <algorithm>

#include "base/text.h"
#include "sql/statement.h"
#include "workflow/code_shape.h"
#include "workflow/expression.h"
#include "workflow/result_columns.h"
#include "workflow/statements.h"

namespace kairon::workflow {

namespace {

Shape closed(std::initializer_list<std::string_view> fields) {
  Shape shape;
  shape.reached = true;
  for (const std::string_view field : fields) shape.add(std::string(field));
  return shape;
}

/// Open, but the item that came in is gone.
Shape replaced() {
  Shape shape = Shape::anything();
  shape.may_have_ctx = false;
  shape.replaced = true;
  return shape;
}

bool passes_items_on(const Node& node) {
  if (node.is_base("if") || node.is_base("switch") || node.is_base("filter") || node.is_base("noOp") ||
      node.is_base("splitInBatches"))
    return true;
  const std::string_view resume = node.parameters["resume"].string();
  if (node.is_base("wait"))
    return resume.empty() ? node.version >= 1.1 : resume == "timeInterval" || resume == "specificTime";
  const std::string_view mode = node.parameters["mode"].string();
  return node.is_base("merge") && (mode.empty() || mode == "append");
}

bool has_output_parser(const Workflow& workflow, const Node& node) {
  if (node.parameters["hasOutputParser"].boolean()) return true;
  const auto& incoming = workflow.incoming(node.index);
  return std::any_of(incoming.begin(), incoming.end(),
                     [&](std::size_t edge) { return workflow.edges()[edge].type == "ai_outputParser"; });
}

/// Top-level field that an assignment to a (possibly dotted) name writes.
std::string top_field(std::string_view name) { return std::string(name.substr(0, name.find_first_of(".["))); }

}  // namespace

bool Shape::lacks(const std::string& field) const {
  if (!reached || fields.contains(field)) return false;
  if (field == "ctx") return !may_have_ctx;
  return !open;
}

void Shape::add(const std::string& field) {
  fields.insert(field);
  if (field == "ctx") may_have_ctx = true;
}

bool Shape::join(const Shape& other) {
  if (!other.reached) return false;
  const std::size_t before = fields.size();
  const bool same_flags =
      reached && (open || !other.open) && (replaced || !other.replaced) && (may_have_ctx || !other.may_have_ctx);
  reached = true;
  open = open || other.open;
  replaced = replaced || other.replaced;
  may_have_ctx = may_have_ctx || other.may_have_ctx;
  fields.insert(other.fields.begin(), other.fields.end());
  return !same_flags || fields.size() != before;
}

Shape Shape::anything() {
  Shape shape;
  shape.reached = true;
  shape.open = true;
  shape.may_have_ctx = true;
  return shape;
}

Shapes::Shapes(const Workflow& workflow, const Code& code)
    : workflow_(workflow), code_(code), outputs_(workflow.nodes().size()) {
  bool changed = true;
  // Shapes only grow, so this ends; the bound is for graphs that are all loops.
  for (std::size_t round = 0; changed && round < workflow.nodes().size() + 2; ++round) {
    changed = false;
    for (const Node& node : workflow.nodes()) changed = outputs_[node.index].join(emitted(node)) || changed;
  }
  if (!changed) return;
  for (Shape& shape : outputs_) shape = Shape::anything();
}

Shape Shapes::main_input(NodeIndex node) const {
  Shape shape;
  for (const std::size_t index : workflow_.incoming(node)) {
    const Edge& edge = workflow_.edges()[index];
    if (!edge.is_main() || edge.from == kNoNode || !workflow_.reachable()[edge.from]) continue;
    const Node& from = workflow_.nodes()[edge.from];
    // The error output carries what came in plus the error: not modelled.
    shape.join(from.on_error == "continueErrorOutput" ? Shape::anything() : outputs_[edge.from]);
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
  return other == nullptr ? Shape::anything() : outputs_[other->index];
}

Shape Shapes::emitted(const Node& node) const {
  if (node.disabled) return main_input(node.index);
  Shape shape = emitted_by_type(node);
  if (shape.reached && node.continues_on_error()) shape.add("error");
  return shape;
}

Shape Shapes::emitted_by_type(const Node& node) const {
  if (passes_items_on(node)) return main_input(node.index);
  if (node.is_base("set")) return set_node(node);
  if (node.is_base("postgres")) return postgres_once(node);
  if (node.is_base("code")) return code_node(node);
  if (node.is_base("webhook")) return closed({"headers", "params", "query", "body", "webhookUrl", "executionMode"});
  if (node.is_base("httpRequest") || node.is_base("discord")) return replaced();
  if (node.is_langchain("chainLlm")) {
    if (has_output_parser(workflow_, node)) return replaced();
    Shape shape = closed({"text"});
    shape.replaced = true;
    return shape;
  }
  if (node.is_base("executeWorkflowTrigger") && node.version >= 1.1 &&
      node.parameters["inputSource"].string().empty()) {
    Shape shape = closed({});
    for (const json::Value entry : node.parameters["workflowInputs"]["values"])
      shape.add(std::string(entry["name"].string()));
    return shape.fields.empty() ? Shape::anything() : shape;
  }
  return Shape::anything();
}

/// Set: v1 and v2 `values`, v3.0 to 3.2 `fields.values` + include, from 3.3 assignments + includeOtherFields.
Shape Shapes::set_node(const Node& node) const {
  const json::Value parameters = node.parameters;
  if (parameters["mode"].string() == "raw" || node.version < 3.3) return Shape::anything();
  if (parameters["options"]["include"] || parameters["duplicateItem"].boolean()) return Shape::anything();
  Shape shape;
  shape.reached = true;
  for (const json::Value entry : parameters["assignments"]["assignments"]) {
    const std::string_view name = entry["name"].string();
    if (is_expression(name)) return Shape::anything();
    shape.add(top_field(name));
  }
  if (!parameters["includeOtherFields"].boolean()) return shape;
  if (!parameters["include"].string().empty() && parameters["include"].string() != "all") return Shape::anything();
  const Shape input = main_input(node.index);
  if (!input.reached) return input;  // wait for the producers
  shape.join(input);
  return shape;
}

Shape Shapes::postgres(const Node& node) const {
  if (node.parameters["operation"].string() != "executeQuery") return replaced();
  for (const SqlText& text : sql_texts_of(node)) {
    const auto columns = text.open_holes ? std::nullopt : result_columns(text.text);
    if (!columns) break;
    Shape shape;
    shape.reached = true;
    shape.replaced = true;
    for (const std::string& column : *columns) shape.add(column);
    return shape;
  }
  return replaced();
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
