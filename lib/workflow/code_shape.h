#pragma once
#include "workflow/shapes.h"

namespace kairon::workflow {

/// The shape that a Code node's returns have: literal keys, spreads of known data, mapped items.
class CodeShape {
 public:
  CodeShape(const Shapes& shapes, const CodePiece& piece) : shapes_(shapes), piece_(piece) {}
  /// The union over all returns of the code itself.
  [[nodiscard]] Shape of_returns() const;

 private:
  [[nodiscard]] Shape items(const js::Node& value, int depth) const;
  [[nodiscard]] Shape item(const js::Node& object, int depth) const;
  [[nodiscard]] Shape data(const js::Node& value, int depth) const;
  [[nodiscard]] Shape object(const js::Node& object, int depth) const;
  [[nodiscard]] Shape mapped(const js::Node& call, int depth) const;
  [[nodiscard]] Shape passed_through(const Access& access) const;
  [[nodiscard]] js::Node single_value(const js::Node& identifier) const;
  [[nodiscard]] bool writes_into_items() const;
  const Shapes& shapes_;
  const CodePiece& piece_;
};

}  // namespace kairon::workflow
