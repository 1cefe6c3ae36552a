#pragma once
#include <string>
#include <vector>

#include "lint/migration_rule.h"

namespace kairon::lint {

/// What a rule says of a statement inside a DO block or a function.
struct BodyHazard {
  std::string rule;
  std::string message;
  std::size_t offset = 0;  ///< byte of the outer statement's text
  Severity severity = Severity::error;
};

/// Runs the rules that are marked for bodies over the SQL inside `outer` (a DO, CREATE FUNCTION or
/// CREATE PROCEDURE). What only concerns tables
/// that the same body or the file creates is left out.
[[nodiscard]] std::vector<BodyHazard> body_hazards(const MigrationStatement& outer, const MigrationInput& input);

}  // namespace kairon::lint
