#include "lint/support/called_results.h"

#include <set>

#include "base/format.h"

namespace kairon::lint {

namespace {

using workflow::Kinds;
using workflow::Shape;
using workflow::Value;
using workflow::ValueFact;

bool is_worth_keeping(const Value& value) { return value.known() || value.object || value.element; }

ValueFact fact_of(const std::string& name, const Value& value) {
  ValueFact fact;
  fact.name = name;
  fact.kinds = value.kinds;
  if (value.element) fact.element.push_back(fact_of({}, *value.element));
  if (!value.object) return fact;
  fact.open = value.object->open || !value.object->calls.empty();
  for (const auto& [inner, field] : value.object->fields) fact.fields.push_back(fact_of(inner, field));
  return fact;
}

Value value_of(const ValueFact& fact) {
  Value value = Value::of(static_cast<Kinds>(fact.kinds & workflow::kAnyKind));
  if (!fact.element.empty()) value.element = std::make_shared<const Value>(value_of(fact.element.front()));
  if (fact.open && fact.fields.empty()) return value;
  Shape shape;
  shape.reached = true;
  shape.open = fact.open;
  for (const ValueFact& field : fact.fields) shape.set(field.name, value_of(field));
  value.object = std::make_shared<const Shape>(std::move(shape));
  return value;
}

Shape shape_of(const workflow::ResultFact& result) {
  Shape shape;
  shape.reached = true;
  for (const std::string& field : result.fields) shape.set(field, Value());
  for (const ValueFact& value : result.values) shape.set(value.name, value_of(value));
  return shape;
}

/// What a workflow gives back, its own calls included; nothing when that is not known.
std::optional<Shape> result_of(const CallIndex& index, const std::string& name, std::set<std::string>& asked) {
  if (!asked.insert(name).second) return std::nullopt;
  const auto& files = index.named(name);
  if (files.size() != 1 || !files.front()->facts.result.known) return std::nullopt;
  const workflow::ResultFact& result = files.front()->facts.result;
  Shape shape;
  if (!result.fields.empty() || result.calls.empty()) shape = shape_of(result);
  for (const std::string& call : result.calls) {
    const auto given = result_of(index, call, asked);
    if (!given) return std::nullopt;
    shape.join(*given);
  }
  return shape;
}

bool tells_something(const Shape& shape) {
  for (const auto& [name, value] : shape.fields)
    if (is_worth_keeping(value)) return true;
  return false;
}

void append(std::string& out, const Value& value);

void append(std::string& out, const Shape& shape) {
  for (const auto& [name, value] : shape.fields) {
    out += name + ":";
    append(out, value);
  }
  out += shape.open ? "+" : ".";
}

void append(std::string& out, const Value& value) {
  out += format("{};", value.kinds);
  if (value.object) append(out, *value.object);
  if (value.element) append(out, *value.element);
}

}  // namespace

std::vector<ValueFact> values_of(const Shape& result) {
  std::vector<ValueFact> values;
  for (const auto& [name, value] : result.fields)
    if (is_worth_keeping(value)) values.push_back(fact_of(name, value));
  return values;
}

workflow::Surroundings called_results(const CallIndex& index, const TreeFile& file) {
  workflow::Surroundings surroundings;
  for (const workflow::CallFact& call : file.facts.calls) {
    if (call.tool || call.kind != workflow::CallFact::Kind::by_list || call.name.empty()) continue;
    std::set<std::string> asked;
    const auto result = result_of(index, call.name, asked);
    if (result && tells_something(*result)) surroundings.results.emplace(call.name, *result);
  }
  return surroundings;
}

std::string fingerprint(const workflow::Surroundings& surroundings) {
  std::string text;
  for (const auto& [name, shape] : surroundings.results) {
    text += name + "=";
    append(text, shape);
  }
  return text;
}

}  // namespace kairon::lint
