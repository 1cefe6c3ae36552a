#pragma once
#include "migration/file.h"
#include "postgres/connection.h"

namespace kairon::migrate {

/// True for a statement of the file that the trial may repeat as superuser when its role lacks a
/// privilege: one that runs no code of the migration, reaches nothing outside, takes no role. `index` is
/// the statement's.
[[nodiscard]] bool may_repeat_as_superuser(const migration::File& file, std::size_t index);

/// No room on the disk, no memory: not the migration's fault. A file that may not grow (EFBIG) is no
/// "insufficient resources" (class 53) for the server.
[[nodiscard]] bool lacks_resources(const postgres::SqlError& error);

}  // namespace kairon::migrate
