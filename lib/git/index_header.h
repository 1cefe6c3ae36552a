#pragma once
#include <optional>
#include <string>

#include "base/result.h"

namespace kairon::git {

/// The number of entries that an index file's header claims (gitformat-index(5): "DIRC", version,
/// count, each 4 bytes, network order). Nothing when there is no such file or it has no header.
[[nodiscard]] std::optional<unsigned> index_entry_count(const std::string& path);

/// Fails when an index file is shorter than a header or its checksum is not that of its content.
/// git does not verify it (it would cost time) and answers nonsense with status 0 from an index
/// that was cut short. No file is an empty index; a checksum of zeros says there is none
/// (git-config(1), index.skipHash).
[[nodiscard]] Result<void> verify_index(const std::string& path);

}  // namespace kairon::git
