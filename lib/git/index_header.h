#pragma once
#include <optional>
#include <string>

namespace kairon::git {

/// The number of entries that an index file's header claims (gitformat-index(5): "DIRC", version,
/// count, each 4 bytes, network order). Nothing when there is no such file or it has no header.
[[nodiscard]] std::optional<unsigned> index_entry_count(const std::string& path);

}  // namespace kairon::git
