#pragma once
#include <optional>
#include <vector>

#include "js/scope.h"
#include "workflow/shapes.h"

namespace kairon::workflow {

/// The shape that a Code node's returns have: literal keys, spreads of known data, mapped items, lists
/// that are filled with push(), objects that get further fields, functions of the code itself. What is
/// not understood is open. One that is asked for many values of a piece reads the code once.
class CodeShape {
 public:
  CodeShape(const Shapes& shapes, const CodePiece& piece) : shapes_(shapes), piece_(piece) {}
  /// The union over all returns of the code itself.
  [[nodiscard]] Shape of_returns() const;
  /// The shape of one object's fields.
  [[nodiscard]] Shape of_data(const js::Node& value) const { return data(value.unwrapped(), 0); }
  /// What is known of the value of any expression of the piece.
  [[nodiscard]] Value value_of(const js::Node& value) const {
    steps_ = 0;
    return this->value(value, 0);
  }
  /// How many nodes of the script and fields of shapes were looked at so far. Beyond a bound every answer is unknown.
  [[nodiscard]] std::size_t work() const { return work_; }

 private:
  /// What an expression stands for: a list of items, an item or bare data, or data alone.
  enum class As { items, item, data };
  [[nodiscard]] bool gives_up(int depth) const;
  [[nodiscard]] Shape as(As what, const js::Node& value, int depth) const;
  [[nodiscard]] Shape items(const js::Node& value, int depth) const;
  [[nodiscard]] Shape item(const js::Node& object, int depth) const;
  [[nodiscard]] Shape item_object(const js::Node& object_node, int depth) const;
  [[nodiscard]] Shape data(const js::Node& value, int depth) const;
  [[nodiscard]] Shape whole_item(const Access& access) const;
  [[nodiscard]] Shape object(const js::Node& object, int depth) const;
  [[nodiscard]] std::optional<Shape> common(As what, const js::Node& value, int depth) const;
  [[nodiscard]] Shape elements(const js::Node& array, int depth) const;
  [[nodiscard]] Shape list_call(const js::Node& call, int depth) const;
  [[nodiscard]] Shape assigned(const js::Node& call, int depth) const;
  [[nodiscard]] Shape returned(As what, const js::Node& function, int depth) const;
  [[nodiscard]] Shape named(As what, const js::Node& identifier, int depth) const;
  [[nodiscard]] bool uses_are_known(As what, const js::Binding& binding, const js::Node& asked, Shape& shape,
                                    int depth) const;
  [[nodiscard]] bool pushes(const js::Node& use, Shape& shape, int depth) const;
  [[nodiscard]] bool writes_field(const js::Node& use, Shape& shape) const;
  [[nodiscard]] js::Node function_of(const js::Node& callee) const;
  [[nodiscard]] Shape passed_through(const Access& access) const;
  [[nodiscard]] std::optional<std::string> field_of_input(const js::Node& value) const;
  [[nodiscard]] bool add_write(const js::Node& left, const js::Node& right, Shape& written) const;
  [[nodiscard]] bool add_call(const js::Node& call, Shape& written) const;
  [[nodiscard]] bool is_own_object(js::Node object) const;
  [[nodiscard]] bool may_be_any_list(const js::Node& list) const;
  [[nodiscard]] std::optional<Shape> written_into_input() const;
  [[nodiscard]] std::optional<Shape> collect_writes() const;
  [[nodiscard]] Value value(const js::Node& node, int depth) const;
  [[nodiscard]] Value value_of_binary(const js::Node& node, int depth) const;
  [[nodiscard]] Value value_of_call(const js::Node& call, int depth) const;
  [[nodiscard]] Value value_of_method(const js::Node& call, const Value& object, std::string_view name,
                                      int depth) const;
  [[nodiscard]] Value value_of_function(const js::Node& named, int depth) const;
  [[nodiscard]] Value value_of_reduce(const js::Node& call, int depth) const;
  [[nodiscard]] Value value_of_member(const js::Node& member, int depth) const;
  [[nodiscard]] Value value_of_name(const js::Node& identifier, int depth) const;
  [[nodiscard]] Value value_of_list(const js::Node& array, int depth) const;
  [[nodiscard]] Value value_of_spread(const js::Node& spread, int depth) const;
  const Shapes& shapes_;
  const CodePiece& piece_;
  mutable std::optional<std::optional<Shape>> writes_;  ///< written_into_input(), once worked out
  mutable bool collecting_writes_ = false;              ///< what is written may itself be data of the input
  mutable std::size_t steps_ = 0;                       ///< values looked at: names that build on names multiply
  mutable std::size_t work_ = 0;                        ///< work(), over all questions
};

}  // namespace kairon::workflow
