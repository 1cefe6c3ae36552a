#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "js/tree.h"

namespace kairon::js {

class Scope;

/// How a piece of JavaScript is read.
enum class Goal {
  function_body,  ///< body of an async function: `return` and `await` at the top level
  expression      ///< what n8n accepts inside `{{ }}`: a program whose first statement is an expression
};

/// Why a text is not JavaScript.
struct SyntaxError {
  std::size_t offset = 0;  ///< byte of the source
  std::string message;
};

/// One parsed piece of JavaScript. The source is viewed, not copied: it must outlive the script.
class Script {
 public:
  Script();  ///< an empty function body
  /// Parses; never throws, whatever the text is. The verdict is that of `node --check` for
  /// everything people really write (tests compare the two over real and mutated code).
  Script(std::string_view source, Goal goal);
  Script(Script&&) noexcept;
  Script& operator=(Script&&) noexcept;
  ~Script();

  [[nodiscard]] std::string_view source() const noexcept { return tree_->source; }
  [[nodiscard]] Goal goal() const noexcept { return goal_; }
  [[nodiscard]] const std::optional<SyntaxError>& error() const noexcept { return error_; }
  /// The program node. A script that the grammar rejects has no children.
  [[nodiscard]] Node root() const noexcept { return {tree_.get(), 0}; }
  /// For Goal::expression: the expression itself, absent when there is an error.
  [[nodiscard]] Node expression() const noexcept;
  /// Number of nodes; node(i) for i below it is a walk in pre-order.
  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(tree_->records.size()); }
  [[nodiscard]] Node node(std::uint32_t index) const noexcept { return {tree_.get(), index}; }
  /// Names and what they mean; made on first use.
  [[nodiscard]] const Scope& scope() const;
  /// 1-based line of a byte of the source.
  [[nodiscard]] std::size_t line_of(std::size_t offset) const;

 private:
  std::unique_ptr<Tree> tree_;
  Goal goal_ = Goal::function_body;
  std::optional<SyntaxError> error_;
  mutable std::unique_ptr<Scope> scope_;
};

}  // namespace kairon::js
