#pragma once
#include <string_view>

namespace kairon {

/// 16 hexadecimal digits that change whenever a source changes that decides a verdict
/// (lib/build_id.cmake).
[[nodiscard]] std::string_view build_id();

/// The commit that this program was built from, 40 digits, followed by "-dirty" when tracked files
/// differed from it; "unknown" outside a checkout and a source archive (lib/source_version.cmake).
[[nodiscard]] std::string_view source_commit();

/// The version of npm's tree-sitter-javascript that is linked in.
[[nodiscard]] std::string_view grammar_version();

}  // namespace kairon
