#include <algorithm>
#include <array>

#include "js/scope.h"
#include "workflow/code_shape.h"

// What an expression of JavaScript gives, as far as its text and the data that flows in tell.
namespace kairon::workflow {

namespace {

using js::Field;
using js::Kind;
using What = Access::What;

template <std::size_t N>
bool is_in(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Methods that every value has, or that only one kind has: what they give.
constexpr auto kGiveText = std::to_array<std::string_view>({"toUpperCase",
                                                            "toLowerCase",
                                                            "trim",
                                                            "trimStart",
                                                            "trimEnd",
                                                            "padStart",
                                                            "padEnd",
                                                            "toFixed",
                                                            "join",
                                                            "charAt",
                                                            "substring",
                                                            "substr",
                                                            "toISOString",
                                                            "toJsonString",
                                                            "toTitleCase",
                                                            "toSentenceCase",
                                                            "toSnakeCase",
                                                            "toLocaleString",
                                                            "toLocaleDateString",
                                                            "toLocaleTimeString",
                                                            "toLocaleUpperCase",
                                                            "toLocaleLowerCase",
                                                            "toString",
                                                            "replaceAll",
                                                            "normalize",
                                                            "toFormat",
                                                            "toISO",
                                                            "toISODate",
                                                            "base64Encode",
                                                            "urlEncode",
                                                            "removeTags"});
constexpr auto kGiveNumber = std::to_array<std::string_view>(
    {"charCodeAt", "indexOf", "lastIndexOf", "findIndex", "localeCompare", "getTime", "getFullYear", "getMonth",
     "getDate", "getDay", "getHours", "getMinutes", "getSeconds", "toMillis"});
/// Methods of Luxon's DateTime that give another one.
constexpr auto kGiveDate = std::to_array<std::string_view>(
    {"plus", "minus", "startOf", "endOf", "set", "setZone", "setLocale", "toUTC", "toLocal", "reconfigure"});
constexpr auto kGiveBoolean =
    std::to_array<std::string_view>({"includes", "startsWith", "endsWith", "some", "every", "test", "hasOwnProperty",
                                     "isEmpty", "isNotEmpty", "isEmail", "isUrl"});

Value value_of_sign(std::string_view sign, const Value& left, const Value& right) {
  constexpr auto kComparisons =
      std::to_array<std::string_view>({"==", "!=", "===", "!==", "<", ">", "<=", ">=", "in", "instanceof"});
  if (is_in(sign, kComparisons)) return Value::of(kBoolean);
  if (sign != "+") {
    // BigInt keeps its kind, 1n * 2n, and does not mix with numbers.
    constexpr auto kArithmetic = std::to_array<std::string_view>({"-", "*", "/", "%", "**"});
    return is_in(sign, kArithmetic) && (left.is_only(kNumber) || right.is_only(kNumber)) ? Value::of(kNumber) : Value();
  }
  constexpr Kinds kPlain = kNumber | kBoolean | kNull;
  const auto texts = [](const Value& value) { return value.is_only(kText | kList | kObject | kDate | kJsDate); };
  if (texts(left) || texts(right)) return Value::of(kText);
  if (left.is_only(kPlain) && right.is_only(kPlain)) return Value::of(kNumber);
  // A number plus something gives a number or a text, never an object or list.
  return left.is_only(kNumber) || right.is_only(kNumber) ? Value::of(kText | kNumber) : Value();
}

/// `String(x)`, `JSON.stringify(x)`, `parseInt(x)`: functions that everybody has.
Value value_of_global(std::string_view name) {
  constexpr auto kNumbers =
      std::to_array<std::string_view>({"Number", "parseInt", "parseFloat", "Date.now", "Number.parseInt",
                                       "Number.parseFloat", "Math.round", "Math.floor", "Math.ceil", "Math.min",
                                       "Math.max", "Math.abs", "Math.random", "Math.pow", "Math.sqrt", "Math.trunc"});
  constexpr auto kBooleans = std::to_array<std::string_view>(
      {"Boolean", "isNaN", "isFinite", "Array.isArray", "Number.isNaN", "Number.isInteger", "Number.isFinite"});
  constexpr auto kTexts = std::to_array<std::string_view>({"String", "encodeURIComponent", "decodeURIComponent"});
  constexpr auto kDates = std::to_array<std::string_view>(
      {"DateTime.now", "DateTime.local", "DateTime.utc", "DateTime.fromISO", "DateTime.fromFormat",
       "DateTime.fromMillis", "DateTime.fromSeconds", "DateTime.fromJSDate", "DateTime.fromSQL", "DateTime.fromObject",
       "DateTime.fromRFC2822", "DateTime.fromHTTP"});
  if (is_in(name, kDates)) return Value::of(kDate);
  if (name == "Object.keys") return Value::of_list(Value::of(kText));
  if (name == "Object.entries") return Value::of_list(Value::of(kList));
  constexpr auto kLists = std::to_array<std::string_view>({"Object.values", "Array.from"});
  if (is_in(name, kNumbers)) return Value::of(kNumber);
  if (is_in(name, kBooleans)) return Value::of(kBoolean);
  if (is_in(name, kTexts)) return Value::of(kText);
  if (name == "JSON.stringify") return Value::of(kText | kNull);
  return is_in(name, kLists) ? Value::of(kList) : Value();
}

}  // namespace

Value CodeShape::value(const js::Node& node, int depth) const {
  const js::Node plain = node.unwrapped();
  if (gives_up(depth)) return {};
  switch (plain.kind()) {
    case Kind::string:
    case Kind::template_string:
      if (const auto text = js::string_value(plain)) return Value::of_text(*text);
      return Value::of(kText);
    case Kind::number:
      return plain.text().ends_with('n') ? Value() : Value::of(kNumber);
    case Kind::true_literal:
    case Kind::false_literal:
      return Value::of(kBoolean);
    case Kind::null_literal:
    case Kind::undefined_literal:
      return Value::of(kNull);
    case Kind::object: {
      const Shape shape = object(plain, depth + 1);
      return shape.reached && !shape.open && shape.calls.empty() ? Value::of_object(shape) : Value::of(kObject);
    }
    case Kind::array:
      return value_of_list(plain, depth);
    case Kind::unary_expression:
      if (plain.operator_text() == "!") return Value::of(kBoolean);
      if (plain.operator_text() == "typeof") return Value::of(kText);
      return plain.child(Field::argument).is(Kind::number) ? Value::of(kNumber) : Value();
    case Kind::new_expression:
      return plain.child(Field::constructor).text() == "Date" ? Value::of(kJsDate) : Value();
    case Kind::arrow_function:
    case Kind::function_expression:
      return Value::of(kFunction);
    case Kind::ternary_expression: {
      Value both = value(plain.child(Field::consequence), depth + 1);
      both.join(value(plain.child(Field::alternative), depth + 1));
      return both;
    }
    case Kind::binary_expression:
      return value_of_binary(plain, depth);
    case Kind::identifier:
    case Kind::shorthand_property_identifier:
      return value_of_name(plain, depth);
    case Kind::call_expression:
      return value_of_call(plain, depth);
    case Kind::member_expression:
    case Kind::subscript_expression:
      return value_of_member(plain, depth);
    default:
      return {};
  }
}

Value CodeShape::value_of_binary(const js::Node& node, int depth) const {
  const std::string_view sign = node.operator_text();
  Value left = value(node.child(Field::left), depth + 1);
  const Value right = value(node.child(Field::right), depth + 1);
  if (sign != "||" && sign != "??" && sign != "&&") return value_of_sign(sign, left, right);
  if (sign == "||" || sign == "??") {
    // What is null gives way to the right side.
    if (left.known()) left.kinds = static_cast<Kinds>(left.kinds & static_cast<Kinds>(~kNull));
    if (left.kinds == 0) return right;
  }
  left.join(right);
  return left;
}

Value CodeShape::value_of_list(const js::Node& array, int depth) const {
  Value element;
  bool first = true;
  for (const js::Node child : array.children()) {
    Value one = child.is(Kind::spread_element) ? value_of_spread(child, depth) : value(child, depth + 1);
    if (!one.known() && child.is(Kind::spread_element)) return Value::of(kList);
    if (first) element = one;
    element.join(one);
    first = false;
  }
  return first ? Value::of(kList) : Value::of_list(element);
}

/// What `...list` or `...new Set(list)` puts into a list.
Value CodeShape::value_of_spread(const js::Node& spread, int depth) const {
  js::Node list = spread.first_child().unwrapped();
  if (list.is(Kind::new_expression) && list.child(Field::constructor).text() == "Set")
    list = list.child(Field::arguments).first_child().unwrapped();
  const Value all = list ? value(list, depth + 1) : Value();
  return all.is_only(kList) && all.element ? *all.element : Value();
}

Value CodeShape::value_of_name(const js::Node& identifier, int depth) const {
  if (identifier.text() == "undefined") return Value::of(kNull);
  if (identifier.text() == "$now" || identifier.text() == "$today") return Value::of(kDate);
  const js::Scope& scope = piece_.script.scope();
  const Access access = classify(piece_, identifier);
  if (access.what == What::items || access.what == What::jsons) return Value::of(kList);
  if (access.what == What::json) {
    const Shape shape = passed_through(access);
    return shape.reached && !shape.open && shape.calls.empty() ? Value::of_object(shape) : Value::of(kObject);
  }
  const js::Binding* binding = scope.binding_of(identifier);
  const js::Node known = scope.value_of(identifier);
  if (binding == nullptr || !known) return {};
  const Value its = value(known, depth + 1);
  // An object or list may be changed in place through its name, a text or number not.
  if (its.is_only(kText | kNumber | kBoolean | kNull | kFunction | kDate | kJsDate)) return its;
  if (its.is_only(kList)) return Value::of(kList);
  if (!its.is_only(kObject)) return {};
  const Shape shape = named(As::data, identifier, depth + 1);
  return shape.reached && !shape.open && shape.calls.empty() ? Value::of_object(shape) : Value::of(kObject);
}

Value CodeShape::value_of_call(const js::Node& call, int depth) const {
  const js::Node callee = call.child(Field::function);
  const js::Scope& scope = piece_.script.scope();
  js::Node base = callee;
  while (base.is(Kind::member_expression)) base = base.child(Field::object).unwrapped();
  if (base.is(Kind::identifier) && scope.is_free(base)) {
    if (const Value global = value_of_global(callee.text()); global.known()) return global;
  }
  if (callee.is(Kind::identifier)) return value_of_function(callee, depth + 1);
  if (!callee.is(Kind::member_expression)) return {};
  const Access access = classify(piece_, call);
  if (access.what == What::items || access.what == What::jsons) return Value::of(kList);
  const std::string name = js::property_name(callee).value_or("");
  return value_of_method(call, value(callee.child(Field::object), depth + 1), name, depth);
}

Value CodeShape::value_of_method(const js::Node& call, const Value& object, std::string_view name, int depth) const {
  const bool optional = static_cast<bool>(call.child(Field::function).child(Field::optional_chain));
  const auto gives = [&](Value value) { return optional ? value.or_null() : value; };
  // An own method of an object may give anything.
  if ((object.kinds & kObject) != 0 && object.known()) return {};
  if (is_in(name, kGiveText)) return gives(Value::of(kText));
  if (is_in(name, kGiveNumber)) return gives(Value::of(kNumber));
  if (is_in(name, kGiveBoolean)) return gives(Value::of(kBoolean));
  if (name == "toDateTime") return gives(Value::of(kDate));
  if (object.is_only(kDate) && name == "toJSDate") return gives(Value::of(kJsDate));
  if (object.is_only(kDate) && is_in(name, kGiveDate)) return gives(Value::of(kDate));
  if (object.is_only(kText) && name == "split") return gives(Value::of_list(Value::of(kText)));
  if (object.is_only(kText) && (name == "slice" || name == "replace" || name == "concat"))
    return gives(Value::of(kText));
  if (!object.is_only(kList)) return {};
  if (name == "reduce") return gives(value_of_reduce(call, depth));
  if (name == "filter" || name == "slice" || name == "sort" || name == "reverse" || name == "concat")
    return gives(name == "concat" ? Value::of(kList) : object);
  if (name == "push" || name == "unshift") return gives(Value::of(kNumber));
  if (name != "map") return name == "flat" || name == "flatMap" ? gives(Value::of(kList)) : Value();
  return gives(Value::of_list(value_of_function(call.child(Field::arguments).first_child(), depth + 1)));
}

/// What a function that is written out, or one of the code's own that is named, gives back.
Value CodeShape::value_of_function(const js::Node& named, int depth) const {
  const js::Node function = function_of(named);
  // What an async function gives is a promise.
  if (!function || function.text().starts_with("async")) return {};
  const js::Node body = function.child(Field::body).unwrapped();
  if (!body.is(Kind::statement_block)) return value(body, depth + 1);
  Value given = Value::of(0);
  for (std::uint32_t i = body.index(); i < body.next_index(); ++i) {
    const js::Node node = piece_.script.node(i);
    if (!node.is(Kind::return_statement) || node.enclosing_function() != function) continue;
    const js::Node returned = node.first_child().unwrapped();
    given.join(returned ? value(returned, depth + 1) : Value::of(kNull));
  }
  js::Node last;
  for (const js::Node statement : body.children()) last = statement;
  const bool ends = last.is(Kind::return_statement) || last.is(Kind::throw_statement);
  if (given.kinds == 0) return {};
  return ends ? given : given.or_null();
}

/// `list.reduce((sum, x) => sum + x.n, 0)`: the first value, or what the function gives.
Value CodeShape::value_of_reduce(const js::Node& call, int depth) const {
  const js::Node arguments = call.child(Field::arguments);
  const js::Node function = arguments.first_child();
  const js::Node body = function.is(Kind::arrow_function) ? function.child(Field::body).unwrapped() : js::Node();
  if (arguments.child_count() < 2 || !body || body.is(Kind::statement_block)) return {};
  Value first = value(arguments.at(1), depth + 1);
  // `sum + x`: with a number to begin with it stays a number or becomes a text.
  const bool adds = body.is(Kind::binary_expression) && body.operator_text() == "+";
  if (adds && first.is_only(kNumber | kText)) return Value::of(kNumber | kText);
  Value given = value(body, depth + 1);
  first.join(given);
  return first;
}

Value CodeShape::value_of_member(const js::Node& member, int depth) const {
  const js::Node object_node = member.child(Field::object);
  const bool optional = static_cast<bool>(member.child(Field::optional_chain));
  const auto name = js::property_name(member);
  const Access access = classify(piece_, object_node);
  if (access.what == What::json && name) {
    // An expression writes nothing: the whole shape need not be copied for one field.
    const Value field =
        piece_.is_code() ? passed_through(access).field(*name) : shapes_.of(piece_, access).field(*name);
    return optional ? field.or_null() : field;
  }
  if ((access.what == What::items || access.what == What::jsons) && name == "length") return Value::of(kNumber);
  if (access.what != What::other) return {};
  const Value object = value(object_node, depth + 1);
  if (!object.known()) return {};
  Value result;
  if (name && object.is_only(kObject | kNull) && object.object) {
    const bool absent = !object.object->open && !object.object->fields.contains(*name);
    result = absent ? Value::of(kNull) : object.object->field(*name);
  } else if (name == "length" && object.is_only(kText | kList)) {
    result = Value::of(kNumber);
  } else if (!name && object.is_only(kList) && object.element) {
    result = object.element->or_null();
  }
  return optional || (object.kinds & kNull) != 0 ? result.or_null() : result;
}

}  // namespace kairon::workflow
