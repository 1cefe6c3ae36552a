#pragma once
#include <string_view>

#include "lint/migration_input.h"

namespace kairon::lint {

/// The first statement that may wait for a lock while `setting` ("lock_timeout") is not set by an
/// earlier SET of the file; null when there is none.
[[nodiscard]] const MigrationStatement* first_without_timeout(const MigrationInput& input, std::string_view setting);

}  // namespace kairon::lint
