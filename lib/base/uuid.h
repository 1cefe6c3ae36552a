#pragma once
#include <string>
#include <string_view>

namespace kairon {

/// A UUID that is the same for the same key: SHA-256 of it in the form of a random UUID.
[[nodiscard]] std::string stable_uuid(std::string_view key);

}  // namespace kairon
