#include "catalogue/level.h"

#include <algorithm>
#include <functional>

namespace kairon::catalogue {

namespace {

bool is_nested(PropertyType type) { return type == PropertyType::collection || type == PropertyType::fixed_collection; }

/// A comparison of two numbers; anything that JavaScript would have to convert first is left open.
template <typename Compare>
Shown compare(const Datum& value, const Literal& target, Compare compare) {
  if (value.state() == Datum::State::absent) return Shown::no;
  if (value.type() != json::Type::number || target.type() != json::Type::number) return Shown::maybe;
  return compare(value.number(), target.number()) ? Shown::yes : Shown::no;
}

Shown truth(bool value) { return value ? Shown::yes : Shown::no; }

bool exists(const Datum& value) {
  if (value.state() == Datum::State::absent || value.type() == json::Type::null) return false;
  return value.type() != json::Type::string || !value.string().empty();
}

Shown between(const Datum& value, const Literal& range) {
  return std::min(compare(value, range["from"], std::greater_equal<>()),
                  compare(value, range["to"], std::less_equal<>()));
}

/// One `_cnd` of a display condition.
Shown holds(std::string_view operation, const Literal& target, const Datum& value) {
  if (operation == "eq") return truth(value.equals(target));
  if (operation == "not") return truth(!value.equals(target));
  if (operation == "gte") return compare(value, target, std::greater_equal<>());
  if (operation == "lte") return compare(value, target, std::less_equal<>());
  if (operation == "gt") return compare(value, target, std::greater<>());
  if (operation == "lt") return compare(value, target, std::less<>());
  if (operation == "between") return between(value, target);
  if (operation == "exists") return truth(exists(value));
  if (operation == "startsWith") return truth(value.string().starts_with(target.string()));
  if (operation == "endsWith") return truth(value.string().ends_with(target.string()));
  if (operation == "includes") return truth(value.string().find(target.string()) != std::string_view::npos);
  return Shown::maybe;
}

Shown all_hold(const Literal& condition, const std::vector<Datum>& values) {
  Shown result = Shown::yes;
  for (const Datum& value : values) result = std::min(result, holds(condition.key(0), condition.at(0), value));
  return result;
}

/// checkConditions: some condition of the list is met.
Shown some_met(const Literal& conditions, const std::vector<Datum>& values) {
  Shown result = Shown::no;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const Literal condition = conditions.at(i);
    const Literal special = condition["_cnd"];
    const bool equal = std::any_of(values.begin(), values.end(), [&](const Datum& v) { return v.equals(condition); });
    result = std::max(result, special.present() ? all_hold(special, values) : truth(equal));
  }
  return result;
}

bool some_open(const std::vector<Datum>& values) {
  return std::any_of(values.begin(), values.end(), [](const Datum& value) { return value.open(); });
}

}  // namespace

Level::Level(const NodeContext& context, Properties properties, json::Value values, Kind kind, const Level* root)
    : context_(context), properties_(properties), values_(values), kind_(kind), root_(root == nullptr ? this : root) {}

Shown Level::shown(const Property& property) const {
  const Literal show = property.display()["show"];
  const Literal hide = property.display()["hide"];
  Shown result = Shown::yes;
  for (std::size_t i = 0; i < show.size(); ++i) {
    const std::vector<Datum> values = condition_value(show.key(i)).elements();
    if (some_open(values)) return Shown::maybe;
    result = std::min(result, values.empty() ? Shown::no : some_met(show.at(i), values));
    if (result == Shown::no) return result;
  }
  for (std::size_t i = 0; i < hide.size(); ++i) {
    const std::vector<Datum> values = condition_value(hide.key(i)).elements();
    const Shown hidden = some_open(values) ? Shown::maybe : values.empty() ? Shown::no : some_met(hide.at(i), values);
    if (hidden == Shown::yes) return Shown::no;
    if (hidden == Shown::maybe) result = std::min(result, Shown::maybe);
  }
  return result;
}

Shown Level::shown_with_conditions(const Property& property) const {
  Shown result = shown(property);
  const Literal show = property.display()["show"];
  for (std::size_t i = 0; i < show.size() && result != Shown::no; ++i) {
    std::string_view key = show.key(i);
    if (key.starts_with('@')) continue;
    const bool absolute = key.starts_with('/');
    key = key.substr(absolute ? 1 : 0);
    result = std::min(result, (absolute ? root_ : this)->any_shown(key.substr(0, key.find('.'))));
  }
  return result;
}

Shown Level::any_shown(std::string_view name) const {
  Shown result = Shown::no;
  for (const Property property : properties_)
    if (property.name() == name) result = std::max(result, shown(property));
  return result;
}

bool Level::other_version(const Property& property) const {
  const std::vector<Datum> version = {Datum::of(context_.version)};
  const Literal shown_for = property.display()["show"]["@version"];
  const Literal hidden_for = property.display()["hide"]["@version"];
  if (shown_for.present() && some_met(shown_for, version) == Shown::no) return true;
  return hidden_for.present() && some_met(hidden_for, version) == Shown::yes;
}

Datum Level::condition_value(std::string_view key) const {
  if (key == "@version") return Datum::of(context_.version);
  if (key == "@tool") return Datum::of_truth(context_.tool);
  Datum value = key.starts_with('/') ? root_->at_path(key.substr(1)) : at_path(key);
  if (value.member("__rl").boolean()) return value.member("value");
  return value;
}

Datum Level::at_path(std::string_view path) const {
  std::size_t dot = path.find('.');
  const std::string_view head = path.substr(0, dot);
  if (dot == std::string_view::npos) return value_of(head);
  // n8n looks into collections here when it judges, but not when it loads: left open.
  for (const Property property : properties_)
    if (property.name() == head && is_nested(property.type())) return Datum(Datum::State::unknown);
  Datum value = value_of(head);
  while (dot != std::string_view::npos) {
    path.remove_prefix(dot + 1);
    dot = path.find('.');
    value = value.member(path.substr(0, dot));
  }
  return value;
}

Datum Level::value_of(std::string_view name) const {
  for (const Known& known : known_)
    // Not ready: conditions that look at each other in a circle.
    if (known.name == name) return known.ready ? known.value : Datum(Datum::State::unknown);
  const std::size_t index = known_.size();
  known_.push_back({name, {}, false});
  Datum value = compute(name);
  known_[index].value = value;
  known_[index].ready = true;
  return value;
}

Datum Level::compute(std::string_view name) const {
  std::vector<Property> named;
  for (const Property property : properties_)
    if (property.name() == name && !is_nested(property.type())) named.push_back(property);
  if (named.size() == 1) return filled(named.front());
  // Of several parameters of one name the shown one counts, the last when there are more.
  Datum value;
  Shown best = Shown::no;
  for (const Property& property : named) {
    const Shown is_shown = shown(property);
    if (is_shown == Shown::no) continue;
    best = is_shown;
    value = filled(property);
  }
  const bool given = values_[name].present();
  if (best == Shown::maybe && !given) return Datum(Datum::State::unknown);
  return value;
}

Datum Level::filled(const Property& property) const {
  const json::Value given = values_[property.name()];
  const PropertyType type = property.type();
  const bool null_counts = type == PropertyType::boolean || type == PropertyType::number ||
                           type == PropertyType::options || type == PropertyType::resource_locator;
  if (given.present() && (null_counts || !given.is_null())) {
    // n8n takes such a text as it is, without the leading "=".
    if (property.has(layout::kNoDataExpression) && given.string().starts_with('='))
      return Datum::of_text(given.string().substr(1));
    return Datum(given);
  }
  if (kind_ == Kind::collection) return {};
  const Literal otherwise = property.default_value();
  if (type == PropertyType::resource_locator && otherwise.type() == json::Type::object)
    return Datum(otherwise["value"]);
  return Datum(otherwise);
}

}  // namespace kairon::catalogue
