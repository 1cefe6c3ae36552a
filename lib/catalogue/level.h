#pragma once
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"
#include "json/document.h"

namespace kairon::catalogue {

/// Whether n8n shows (and therefore keeps) a parameter. `maybe`: that depends on an expression or
/// on something this program does not evaluate; nothing may be concluded.
enum class Shown { no, maybe, yes };

/// What the conditions `@version` and `@tool` refer to.
struct NodeContext {
  double version = 0;
  bool tool = false;
};

/// A value that a display condition looks at: from the file, or a default.
class Datum {
 public:
  enum class State { absent, unknown, known };
  Datum() = default;
  explicit Datum(State state) : state_(state) {}
  explicit Datum(const json::Value& value) : state_(State::known), file_(value) {}
  explicit Datum(const Literal& value) : state_(value.present() ? State::known : State::absent), literal_(value) {}
  static Datum of(double number);
  static Datum of_text(std::string_view text);
  static Datum of_truth(bool truth) {
    Datum datum(State::known);
    datum.own_truth_ = truth;
    return datum;
  }

  [[nodiscard]] State state() const { return state_; }
  /// Unknown, or a text that n8n evaluates when the node runs.
  [[nodiscard]] bool open() const { return state_ == State::unknown || string().starts_with('='); }
  [[nodiscard]] json::Type type() const;
  [[nodiscard]] std::string_view string() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] Datum member(std::string_view key) const;
  /// The elements of an array, else the value itself.
  [[nodiscard]] std::vector<Datum> elements() const;
  /// JavaScript's === (isEqual for scalars).
  [[nodiscard]] bool equals(const Literal& other) const;

 private:
  State state_ = State::absent;
  json::Value file_;
  Literal literal_;
  std::optional<double> own_number_;
  std::optional<std::string_view> own_text_;
  std::optional<bool> own_truth_;
};

/// One level of a node's parameters (the node itself, a collection, one entry of a fixedCollection)
/// with the defaults filled in, and n8n's display rules over it (n8n-workflow, node-helpers.ts:
/// getNodeParameters, displayParameter, checkConditions).
class Level {
 public:
  enum class Kind { root, collection, group };
  /// `root` is the node's level, null when this is it. Everything given must outlive the level.
  Level(const NodeContext& context, Properties properties, json::Value values, Kind kind, const Level* root);

  [[nodiscard]] const Properties& properties() const { return properties_; }
  [[nodiscard]] const json::Value& values() const { return values_; }
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] Shown shown(const Property& property) const;
  /// As shown(), and so is every parameter that its conditions look at: n8n removes hidden
  /// parameters before it looks for empty required ones.
  [[nodiscard]] Shown shown_with_conditions(const Property& property) const;
  /// `@version` alone hides the parameter.
  [[nodiscard]] bool other_version(const Property& property) const;

 private:
  struct Known {
    std::string_view name;
    Datum value;
    bool ready = false;
  };
  [[nodiscard]] Datum value_of(std::string_view name) const;
  [[nodiscard]] Datum compute(std::string_view name) const;
  [[nodiscard]] Datum filled(const Property& property) const;
  [[nodiscard]] Datum at_path(std::string_view path) const;
  [[nodiscard]] Datum condition_value(std::string_view key) const;
  [[nodiscard]] Shown any_shown(std::string_view name) const;

  const NodeContext& context_;
  Properties properties_;
  json::Value values_;
  Kind kind_;
  const Level* root_;
  mutable std::deque<Known> known_;
};

}  // namespace kairon::catalogue
