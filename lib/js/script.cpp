#include "js/script.h"

#include <algorithm>

#include "js/internal.h"
#include "js/scope.h"

namespace kairon::js {
namespace {

/// tree-sitter counts bytes in 32 bits.
constexpr std::size_t kMaxSource = std::size_t{64} << 20U;

/// libtree-sitter 0.20 corrupts its heap when an error is after 65,536 open tokens (found by
/// trying). A text that is shorter than that cannot have so many.
constexpr std::size_t kMaxOpenTokens = 60'000;

bool is_readable(std::string_view source) {
  if (source.size() > kMaxSource) return false;
  return source.size() <= kMaxOpenTokens || internal::nesting_bound(source) <= kMaxOpenTokens;
}

}  // namespace

Script::Script() : tree_(std::make_unique<Tree>()) { internal::reset(*tree_); }
Script::Script(Script&&) noexcept = default;
Script& Script::operator=(Script&&) noexcept = default;
Script::~Script() = default;

namespace {

/// n8n's parser (esprima, by way of Tournament) reads a statement: what begins with `function` or `class`
/// is a declaration there, and `await` is a name like any other.
std::optional<SyntaxError> statement_problem(const Node& statement) {
  for (Node node = statement; node && node.begin_offset() == statement.begin_offset(); node = node.first_child()) {
    const bool declares =
        node.is(Kind::function_expression) || node.is(Kind::generator_function) || node.is(Kind::class_expression);
    if (declares) return SyntaxError{node.begin_offset(), "a function or class here needs parentheses around it"};
    if (node.is(Kind::await_expression)) return SyntaxError{node.begin_offset(), "expressions cannot await anything"};
  }
  return std::nullopt;
}

}  // namespace

Script::Script(std::string_view source, Goal goal) : tree_(std::make_unique<Tree>()), goal_(goal) {
  tree_->source = source;
  if (!is_readable(source)) {
    internal::reset(*tree_);
    error_ = SyntaxError{0, "the code is too large or nested too deeply to be read"};
    return;
  }
  if (goal == Goal::expression && internal::parse_simple(*tree_)) return;
  error_ = internal::parse(*tree_, goal);
  if (error_) return;
  if (goal == Goal::expression && !root().first_child().is(Kind::expression_statement)) {
    error_ = SyntaxError{0, size() == 1 ? "the expression is empty" : "this is not an expression"};
    return;
  }
  if (goal == Goal::expression) error_ = statement_problem(root().first_child());
  if (!error_) error_ = internal::find_early_error(*this);
}

Node Script::expression() const noexcept {
  if (goal_ != Goal::expression || error_) return {};
  return root().first_child().first_child().unwrapped();
}

const Scope& Script::scope() const {
  if (!scope_) scope_ = std::make_unique<Scope>(*tree_);
  return *scope_;
}

std::size_t Script::line_of(std::size_t offset) const {
  const std::string_view before = source().substr(0, offset);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

}  // namespace kairon::js
