#include "js/scope.h"

#include <algorithm>
#include <set>

#include "js/scope_builder.h"

namespace kairon::js {
namespace {

bool is_lexical(BindingKind kind) {
  return kind == BindingKind::let || kind == BindingKind::constant || kind == BindingKind::class_ ||
         kind == BindingKind::import;
}

/// Whether two declarations of one name exclude each other (ECMAScript 14.2.1, 14.3.1, 15.1.1).
bool collide(const Binding& lexical, const Binding& other) {
  if (other.kind == BindingKind::own_name) return false;
  if (other.kind == BindingKind::var) {
    // A var hoists through every block between it and its function.
    return lexical.scope_begin >= other.scope_begin && other.node >= lexical.scope_begin &&
           other.node < lexical.scope_end;
  }
  return lexical.scope_begin == other.block_begin;
}

}  // namespace

Scope::Scope(const Tree& tree) : tree_(&tree) {
  ScopeBuilder(tree).build(*this);
  assigned_.assign(bindings_.size(), 0);
  for (const Usage& usage : usages_) {
    if (usage.write && usage.binding != Usage::kUnbound) ++assigned_[usage.binding];
  }
}

const Binding* Scope::binding_of(const Node& identifier) const {
  const auto usage = std::lower_bound(usages_.begin(), usages_.end(), identifier.index(),
                                      [](const Usage& a, std::uint32_t b) { return a.node < b; });
  if (usage != usages_.end() && usage->node == identifier.index()) {
    return usage->binding == Usage::kUnbound ? nullptr : &bindings_[usage->binding];
  }
  for (const Binding& binding : bindings_) {
    if (binding.node == identifier.index()) return &binding;
  }
  return nullptr;
}

bool Scope::is_free(const Node& identifier) const { return binding_of(identifier) == nullptr; }

std::vector<Node> Scope::free_identifiers() const {
  std::set<std::string_view> excused;
  for (const Usage& usage : usages_) {
    if (usage.binding != Usage::kUnbound) continue;
    const Node node(tree_, usage.node);
    Node around = node.parent();
    while (around.is(Kind::parenthesized_expression)) around = around.parent();
    const bool creates =
        usage.write && !around.is(Kind::augmented_assignment_expression) && !around.is(Kind::update_expression);
    if (creates || (around.is(Kind::unary_expression) && around.operator_text() == "typeof"))
      excused.insert(node.text());
    if (node.text() == "arguments") excused.insert(node.text());
  }
  for (const Record& record : tree_->records) {
    if (record.kind == Kind::with_statement) return {};
  }
  std::vector<Node> free;
  for (const Usage& usage : usages_) {
    const Node node(tree_, usage.node);
    if (usage.binding == Usage::kUnbound && excused.count(node.text()) == 0) free.push_back(node);
  }
  return free;
}

std::vector<Node> Scope::uses_of(const Binding& binding) const {
  std::vector<Node> uses;
  for (const Usage& usage : usages_) {
    if (usage.binding != Usage::kUnbound && &bindings_[usage.binding] == &binding) uses.emplace_back(tree_, usage.node);
  }
  return uses;
}

std::vector<Node> Scope::constant_assignments() const {
  std::vector<Node> found;
  for (const Usage& usage : usages_) {
    if (!usage.write || usage.binding == Usage::kUnbound) continue;
    if (bindings_[usage.binding].kind == BindingKind::constant) found.emplace_back(tree_, usage.node);
  }
  return found;
}

std::vector<Redeclaration> Scope::redeclarations() const {
  // The first one of a name is all that anybody is told; a name that a generated text declares ten thousand times
  // in blocks of its own is not compared with itself for ever.
  constexpr std::size_t kNextOnes = 1000;
  std::vector<Redeclaration> found;
  for (std::size_t i = 0; i < bindings_.size(); ++i) {
    const std::size_t end = std::min(bindings_.size(), i + kNextOnes);
    const std::size_t before = found.size();
    for (std::size_t k = i + 1; k < end && found.size() == before && bindings_[k].name == bindings_[i].name; ++k) {
      const Binding& a = bindings_[i];
      const Binding& b = bindings_[k];
      if ((is_lexical(a.kind) && collide(a, b)) || (is_lexical(b.kind) && collide(b, a))) {
        found.push_back({std::max(a.node, b.node), a.name});
      }
    }
  }
  return found;
}

Node Scope::value_of(const Node& identifier) const {
  const Binding* binding = binding_of(identifier);
  if (binding == nullptr || assigned_[static_cast<std::size_t>(binding - bindings_.data())] != 0) return {};
  const Node declarator = Node(tree_, binding->node).parent();
  if (!declarator.is(Kind::variable_declarator) || declarator.child(Field::name).index() != binding->node) return {};
  return declarator.child(Field::value).unwrapped();
}

}  // namespace kairon::js
