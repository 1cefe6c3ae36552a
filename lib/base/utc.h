#pragma once
#include <ctime>
#include <string>

namespace kairon {

/// Now, as "2026-01-31T12:00:00Z" (ISO 8601, UTC, whole seconds).
[[nodiscard]] std::string utc_now();
/// The same of a time.
[[nodiscard]] std::string utc_time(std::time_t time);

}  // namespace kairon
