#pragma once
#include <span>

namespace kairon::test {

/// One change of a schema and its exact reversal, on top of mutation_base().
struct Mutation {
  const char* name;
  const char* change;
  const char* undo;
};

[[nodiscard]] const char* mutation_base();
[[nodiscard]] std::span<const Mutation> mutations();

}  // namespace kairon::test
