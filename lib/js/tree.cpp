#include "js/tree.h"

namespace kairon::js {

std::string_view Node::text() const noexcept {
  if (tree_ == nullptr) return {};
  return tree_->source.substr(record().begin, record().end - record().begin);
}

bool Node::contains(const Node& other) const noexcept {
  return tree_ != nullptr && other.tree_ == tree_ && other.index_ >= index_ && other.index_ < record().next;
}

Node Node::parent() const noexcept {
  if (tree_ == nullptr || index_ == 0) return {};
  return {tree_, record().parent};
}

Node Node::first_child() const noexcept {
  if (tree_ == nullptr || record().next == index_ + 1) return {};
  return {tree_, index_ + 1};
}

Node Node::next_sibling() const noexcept {
  if (tree_ == nullptr || index_ == 0) return {};
  const std::uint32_t next = record().next;
  if (next >= tree_->records[record().parent].next) return {};
  return {tree_, next};
}

Node Node::child(Field field) const noexcept {
  for (Node child = first_child(); child; child = child.next_sibling()) {
    if (child.field() == field) return child;
  }
  return {};
}

Node Node::at(std::size_t position) const noexcept {
  Node child = first_child();
  for (; child && position > 0; --position) child = child.next_sibling();
  return child;
}

std::size_t Node::child_count() const noexcept {
  std::size_t count = 0;
  for (Node child = first_child(); child; child = child.next_sibling()) ++count;
  return count;
}

Node Node::unwrapped() const noexcept {
  Node node = *this;
  while (node.is(Kind::parenthesized_expression) && node.first_child()) node = node.first_child();
  return node;
}

Node Node::enclosing_function() const noexcept {
  Node node = parent();
  while (node && !is_function(node.kind())) node = node.parent();
  return node;
}

Node::Range Node::children() const noexcept { return Range(first_child()); }

bool is_function(Kind kind) noexcept {
  switch (kind) {
    case Kind::function_declaration:
    case Kind::function_expression:
    case Kind::generator_function:
    case Kind::generator_function_declaration:
    case Kind::arrow_function:
    case Kind::method_definition:
      return true;
    default:
      return false;
  }
}

bool is_async(const Node& function) {
  for (const Node child : function.children()) {
    if (child.is(Kind::token) && child.text() == "async") return true;
  }
  return false;
}

bool is_in_try_block(Node node) {
  for (Node up = node.parent(); up; node = up, up = up.parent()) {
    if (up.is(Kind::try_statement) && up.child(Field::handler) && up.child(Field::body) == node) return true;
  }
  return false;
}

std::optional<std::string> property_name(const Node& node) {
  switch (node.kind()) {
    case Kind::member_expression:
      return std::string(node.child(Field::property).text());
    case Kind::subscript_expression:
      return string_value(node.child(Field::index));
    case Kind::shorthand_property_identifier:
      return std::string(node.text());
    case Kind::pair:
    case Kind::pair_pattern:
    case Kind::method_definition: {
      Node key = node.child(node.is(Kind::method_definition) ? Field::name : Field::key);
      if (key.is(Kind::computed_property_name)) key = key.first_child();
      if (key.is(Kind::string) || key.is(Kind::template_string)) return string_value(key);
      if (key.is(Kind::property_identifier) || key.is(Kind::number)) return std::string(key.text());
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

std::optional<std::string> string_value(const Node& node) {
  if (!node.is(Kind::string) && !node.is(Kind::template_string)) return std::nullopt;
  for (const Node child : node.children()) {
    if (child.is(Kind::template_substitution)) return std::nullopt;
  }
  const std::string_view text = node.text();
  if (text.size() < 2) return std::nullopt;
  return unescape(text.substr(1, text.size() - 2));
}

}  // namespace kairon::js
