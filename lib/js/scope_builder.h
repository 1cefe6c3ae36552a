#pragma once
#include <vector>

#include "js/scope.h"

namespace kairon::js {

/// Collects declarations and usages of a tree in one walk; used by Scope alone.
class ScopeBuilder {
 public:
  explicit ScopeBuilder(const Tree& tree) : tree_(tree), roles_(tree.records.size(), Role::plain) {}
  void build(Scope& scope);

 private:
  enum class Role : std::uint8_t { plain, declaration, write };
  struct Block {
    std::uint32_t begin;
    std::uint32_t end;
    bool function;
  };

  void enter(std::uint32_t index);
  void visit(std::uint32_t index);
  void visit_declaration(const Node& node);
  void visit_for_in(const Node& node);
  void visit_function(const Node& node);
  void visit_named(const Node& node, BindingKind kind);
  /// Declares or marks as written every name of a pattern.
  void pattern(const Node& node, BindingKind kind, Role role);
  void declare(const Node& identifier, BindingKind kind);
  void own_name(const Node& owner);
  void collect_usages();
  [[nodiscard]] Node node(std::uint32_t index) const { return {&tree_, index}; }

  const Tree& tree_;
  std::vector<Role> roles_;
  std::vector<Block> blocks_;
  std::vector<Binding> bindings_;
  std::vector<Usage> usages_;
};

}  // namespace kairon::js
