#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "json/document.h"

namespace kairon::n8n {

/// A JSON value that can be changed: what a workflow is while it is made ready for a server.
/// Objects keep the order of their members; numbers keep their text.
class Tree {
 public:
  using Array = std::vector<Tree>;
  using Member = std::pair<std::string, Tree>;
  using Object = std::vector<Member>;
  struct Number {
    std::string text;
  };

  Tree() = default;  ///< null
  Tree(std::string text) : state_(std::move(text)) {}
  Tree(std::string_view text) : state_(std::string(text)) {}
  Tree(const char* text) : state_(std::string(text)) {}
  [[nodiscard]] static Tree boolean(bool value);
  [[nodiscard]] static Tree integer(long long value);
  [[nodiscard]] static Tree array() { return Tree(State(Array{})); }
  [[nodiscard]] static Tree object() { return Tree(State(Object{})); }
  /// A copy of a document's value; an absent value gives null.
  [[nodiscard]] static Tree from(const json::Value& value);
  /// Parses JSON text.
  [[nodiscard]] static Result<Tree> parse(std::string text);

  [[nodiscard]] bool is_null() const noexcept { return state_.index() == 0; }
  [[nodiscard]] bool is_boolean() const noexcept { return state_.index() == 1; }
  [[nodiscard]] bool is_number() const noexcept { return state_.index() == 2; }
  [[nodiscard]] bool is_string() const noexcept { return state_.index() == 3; }
  [[nodiscard]] bool is_array() const noexcept { return state_.index() == 4; }
  [[nodiscard]] bool is_object() const noexcept { return state_.index() == 5; }

  [[nodiscard]] const std::string& string() const noexcept;  ///< "" when it is none
  [[nodiscard]] bool boolean_or(bool otherwise) const noexcept;
  [[nodiscard]] double number_or(double otherwise) const noexcept;
  [[nodiscard]] long long integer_or(long long otherwise) const noexcept;

  /// Elements; empty for everything but an array.
  [[nodiscard]] const Array& items() const noexcept;
  [[nodiscard]] Array& items();  ///< becomes an array when it is none
  /// Members; empty for everything but an object.
  [[nodiscard]] const Object& members() const noexcept;
  [[nodiscard]] Object& members();  ///< becomes an object when it is none

  /// The member, a null when there is none.
  [[nodiscard]] const Tree& operator[](std::string_view key) const noexcept;
  [[nodiscard]] const Tree* find(std::string_view key) const noexcept;
  [[nodiscard]] Tree* find(std::string_view key) noexcept;
  [[nodiscard]] bool has(std::string_view key) const noexcept { return find(key) != nullptr; }
  /// Adds or replaces a member and returns it.
  Tree& set(std::string_view key, Tree value);
  void erase(std::string_view key);
  void push(Tree value) { items().push_back(std::move(value)); }
  [[nodiscard]] bool empty() const noexcept { return items().empty() && members().empty(); }

  void write(json::Writer& writer) const;
  [[nodiscard]] std::string dump(json::Writer::Style style = json::Writer::Style::compact) const;

  /// Equal values: the order of members does not count, numbers compare by value.
  friend bool operator==(const Tree& a, const Tree& b);

 private:
  using State = std::variant<std::monostate, bool, Number, std::string, Array, Object>;
  explicit Tree(State state) : state_(std::move(state)) {}
  State state_;
};

}  // namespace kairon::n8n
