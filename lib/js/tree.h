#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::js {

/// What a node is. `token`: an operator or keyword that carries a field, or `async`/`await`.
enum class Kind : std::uint8_t {
  none,
  other,
  token,
#define KAIRON_JS_KIND(name, enumerator) enumerator,
#include "js/kinds.inc"
#undef KAIRON_JS_KIND
};

/// Which role a node has in its parent.
enum class Field : std::uint8_t {
  none,
#define KAIRON_JS_FIELD(name, enumerator) enumerator,
#include "js/fields.inc"
#undef KAIRON_JS_FIELD
};

/// One node of the flat tree. Records stand in pre-order: a node's subtree is [its index, next).
struct Record {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t parent = 0;  ///< the root is its own parent
  std::uint32_t next = 0;    ///< index behind the subtree
  Kind kind = Kind::none;
  Field field = Field::none;
};

/// A syntax tree without comments and punctuation.
struct Tree {
  std::string_view source;
  std::vector<Record> records;
};

/// Handle of a node: cheap, valid as long as the Script it came from. A default-made Node is
/// absent; every question to an absent node gets an empty answer, so chains need no checks.
class Node {
 public:
  Node() = default;
  Node(const Tree* tree, std::uint32_t index) : tree_(tree), index_(index) {}

  explicit operator bool() const noexcept { return tree_ != nullptr; }
  [[nodiscard]] Kind kind() const noexcept { return tree_ != nullptr ? record().kind : Kind::none; }
  [[nodiscard]] bool is(Kind kind) const noexcept { return this->kind() == kind; }
  [[nodiscard]] Field field() const noexcept { return tree_ != nullptr ? record().field : Field::none; }
  /// Bytes of the script's source.
  [[nodiscard]] std::size_t begin_offset() const noexcept { return tree_ != nullptr ? record().begin : 0; }
  [[nodiscard]] std::size_t end_offset() const noexcept { return tree_ != nullptr ? record().end : 0; }
  [[nodiscard]] std::string_view text() const noexcept;
  /// Place in pre-order; a node contains another when that lies in [index(), next_index()).
  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] std::uint32_t next_index() const noexcept { return tree_ != nullptr ? record().next : 0; }
  [[nodiscard]] bool contains(const Node& other) const noexcept;

  [[nodiscard]] Node parent() const noexcept;  ///< absent for the root
  [[nodiscard]] Node child(Field field) const noexcept;
  [[nodiscard]] Node first_child() const noexcept;
  [[nodiscard]] Node next_sibling() const noexcept;
  /// The child at `position`, absent when there are fewer.
  [[nodiscard]] Node at(std::size_t position) const noexcept;
  [[nodiscard]] std::size_t child_count() const noexcept;
  /// Text of the operator token: "+", "typeof", "??=".
  [[nodiscard]] std::string_view operator_text() const noexcept { return child(Field::operator_).text(); }
  /// This node, or what is inside its parentheses.
  [[nodiscard]] Node unwrapped() const noexcept;
  /// The nearest function around this node, absent when that is the script itself.
  [[nodiscard]] Node enclosing_function() const noexcept;

  friend bool operator==(const Node& a, const Node& b) noexcept { return a.tree_ == b.tree_ && a.index_ == b.index_; }

  /// Children in order: `for (Node child : node.children())`.
  class Range;
  [[nodiscard]] Range children() const noexcept;

 private:
  [[nodiscard]] const Record& record() const noexcept { return tree_->records[index_]; }
  const Tree* tree_ = nullptr;
  std::uint32_t index_ = 0;
};

class Node::Range {
 public:
  class Iterator {
   public:
    explicit Iterator(Node current) : current_(current) {}
    Node operator*() const noexcept { return current_; }
    Iterator& operator++() noexcept {
      current_ = current_.next_sibling();
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.current_ == b.current_; }

   private:
    Node current_;
  };
  explicit Range(Node first) : first_(first) {}
  [[nodiscard]] Iterator begin() const noexcept { return Iterator(first_); }
  [[nodiscard]] Iterator end() const noexcept { return Iterator(Node()); }

 private:
  Node first_;
};

/// True for every kind of function, methods included.
[[nodiscard]] bool is_function(Kind kind) noexcept;
/// True for a function that may use `await`.
[[nodiscard]] bool is_async(const Node& function);
/// True inside the block of a `try` that has a `catch`: what throws there is expected to. The catch and
/// finally blocks themselves do not count.
[[nodiscard]] bool is_in_try_block(Node node);
/// The name that a member or subscript access reads when it is written out: `a.b`, `a["b"]`; of a
/// pair or method its key. Nothing when it is computed.
[[nodiscard]] std::optional<std::string> property_name(const Node& node);
/// The value of a string literal, or of a template without `${}`; nothing for anything else.
[[nodiscard]] std::optional<std::string> string_value(const Node& node);
/// The string with its JavaScript escapes resolved (ECMAScript 12.9.4); a broken escape stays.
[[nodiscard]] std::string unescape(std::string_view body);

}  // namespace kairon::js
