#include "js/scope_builder.h"

#include <algorithm>

namespace kairon::js {
namespace {

bool opens_scope(const Node& node) {
  switch (node.kind()) {
    case Kind::program:
    case Kind::for_statement:
    case Kind::for_in_statement:
    case Kind::switch_body:
    case Kind::catch_clause:
    case Kind::class_static_block:
      return true;
    case Kind::statement_block:
      // A function's body shares the scope of its parameters.
      return !is_function(node.parent().kind());
    default:
      return is_function(node.kind());
  }
}

/// Parts of a pattern that are read, not bound: default values and keys, targets like `a.b`.
bool is_read_in_pattern(const Record& record, Kind parent) {
  switch (record.kind) {
    case Kind::member_expression:
    case Kind::subscript_expression:
    case Kind::computed_property_name:
    case Kind::property_identifier:
      return true;
    default:
      return record.field == Field::right &&
             (parent == Kind::assignment_pattern || parent == Kind::object_assignment_pattern);
  }
}

}  // namespace

void ScopeBuilder::build(Scope& scope) {
  const auto size = static_cast<std::uint32_t>(tree_.records.size());
  for (std::uint32_t index = 0; index < size; ++index) {
    while (!blocks_.empty() && index >= blocks_.back().end) blocks_.pop_back();
    enter(index);
    visit(index);
  }
  std::stable_sort(bindings_.begin(), bindings_.end(),
                   [](const Binding& a, const Binding& b) { return a.name < b.name; });
  collect_usages();
  scope.bindings_ = std::move(bindings_);
  scope.usages_ = std::move(usages_);
}

void ScopeBuilder::enter(std::uint32_t index) {
  const Node at = node(index);
  if (!opens_scope(at)) return;
  const bool function = index == 0 || is_function(at.kind()) || at.is(Kind::class_static_block);
  blocks_.push_back({index, tree_.records[index].next, function});
}

void ScopeBuilder::visit(std::uint32_t index) {
  const Node at = node(index);
  switch (at.kind()) {
    case Kind::variable_declaration:
    case Kind::lexical_declaration:
      return visit_declaration(at);
    case Kind::for_in_statement:
      return visit_for_in(at);
    case Kind::function_declaration:
    case Kind::generator_function_declaration:
    case Kind::function_expression:
    case Kind::generator_function:
    case Kind::arrow_function:
    case Kind::method_definition:
      return visit_function(at);
    case Kind::class_declaration:
      return declare(at.child(Field::name), BindingKind::class_);
    case Kind::class_expression:
      return own_name(at);
    case Kind::catch_clause:
      return pattern(at.child(Field::parameter), BindingKind::catch_parameter, Role::declaration);
    case Kind::import_clause:
    case Kind::import_specifier:
      return visit_named(at, BindingKind::import);
    case Kind::assignment_expression:
    case Kind::augmented_assignment_expression:
      return pattern(at.child(Field::left).unwrapped(), BindingKind::var, Role::write);
    case Kind::update_expression:
      return pattern(at.child(Field::argument).unwrapped(), BindingKind::var, Role::write);
    default:
      return;
  }
}

void ScopeBuilder::visit_declaration(const Node& declaration) {
  BindingKind kind = BindingKind::var;
  if (declaration.is(Kind::lexical_declaration)) {
    kind = declaration.child(Field::kind).text() == "const" ? BindingKind::constant : BindingKind::let;
  }
  for (const Node declarator : declaration.children()) {
    if (declarator.is(Kind::variable_declarator)) pattern(declarator.child(Field::name), kind, Role::declaration);
  }
}

void ScopeBuilder::visit_for_in(const Node& loop) {
  const std::string_view kind = loop.child(Field::kind).text();
  const Node left = loop.child(Field::left);
  if (kind.empty()) return pattern(left.unwrapped(), BindingKind::var, Role::write);
  pattern(left,
          kind == "const" ? BindingKind::constant
          : kind == "let" ? BindingKind::let
                          : BindingKind::var,
          Role::declaration);
}

void ScopeBuilder::visit_function(const Node& function) {
  if (function.is(Kind::function_declaration) || function.is(Kind::generator_function_declaration)) {
    // The name belongs to the block around the function.
    const Block own = blocks_.back();
    blocks_.pop_back();
    declare(function.child(Field::name), BindingKind::function);
    blocks_.push_back(own);
  } else if (!function.is(Kind::method_definition)) {
    own_name(function);
  }
  pattern(function.child(Field::parameter), BindingKind::parameter, Role::declaration);
  for (const Node parameter : function.child(Field::parameters).children()) {
    pattern(parameter, BindingKind::parameter, Role::declaration);
  }
}

void ScopeBuilder::visit_named(const Node& clause, BindingKind kind) {
  const Node alias = clause.child(Field::alias);
  if (alias) return declare(alias, kind);
  for (const Node child : clause.children()) {
    if (child.is(Kind::identifier)) declare(child, kind);
  }
}

void ScopeBuilder::pattern(const Node& top, BindingKind kind, Role role) {
  if (!top) return;
  std::uint32_t index = top.index();
  while (index < top.next_index()) {
    const Record& record = tree_.records[index];
    if (is_read_in_pattern(record, tree_.records[record.parent].kind)) {
      index = record.next;
      continue;
    }
    if (record.kind == Kind::identifier || record.kind == Kind::shorthand_property_identifier_pattern) {
      roles_[index] = role;
      if (role == Role::declaration) declare(node(index), kind);
    }
    // In a parameter list tree-sitter may leave a default's expression bare; nothing else nests.
    ++index;
  }
}

void ScopeBuilder::declare(const Node& identifier, BindingKind kind) {
  if (!identifier) return;
  roles_[identifier.index()] = Role::declaration;
  const bool hoisted = kind == BindingKind::var || kind == BindingKind::function;
  std::size_t at = blocks_.size() - 1;
  while (hoisted && at > 0 && !blocks_[at].function) --at;
  Binding binding;
  binding.name = identifier.text();
  binding.kind = kind;
  binding.node = identifier.index();
  binding.scope_begin = blocks_[at].begin;
  binding.scope_end = blocks_[at].end;
  binding.block_begin = blocks_.back().begin;
  bindings_.push_back(binding);
}

void ScopeBuilder::own_name(const Node& owner) {
  const Node name = owner.child(Field::name);
  if (!name) return;
  roles_[name.index()] = Role::declaration;
  bindings_.push_back(
      {name.text(), BindingKind::own_name, name.index(), owner.index(), owner.next_index(), owner.index()});
}

void ScopeBuilder::collect_usages() {
  for (std::uint32_t index = 0; index < tree_.records.size(); ++index) {
    const Record& record = tree_.records[index];
    const bool name = record.kind == Kind::identifier || record.kind == Kind::shorthand_property_identifier ||
                      record.kind == Kind::shorthand_property_identifier_pattern;
    if (!name || roles_[index] == Role::declaration) continue;
    Usage usage;
    usage.node = index;
    usage.write = roles_[index] == Role::write;
    const std::string_view text = node(index).text();
    auto found = std::lower_bound(bindings_.begin(), bindings_.end(), text,
                                  [](const Binding& a, std::string_view b) { return a.name < b; });
    std::uint32_t narrowest = 0;
    for (; found != bindings_.end() && found->name == text; ++found) {
      const bool visible = index >= found->scope_begin && index < found->scope_end;
      // The innermost scope wins; inside one function its own name is the weakest.
      if (!visible || (usage.binding != Usage::kUnbound &&
                       (found->scope_begin < narrowest ||
                        (found->scope_begin == narrowest && found->kind == BindingKind::own_name)))) {
        continue;
      }
      narrowest = found->scope_begin;
      usage.binding = static_cast<std::uint32_t>(found - bindings_.begin());
    }
    usages_.push_back(usage);
  }
}

}  // namespace kairon::js
