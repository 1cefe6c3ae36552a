#include "n8n/tree.h"

#include <algorithm>
#include <cstdlib>

#include "base/format.h"

namespace kairon::n8n {

namespace {

const Tree kNull;
const std::string kEmpty;
const Tree::Array kNoItems;
const Tree::Object kNoMembers;

}  // namespace

Tree Tree::boolean(bool value) { return Tree(State(value)); }
Tree Tree::integer(long long value) { return Tree(State(Number{std::to_string(value)})); }

Tree Tree::from(const json::Value& value) {
  switch (value.type()) {
    case json::Type::null:
      return {};
    case json::Type::boolean:
      return boolean(value.boolean());
    case json::Type::number:
      return Tree(State(Number{std::string(value.raw())}));
    case json::Type::string:
      return Tree(value.string());
    case json::Type::array: {
      Array items;
      items.reserve(value.size());
      for (const json::Value child : value) items.push_back(from(child));
      return Tree(State(std::move(items)));
    }
    case json::Type::object:
      break;
  }
  Tree object = Tree::object();
  object.members().reserve(value.size());
  for (const json::Value child : value) object.set(child.key(), from(child));
  return object;
}

Result<Tree> Tree::parse(std::string text) {
  const json::Document::Parsed parsed = json::Document::parse(std::move(text));
  if (parsed.error)
    return Failure{format("line {}, column {}: {}", parsed.error->position.line, parsed.error->position.column,
                          parsed.error->message)};
  return from(parsed.document->root());
}

const std::string& Tree::string() const noexcept {
  const auto* text = std::get_if<std::string>(&state_);
  return text == nullptr ? kEmpty : *text;
}

bool Tree::boolean_or(bool otherwise) const noexcept {
  const auto* value = std::get_if<bool>(&state_);
  return value == nullptr ? otherwise : *value;
}

double Tree::number_or(double otherwise) const noexcept {
  const auto* number = std::get_if<Number>(&state_);
  return number == nullptr ? otherwise : std::strtod(number->text.c_str(), nullptr);
}

long long Tree::integer_or(long long otherwise) const noexcept {
  const auto* number = std::get_if<Number>(&state_);
  return number == nullptr ? otherwise : std::strtoll(number->text.c_str(), nullptr, 10);
}

const Tree::Array& Tree::items() const noexcept {
  const auto* array = std::get_if<Array>(&state_);
  return array == nullptr ? kNoItems : *array;
}

Tree::Array& Tree::items() {
  if (!is_array()) state_ = Array{};
  return std::get<Array>(state_);
}

const Tree::Object& Tree::members() const noexcept {
  const auto* object = std::get_if<Object>(&state_);
  return object == nullptr ? kNoMembers : *object;
}

Tree::Object& Tree::members() {
  if (!is_object()) state_ = Object{};
  return std::get<Object>(state_);
}

const Tree* Tree::find(std::string_view key) const noexcept {
  for (const Member& member : members())
    if (member.first == key) return &member.second;
  return nullptr;
}

Tree* Tree::find(std::string_view key) noexcept { return const_cast<Tree*>(std::as_const(*this).find(key)); }

const Tree& Tree::operator[](std::string_view key) const noexcept {
  const Tree* found = find(key);
  return found == nullptr ? kNull : *found;
}

Tree& Tree::set(std::string_view key, Tree value) {
  if (Tree* found = find(key)) {
    *found = std::move(value);
    return *found;
  }
  members().emplace_back(std::string(key), std::move(value));
  return members().back().second;
}

void Tree::erase(std::string_view key) {
  if (is_object()) std::erase_if(members(), [key](const Member& member) { return member.first == key; });
}

void Tree::write(json::Writer& writer) const {
  switch (state_.index()) {
    case 0:
      writer.null();
      break;
    case 1:
      writer.boolean(boolean_or(false));
      break;
    case 2:
      writer.raw(std::get<Number>(state_).text);
      break;
    case 3:
      writer.string(string());
      break;
    case 4:
      writer.begin_array();
      for (const Tree& item : items()) item.write(writer);
      writer.end_array();
      break;
    default:
      writer.begin_object();
      for (const auto& [key, value] : members()) {
        writer.key(key);
        value.write(writer);
      }
      writer.end_object();
  }
}

std::string Tree::dump(json::Writer::Style style) const {
  json::Writer writer(style);
  write(writer);
  return writer.take();
}

bool operator==(const Tree& a, const Tree& b) {
  if (a.state_.index() != b.state_.index()) return false;
  if (a.is_number()) return a.number_or(0) == b.number_or(0);
  if (a.is_array()) return a.items() == b.items();
  if (!a.is_object()) return a.string() == b.string() && a.boolean_or(false) == b.boolean_or(false);
  if (a.members().size() != b.members().size()) return false;
  return std::all_of(a.members().begin(), a.members().end(), [&b](const Tree::Member& member) {
    const Tree* other = b.find(member.first);
    return other != nullptr && member.second == *other;
  });
}

}  // namespace kairon::n8n
