#pragma once
#include <cstddef>
#include <functional>

namespace kairon::parallel {

/// Calls `work` once with each of 0 to count - 1, on as many threads as this process may use cores (its
/// affinity counts), the calling one among them; in no order. Returns when all are done. When one throws, no
/// further one is begun, and the first exception is thrown here.
void for_each(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace kairon::parallel
