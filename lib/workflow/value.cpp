#include "workflow/value.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"

namespace kairon::workflow {

namespace {

/// Objects in objects are followed to this depth: data that holds its own earlier self would grow forever.
constexpr int kDeepest = 4;

Value cut_off(const Value& value, int depth) {
  Value cut = value;
  if (depth <= 0) {
    cut.object = nullptr;
    cut.element = nullptr;
    return cut;
  }
  if (value.object) {
    auto shape = std::make_shared<Shape>(*value.object);
    for (auto& [name, field] : shape->fields) field = cut_off(field, depth - 1);
    cut.object = std::move(shape);
  }
  if (value.element) cut.element = std::make_shared<const Value>(cut_off(*value.element, depth - 1));
  return cut;
}

int depth_of(const Value& value) {
  int depth = 0;
  if (value.object) {
    for (const auto& [name, field] : value.object->fields) depth = std::max(depth, depth_of(field) + 1);
  }
  if (value.element) depth = std::max(depth, depth_of(*value.element) + 1);
  return depth;
}

/// Joins what is known of the inside: of two producers that both may give an object, both must be known.
template <typename Part>
bool join_part(std::shared_ptr<const Part>& here, const std::shared_ptr<const Part>& other, bool mine, bool theirs) {
  if (!theirs || here == other) return false;
  if (!mine) {
    here = other;
    return other != nullptr;
  }
  if (!here) return false;
  if (!other) {
    here = nullptr;
    return true;
  }
  auto joined = std::make_shared<Part>(*here);
  if (!joined->join(*other)) return false;
  here = std::move(joined);
  return true;
}

/// The text stays known where both give the same one, or where only one of them can be a text.
bool join_literal(Value& here, const Value& other) {
  const bool mine = (here.kinds & kText) != 0;
  const bool theirs = (other.kinds & kText) != 0;
  if (!theirs || here.literal == other.literal) return false;
  if (!mine) {
    here.literal = other.literal;
    return true;
  }
  if (!here.literal || (other.literal && *here.literal == *other.literal)) return false;
  here.literal = nullptr;
  return true;
}

}  // namespace

std::string kinds_in_words(Kinds kinds) {
  static constexpr std::array<std::pair<Kinds, std::string_view>, 9> kWords = {{{kText, "a text"},
                                                                                {kNumber, "a number"},
                                                                                {kBoolean, "a boolean"},
                                                                                {kDate, "a date"},
                                                                                {kJsDate, "a JavaScript Date"},
                                                                                {kList, "a list"},
                                                                                {kObject, "an object"},
                                                                                {kFunction, "a function"},
                                                                                {kNull, "null"}}};
  std::vector<std::string_view> words;
  for (const auto& [bit, word] : kWords)
    if ((kinds & bit) != 0) words.push_back(word);
  return kinds == kAnyKind ? std::string("anything") : text::alternatives(words);
}

Value Value::of_object(const Shape& shape) {
  Value value = of(kObject);
  value.object = std::make_shared<const Shape>(shape);
  return depth_of(value) > kDeepest ? cut_off(value, kDeepest) : value;
}

Value Value::of_text(std::string_view text) {
  Value value = of(kText);
  if (text.size() <= kLongestLiteral) value.literal = std::make_shared<const std::string>(text);
  return value;
}

Value Value::of_list(const Value& element) {
  Value value = of(kList);
  if (element.known() || element.object) value.element = std::make_shared<const Value>(element);
  return depth_of(value) > kDeepest ? cut_off(value, kDeepest) : value;
}

Value Value::or_null() const {
  Value value = *this;
  value.kinds = static_cast<Kinds>(value.kinds | kNull);
  return value;
}

bool Value::join(const Value& other) {
  const Kinds before = kinds;
  const bool inside = join_part(object, other.object, (kinds & kObject) != 0, (other.kinds & kObject) != 0);
  const bool elements = join_part(element, other.element, (kinds & kList) != 0, (other.kinds & kList) != 0);
  const bool text = join_literal(*this, other);
  kinds = static_cast<Kinds>(kinds | other.kinds);
  return inside || elements || text || kinds != before;
}

bool Shape::lacks_here(const std::string& field) const {
  if (!reached || fields.contains(field)) return false;
  if (field == "ctx") return !may_have_ctx;
  return !open;
}

Value Shape::field(std::string_view name) const {
  const auto hit = fields.find(name);
  if (!reached || !calls.empty()) return {};
  if (hit != fields.end()) return hit->second;
  return open && others != kAnyKind ? Value::of(others).or_null() : Value();
}

std::vector<std::string> Shape::names() const {
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const auto& [name, value] : fields) names.push_back(name);
  return names;
}

void Shape::add(std::string_view field, const Value& value) {
  if (field == "ctx") may_have_ctx = true;
  const auto hit = fields.find(field);
  if (hit != fields.end()) {
    hit->second.join(value);
  } else {
    fields.emplace(field, open ? Value() : value.or_null());
  }
}

void Shape::set(std::string_view field, Value value) {
  if (field == "ctx") may_have_ctx = true;
  fields.insert_or_assign(std::string(field), std::move(value));
}

namespace {

/// Of which kinds the further fields of two shapes are: a closed one has none.
Kinds others_of(const Shape& a, const Shape& b) {
  if (!a.open) return b.open ? b.others : kAnyKind;
  return b.open ? static_cast<Kinds>(a.others | b.others) : a.others;
}

}  // namespace

void Shape::overlay(const Shape& later) {
  if (!later.reached) return;
  for (auto& [name, value] : fields)
    if ((later.open || !later.calls.empty()) && !later.fields.contains(name)) value = Value();
  for (const auto& [name, value] : later.fields) {
    const auto hit = fields.find(name);
    // What may be absent there leaves in place what is here.
    if (hit != fields.end() && (value.kinds & kNull) != 0) {
      hit->second.join(value);
    } else if (hit == fields.end() && open && (value.kinds & kNull) != 0) {
      fields.emplace(name, Value());
    } else {
      fields.insert_or_assign(name, value);
    }
  }
  reached = true;
  others = others_of(*this, later);
  open = open || later.open;
  replaced = replaced || later.replaced;
  may_have_ctx = may_have_ctx || later.may_have_ctx;
  calls.insert(later.calls.begin(), later.calls.end());
}

void Shape::may_gain(const Shape& written) {
  if (written.open) {
    for (auto& [name, value] : fields) value = Value();
  }
  for (const auto& [name, value] : written.fields) add(name, value);
  others = others_of(*this, written);
  open = open || written.open;
  replaced = replaced || written.replaced;
  may_have_ctx = may_have_ctx || written.may_have_ctx;
}

bool Shape::join(const Shape& other) {
  if (!other.reached) return false;
  if (!reached) {
    *this = other;
    return true;
  }
  const std::size_t before = fields.size() + calls.size();
  bool changed = (!open && other.open) || (!replaced && other.replaced) || (!may_have_ctx && other.may_have_ctx);
  const bool unknown_here = open || !calls.empty();
  const bool unknown_there = other.open || !other.calls.empty();
  for (auto& [name, value] : fields) {
    if (other.fields.contains(name)) continue;
    const Value widened = unknown_there ? Value() : value.or_null();
    if (widened.kinds == value.kinds && (!unknown_there || (!value.object && !value.element))) continue;
    value = widened;
    changed = true;
  }
  for (const auto& [name, value] : other.fields) {
    const auto hit = fields.find(name);
    if (hit == fields.end()) {
      fields.emplace(name, unknown_here ? Value() : value.or_null());
    } else {
      changed = hit->second.join(value) || changed;
    }
  }
  const Kinds others_before = others;
  others = others_of(*this, other);
  changed = changed || others != others_before;
  open = open || other.open;
  replaced = replaced || other.replaced;
  may_have_ctx = may_have_ctx || other.may_have_ctx;
  calls.insert(other.calls.begin(), other.calls.end());
  return changed || fields.size() + calls.size() != before;
}

Shape Shape::anything() {
  Shape shape;
  shape.reached = true;
  shape.open = true;
  shape.may_have_ctx = true;
  return shape;
}

}  // namespace kairon::workflow
