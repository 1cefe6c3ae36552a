#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace kairon::sql {

/// Syntax that a PostgreSQL version newer than the parser brought.
struct NewerSyntax {
  int major = 0;                ///< the first version that reads it
  std::string_view shown = {};  ///< "NOT ENFORCED"
};

/// Returns the newer syntax in the statement around byte `offset` of `text`, where the parser stopped with `message`;
/// nothing when the statement holds none that is known. Sources: release notes of PostgreSQL 16, 17 and 18, and of 19
/// as far as known.
[[nodiscard]] std::optional<NewerSyntax> newer_syntax(std::string_view text, std::size_t offset,
                                                      std::string_view message);

}  // namespace kairon::sql
