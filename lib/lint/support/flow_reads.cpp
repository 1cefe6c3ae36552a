#include "lint/support/flow_reads.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/one_of.h"
#include "js/scope.h"
#include "lint/support/field_names.h"
#include "lint/support/methods.h"
#include "workflow/code.h"
#include "workflow/code_shape.h"
#include "workflow/workflow.h"

namespace kairon::lint {

namespace {

using js::Field;
using js::Kind;
using js::Node;
using workflow::Access;
using workflow::CodePiece;

/// `a.b.c(...)` around the read: the whole chain, and whether it has a `?.`.
Node chain_top(Node node, bool& optional) {
  for (Node down = node; down; down = down.child(down.is(Kind::call_expression) ? Field::function : Field::object))
    optional = optional || static_cast<bool>(down.child(Field::optional_chain));
  for (Node up = node.parent(); up; node = up, up = up.parent()) {
    const bool link =
        (up.is(Kind::member_expression) || up.is(Kind::subscript_expression)) && up.child(Field::object) == node;
    const bool call = up.is(Kind::call_expression) && up.child(Field::function) == node;
    if (!link && !call && !up.is(Kind::parenthesized_expression)) return node;
    optional = optional || static_cast<bool>(up.child(Field::optional_chain));
  }
  return node;
}

bool is_nothing(const Node& value) {
  return value.is(Kind::null_literal) || value.is(Kind::undefined_literal) || value.text() == "undefined";
}

/// `x === undefined`, `null != x`.
bool compares_with_nothing(const Node& binary) {
  return is_one_of(binary.operator_text(), {"==", "!=", "===", "!=="}) &&
         (is_nothing(binary.child(Field::left).unwrapped()) || is_nothing(binary.child(Field::right).unwrapped()));
}

/// Functions that ask what a value is, or give a default for it ($if and $ifEmpty are n8n's).
bool asks_for_value(const Node& arguments) {
  return is_one_of(
      arguments.parent().child(Field::function).text(),
      {"$if", "$ifEmpty", "Array.isArray", "Boolean", "isNaN", "Number.isNaN", "Number.isFinite", "Number.isInteger"});
}

/// A place whose very point is that the value may be absent.
bool tests_presence(const Node& parent) {
  switch (parent.kind()) {
    case Kind::binary_expression:
      return is_one_of(parent.operator_text(), {"??", "||", "&&", "in", "instanceof"}) || compares_with_nothing(parent);
    case Kind::augmented_assignment_expression:
      return is_one_of(parent.operator_text(), {"\?\?=", "||=", "&&="});
    case Kind::unary_expression:
      return is_one_of(parent.operator_text(), {"typeof", "!", "delete", "void"});
    case Kind::arguments:
      return asks_for_value(parent);
    case Kind::ternary_expression:
      return true;
    default:
      return false;
  }
}

bool condition_mentions(const Node& statement, std::string_view path) {
  return statement.child(Field::condition).text().find(path) != std::string_view::npos;
}

bool has_condition(const Node& node) {
  return node.is(Kind::if_statement) || node.is(Kind::while_statement) || node.is(Kind::for_statement) ||
         node.is(Kind::do_statement);
}

/// `.isEmpty()` and its kin: extensions of n8n that take undefined as well.
bool asks_on_itself(const Node& chain) {
  const Node method = chain.is(Kind::call_expression) ? chain.child(Field::function) : Node();
  return is_one_of(js::property_name(method).value_or(""), {"isEmpty", "isNotEmpty"});
}

/// `const x = $json.f; if (x) use(x);`: a name set once, every use of which is guarded.
bool is_tested_later(const js::Script& script, const Node& value) {
  const Node declarator = value.parent();
  if (!declarator.is(Kind::variable_declarator) || declarator.child(Field::value) != value) return false;
  const js::Binding* binding = script.scope().binding_of(declarator.child(Field::name));
  if (binding == nullptr || script.scope().is_written(*binding)) return false;
  const std::vector<Node> uses = script.scope().uses_of(*binding);
  return !uses.empty() &&
         std::all_of(uses.begin(), uses.end(), [&](const Node& use) { return is_guarded_read(script, use); });
}

/// Strings of filter conditions whose operator asks for presence.
struct PresenceTests {
  std::set<std::size_t> asked;    ///< the value on the left: it may be absent
  std::set<std::size_t> ignored;  ///< the one on the right, which is not looked at

  void collect(const json::Value& value) {
    if (is_one_of(value["operator"]["operation"].string(), {"exists", "notExists", "empty", "notEmpty"})) {
      asked.insert(value["leftValue"].begin_offset());
      ignored.insert(value["rightValue"].begin_offset());
    }
    if (is_one_of(value["operation"].string(), {"isEmpty", "isNotEmpty"})) {
      asked.insert(value["value1"].begin_offset());
      ignored.insert(value["value2"].begin_offset());
    }
    for (const json::Value child : value) {
      if (child.is_object() || child.is_array()) collect(child);
    }
  }
};

/// A text, number, boolean or list has no fields of its own, methods and places of a list aside.
bool is_without_fields(const workflow::Value& value, const std::string& field) {
  using namespace workflow;
  const Kinds kinds = static_cast<Kinds>(value.kinds & static_cast<Kinds>(~kNull));
  if (kinds == 0 || (kinds & static_cast<Kinds>(~(kText | kNumber | kBoolean | kList))) != 0) return false;
  if (field.find_first_not_of("0123456789") == std::string::npos) return false;
  for (const auto& names : {methods::kText, methods::kNumber, methods::kBoolean, methods::kList})
    if (std::find(names.begin(), names.end(), field) != names.end()) return false;
  return true;
}

bool is_of_every_object(std::string_view field) {
  return is_one_of(field, {"hasOwnProperty", "toJsonString", "length", "toString", "constructor"});
}

std::set<std::string> names_written(const js::Script& script) {
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    const Node node = script.node(i);
    if (!node.is(Kind::assignment_expression)) continue;
    const Node left = node.child(Field::left);
    if (!left.is(Kind::member_expression) && !left.is(Kind::subscript_expression)) continue;
    if (const auto name = js::property_name(left)) names.insert(*name);
  }
  return names;
}

class Search {
 public:
  explicit Search(const WorkflowInput& input)
      : input_(input),
        shapes_owner_(std::make_shared<const workflow::Shapes>(input.workflow, input.code, input.surroundings)),
        shapes_(*shapes_owner_) {}

  FlowFacts go() {
    for (const workflow::Node& node : input_.workflow.nodes()) {
      if (node.is_base("if") || node.is_base("switch") || node.is_base("filter")) presence_.collect(node.parameters);
    }
    for (const CodePiece& piece : input_.code.pieces()) {
      const bool judged = piece.kind != workflow::CodeKind::tool && !piece.script.error() && !piece.node->disabled;
      if (judged && input_.workflow.reachable()[piece.node->index] &&
          !presence_.ignored.contains(piece.string.begin_offset()))
        search(piece);
    }
    return {std::move(found_), missing_names(input_.workflow, shapes_), shapes_.result(), shapes_owner_, work_};
  }

 private:
  void search(const CodePiece& piece) {
    values_.emplace(shapes_, piece);
    written_.reset();
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const Node node = piece.script.node(i);
      if (node.is(Kind::member_expression) || node.is(Kind::subscript_expression)) judge(piece, node);
      if (node.is(Kind::object_pattern)) judge_pattern(piece, node);
    }
    work_ += values_->work();
  }

  void judge(const CodePiece& piece, const Node& node) {
    auto field = js::property_name(node);
    // `$json[0]`: there is one item here, not a list.
    if (!piece.is_code() && node.child(Field::index).is(Kind::number)) {
      if (workflow::classify(piece, node.child(Field::object)).what != Access::What::json) return;
      field = std::string(node.child(Field::index).text());
    }
    if (!field || is_of_every_object(*field)) return;
    const Access access = workflow::classify(piece, node.child(Field::object));
    if (access.what == Access::What::other) return judge_inner(piece, node, *field);
    if (access.what != Access::What::json) return;
    // A method of the object itself: toJsonString(), isEmpty() and their kin are n8n's extensions.
    if (node.parent().is(Kind::call_expression) && node.parent().child(Field::function) == node) return;
    const workflow::Shape& shape = shapes_.of(piece, access);
    if (!shape.lacks_here(*field) || is_guarded_read(piece.script, node) || written_here(piece, *field)) return;
    add(piece, node, *field, access, shape);
  }

  /// `$json.event.text`: a field of an object of which every key is known.
  void judge_inner(const CodePiece& piece, const Node& node, const std::string& field) {
    const Node object = node.child(Field::object).unwrapped();
    if (!object.is(Kind::member_expression) && !object.is(Kind::subscript_expression)) return;
    if (node.parent().is(Kind::call_expression) && node.parent().child(Field::function) == node) return;
    const Access access = innermost(piece, object);
    if (access.what != Access::What::json) return;
    const workflow::Value value = values_->value_of(object);
    if (is_without_fields(value, field)) {
      if (is_guarded_read(piece.script, node) || written_here(piece, field)) return;
      MissingRead read{&piece, node, field, std::string(object.text()), access.node, {}};
      read.kinds = static_cast<workflow::Kinds>(value.kinds & static_cast<workflow::Kinds>(~workflow::kNull));
      read.asked = presence_.asked.contains(piece.string.begin_offset());
      found_.push_back(std::move(read));
      return;
    }
    if (!value.is_only(workflow::kObject) || !value.object || value.object->lacks(field) == false) return;
    if (is_guarded_read(piece.script, node) || written_here(piece, field)) return;
    MissingRead read{&piece, node, field, std::string(object.text()), access.node, *value.object};
    read.asked = presence_.asked.contains(piece.string.begin_offset());
    found_.push_back(std::move(read));
  }

  /// What the chain of members begins with.
  static Access innermost(const CodePiece& piece, Node object) {
    for (int depth = 0; object && depth < 5; ++depth, object = object.child(Field::object).unwrapped()) {
      const Access access = workflow::classify(piece, object.child(Field::object));
      if (access.what != Access::What::other) return access;
    }
    return {};
  }

  /// `const {a, b: c} = $json`; a default (`{a = 1}`) says that the field may be absent.
  void judge_pattern(const CodePiece& piece, const Node& pattern) {
    const Access access = workflow::classify_pattern(piece, pattern);
    if (access.what != Access::What::json) return;
    const workflow::Shape& shape = shapes_.of(piece, access);
    for (const Node child : pattern.children()) {
      const bool shorthand = child.is(Kind::shorthand_property_identifier_pattern);
      const Node name = shorthand ? child : child.child(Field::value);
      const bool plain = shorthand || (child.is(Kind::pair_pattern) && name.is(Kind::identifier));
      const auto field = shorthand ? std::optional<std::string>(child.text()) : js::property_name(child);
      if (!plain || !field || is_of_every_object(*field) || !shape.lacks_here(*field)) continue;
      if (js::is_in_try_block(child) || written_here(piece, *field)) continue;
      add(piece, child, *field, access, shape);
    }
  }

  void add(const CodePiece& piece, const Node& node, const std::string& field, const Access& access,
           const workflow::Shape& shape) {
    // Each read carries what is known to arrive; thousands of reads of thousands of fields say nothing new.
    constexpr std::size_t kMostCarried = 300'000;
    if (carried_ > kMostCarried) return;
    carried_ += 1 + shape.fields.size();
    MissingRead read{&piece, node, field, {}, access.node, shape};
    read.lost_ctx = field == "ctx" && shape.replaced;
    read.asked = presence_.asked.contains(piece.string.begin_offset());
    // Where the answer is meant to differ from workflow to workflow there is nothing to say.
    if (read.asked && (read.lost_ctx || read.depends_on_calls())) return;
    found_.push_back(std::move(read));
  }

  /// The code itself puts the field there: `item.json.x = ...`.
  bool written_here(const CodePiece& piece, const std::string& field) {
    if (!piece.is_code()) return false;
    if (!written_) written_ = names_written(piece.script);
    return written_->contains(field);
  }

  std::size_t carried_ = 0;  ///< fields in what was found
  std::size_t work_ = 0;     ///< FlowFacts::work
  const WorkflowInput& input_;
  std::shared_ptr<const workflow::Shapes> shapes_owner_;
  const workflow::Shapes& shapes_;
  std::optional<workflow::CodeShape> values_;     ///< of the piece that is searched
  std::optional<std::set<std::string>> written_;  ///< the fields that its code sets, once asked for
  PresenceTests presence_;
  std::vector<MissingRead> found_;
};

}  // namespace

bool is_guarded_read(const js::Script& script, const js::Node& read) {
  bool optional = false;
  const Node top = chain_top(read, optional);
  if (optional || asks_on_itself(top) || js::is_in_try_block(read)) return true;
  const Node parent = top.parent();
  if (parent.is(Kind::assignment_expression) && parent.child(Field::left) == top) return true;
  for (Node node = top, up = top.parent(); up; node = up, up = up.parent()) {
    if (tests_presence(up)) return true;
    if (has_condition(up) && (up.child(Field::condition) == node || condition_mentions(up, read.text()))) return true;
  }
  return top == read && is_tested_later(script, top);
}

FlowFacts flow_facts(const WorkflowInput& input) { return Search(input).go(); }

std::string missing_read_message(const MissingRead& read) {
  const std::string& reader = std::string(read.piece->node->name);
  if (read.lost_ctx) {
    const std::string place = read.source.empty() ? std::string("after a node that replaces the item")
                                                  : format("from '{}', which replaces the item", read.source);
    return format("'{}' reads ctx {}", reader, place);
  }
  if (!read.inside.empty() && read.kinds != workflow::kAnyKind)
    return format("'{}' reads '{}' of {}, which is {}", reader, read.field, read.inside,
                  workflow::kinds_in_words(read.kinds));
  if (!read.inside.empty()) return format("'{}' reads '{}' of {}, which never has it", reader, read.field, read.inside);
  const std::string from = read.source.empty() ? std::string("its input") : format("the output of '{}'", read.source);
  const std::string_view verb = read.asked ? "asks for" : "reads";
  return format("'{}' {} the field '{}', which {} never has{}", reader, verb, read.field, from,
                read.asked ? ": the answer is always the same" : "");
}

}  // namespace kairon::lint
