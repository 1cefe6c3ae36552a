#pragma once
#include <string>

#include "base/error.h"

namespace kairon::postgres {

/// Proves on this machine, once per process, that the fence holds: a child inside of it tries what a hostile server
/// would. Throws Error(environment) that names the layer that did not hold; then no server is started.
void require_fence();

/// The same without remembering the answer; "" or what went through. For tests.
[[nodiscard]] std::string broken_fence();

/// Error(environment): no SQL of a repository runs here because of `why`, and the ways out.
[[nodiscard]] Error fence_error(const std::string& why);

}  // namespace kairon::postgres
