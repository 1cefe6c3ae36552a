#pragma once
#include <cstdint>
#include <deque>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::sql {

class Tree;

/// A value of a parse tree: a cheap handle, valid as long as its Tree lives and is not moved. A
/// default-made Node means "absent"; every getter of an absent node answers like an empty one, so
/// chains like n["relation"]["relname"].string() need no checks. libpg_query leaves out fields that
/// are zero, false, empty or null.
class Node {
 public:
  enum class Kind : std::uint8_t { absent, object, array, string, number, boolean };

  Node() = default;
  [[nodiscard]] bool present() const noexcept { return tree_ != nullptr; }
  explicit operator bool() const noexcept { return present(); }
  [[nodiscard]] Kind kind() const noexcept;
  [[nodiscard]] bool is_object() const noexcept { return kind() == Kind::object; }
  [[nodiscard]] bool is_array() const noexcept { return kind() == Kind::array; }

  [[nodiscard]] std::string_view string() const noexcept;  ///< also the name of an enum value
  [[nodiscard]] long long integer(long long otherwise = 0) const noexcept;
  [[nodiscard]] bool boolean() const noexcept;

  /// Number of members or elements.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// The member of that name, absent when there is none.
  [[nodiscard]] Node operator[](std::string_view key) const noexcept;
  /// The element or member at `index`, absent when out of range.
  [[nodiscard]] Node at(std::size_t index) const noexcept;
  [[nodiscard]] Node last() const noexcept;
  /// Key of this value as a member of an object, else "".
  [[nodiscard]] std::string_view key() const noexcept;

  /// The one member of a node wrapper {"CreateStmt": {...}}: key() is the node's type.
  [[nodiscard]] Node inner() const noexcept { return size() == 1 ? at(0) : Node{}; }
  /// The string of {"String": {"sval": "x"}} (also {"str": "x"}, as parsers before 15 write it).
  [[nodiscard]] std::string_view name() const noexcept;

  class Iterator;
  [[nodiscard]] Iterator begin() const noexcept;
  [[nodiscard]] Iterator end() const noexcept;

  friend bool operator==(const Node& a, const Node& b) noexcept { return a.tree_ == b.tree_ && a.index_ == b.index_; }

 private:
  friend class Tree;
  friend class Iterator;
  Node(const Tree* tree, std::uint32_t index) : tree_(tree), index_(index) {}
  const Tree* tree_ = nullptr;
  std::uint32_t index_ = 0;
};

class Node::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Node;
  using difference_type = std::ptrdiff_t;
  using pointer = const Node*;
  using reference = Node;

  Node operator*() const noexcept { return current_; }
  Iterator& operator++() noexcept;
  Iterator operator++(int) noexcept {
    const Iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.current_ == b.current_; }

 private:
  friend class Node;
  explicit Iterator(Node current) : current_(current) {}
  Node current_;
};

/// A tree as libpg_query's JSON describes it. Reads any nesting without recursion. Trees are no
/// files: positions are the `location` members, byte offsets in the statement's text.
class Tree {
 public:
  /// Reads the JSON that the parser wrote; an empty tree when it is not JSON.
  explicit Tree(std::string json);
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  [[nodiscard]] Node root() const noexcept { return values_.empty() ? Node{} : Node{this, 0}; }

 private:
  friend class Node;
  struct Item {
    std::string_view key;
    std::string_view text;
    std::uint32_t next = 0;  ///< index of the next sibling, 0 = none
    std::uint32_t last = 0;  ///< index of the last child
    std::uint32_t size = 0;
    Node::Kind kind = Node::Kind::absent;
  };
  class Reader;
  std::string json_;
  std::deque<std::string> decoded_;
  std::vector<Item> values_;
};

/// Calls `visit(node)` for every object that is a node wrapper's content ({"A_Const": {...}}: the
/// inner object, whose key() is its type), outermost first. `visit` returns false to skip what lies
/// below.
template <typename Visit>
void walk(const Node& root, Visit visit) {
  std::vector<Node> open{root};
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    const std::string_view key = node.key();
    const bool is_node = node.is_object() && !key.empty() && key.front() >= 'A' && key.front() <= 'Z';
    if (is_node && !visit(node)) continue;
    const std::size_t mark = open.size();
    for (const Node child : node) {
      if (child.is_object() || child.is_array()) open.push_back(child);
    }
    for (std::size_t i = mark, j = open.size(); i + 1 < j; ++i) std::swap(open[i], open[--j]);
  }
}

}  // namespace kairon::sql
