#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "js/tree.h"

namespace kairon::js {

enum class BindingKind : std::uint8_t {
  var,
  let,
  constant,
  function,
  class_,
  parameter,
  catch_parameter,
  own_name,  ///< name of a function or class expression, seen inside it only
  import
};

/// A declared name.
struct Binding {
  std::string_view name;
  BindingKind kind = BindingKind::var;
  std::uint32_t node = 0;         ///< the identifier that declares it
  std::uint32_t scope_begin = 0;  ///< node indexes [begin, end) in which it is visible, hoisting included
  std::uint32_t scope_end = 0;
  std::uint32_t block_begin = 0;  ///< the block that declares it (differs for functions in blocks)
};

/// A use of a name that is not its declaration.
struct Usage {
  std::uint32_t node = 0;
  std::uint32_t binding = kUnbound;
  bool write = false;
  static constexpr std::uint32_t kUnbound = 0xFFFFFFFF;
};

/// The second declaration of a name that may be declared only once.
struct Redeclaration {
  std::uint32_t node = 0;
  std::string_view name;
};

/// What every name of a script means. Sloppy mode, as n8n runs Code: functions in blocks are
/// visible in the whole function, and a plain assignment to an undeclared name declares a global.
class Scope {
 public:
  explicit Scope(const Tree& tree);

  [[nodiscard]] const std::vector<Binding>& bindings() const { return bindings_; }
  [[nodiscard]] const std::vector<Usage>& usages() const { return usages_; }
  /// The binding an identifier refers to or declares, null when it is free or no identifier.
  [[nodiscard]] const Binding* binding_of(const Node& identifier) const;
  /// Free identifiers that fail when they are reached: not declared, not created by a plain
  /// assignment, not looked at with `typeof` somewhere. In order of appearance.
  [[nodiscard]] std::vector<Node> free_identifiers() const;
  /// True when something besides its declaration sets the name.
  [[nodiscard]] bool is_written(const Binding& binding) const {
    return assigned_[static_cast<std::size_t>(&binding - bindings_.data())] != 0;
  }
  /// Every use of a name, its declaration left out, in order of appearance.
  [[nodiscard]] std::vector<Node> uses_of(const Binding& binding) const;
  /// True when `name` stands free at that node: nothing of the script declares it there.
  [[nodiscard]] bool is_free(const Node& identifier) const;
  /// Assignments to constants: the written identifiers.
  [[nodiscard]] std::vector<Node> constant_assignments() const;
  [[nodiscard]] std::vector<Redeclaration> redeclarations() const;
  /// The value of a name that is set exactly once, in its declaration, by `name = value` (const, or
  /// let and var that are never written again): the initializer. Absent otherwise.
  [[nodiscard]] Node value_of(const Node& identifier) const;

 private:
  friend class ScopeBuilder;
  const Tree* tree_;
  std::vector<Binding> bindings_;        ///< sorted by name
  std::vector<Usage> usages_;            ///< in order of appearance
  std::vector<std::uint32_t> assigned_;  ///< per binding: number of writes
};

}  // namespace kairon::js
