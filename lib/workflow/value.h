#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::workflow {

struct Shape;

/// Which kinds of value are possible, as a set of bits. `null` stands for null, undefined and absent.
using Kinds = std::uint16_t;
inline constexpr Kinds kText = 1;
inline constexpr Kinds kNumber = 2;
inline constexpr Kinds kBoolean = 4;
inline constexpr Kinds kDate = 8;  ///< Luxon's DateTime, which $now is
inline constexpr Kinds kList = 16;
inline constexpr Kinds kObject = 32;
inline constexpr Kinds kNull = 64;
inline constexpr Kinds kFunction = 128;
inline constexpr Kinds kJsDate = 256;  ///< JavaScript's own Date
inline constexpr Kinds kAnyKind = 511;

/// "a text", "a number or a list": the kinds in words.
[[nodiscard]] std::string kinds_in_words(Kinds kinds);

/// What is known of one value. A default-made one is unknown: it may be anything.
struct Value {
  Kinds kinds = kAnyKind;
  /// The fields of an object (reached, open or closed); null when nothing is known of them.
  std::shared_ptr<const Shape> object;
  /// What the elements of a list are; null when nothing is known of them.
  std::shared_ptr<const Value> element;
  /// The text itself where it is written out, at most kLongestLiteral bytes; null when it is not known.
  std::shared_ptr<const std::string> literal;

  static constexpr std::size_t kLongestLiteral = 200;

  [[nodiscard]] static Value of(Kinds kinds) { return {kinds, nullptr, nullptr, nullptr}; }
  /// A text that is written out.
  [[nodiscard]] static Value of_text(std::string_view text);
  [[nodiscard]] static Value of_object(const Shape& shape);
  [[nodiscard]] static Value of_list(const Value& element);
  [[nodiscard]] bool known() const { return kinds != kAnyKind; }
  /// True when the value is of these kinds and no other.
  [[nodiscard]] bool is_only(Kinds these) const { return kinds != 0 && (kinds & static_cast<Kinds>(~these)) == 0; }
  /// Adds the values of another producer; true when something changed.
  bool join(const Value& other);
  /// The same, possibly null as well.
  [[nodiscard]] Value or_null() const;
};

/// What is known of the data that leaves or enters a node, or of one object in it.
struct Shape {
  using Fields = std::map<std::string, Value, std::less<>>;

  bool reached = false;       ///< something is known to flow here; false = nothing computed yet
  bool open = false;          ///< other fields than `fields` are possible
  bool replaced = false;      ///< a node that replaces the item (Postgres, HTTP Request, chain) precedes it
  bool may_have_ctx = false;  ///< `ctx` is possible
  Fields fields;              ///< fields that some producer writes
  /// Of which kinds the fields beyond `fields` are, when the shape is open (a webhook's query holds texts).
  Kinds others = kAnyKind;
  /// Names of workflows whose own output flows here (executeWorkflow): what they give is not known from
  /// this file alone.
  std::set<std::string> calls;

  /// True when no producer can have written the field.
  [[nodiscard]] bool lacks(const std::string& field) const { return calls.empty() && lacks_here(field); }
  /// The same if the called workflows gave nothing.
  [[nodiscard]] bool lacks_here(const std::string& field) const;
  /// What a field holds; unknown where other producers may write it.
  [[nodiscard]] Value field(std::string_view name) const;
  /// The names of `fields`, in order.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Some producer may write the field.
  void add(std::string_view field, const Value& value = {});
  /// The field holds this, whatever it held before.
  void set(std::string_view field, Value value);
  /// Every field of `later` replaces the one that is here: `{...this, ...later}`.
  void overlay(const Shape& later);
  /// What may be written into this in place.
  void may_gain(const Shape& written);
  /// Joins another producer's shape; true when something changed.
  bool join(const Shape& other);
  [[nodiscard]] static Shape anything();
};

}  // namespace kairon::workflow
