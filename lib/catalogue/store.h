#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"

namespace kairon::catalogue {

/// "1.123.81": digits, letters, dots and hyphens, so that it can name a file.
[[nodiscard]] bool is_version(std::string_view text);

/// The versions that have an index, the newest first: those installed with the suite
/// (PREFIX/share/kairon/catalogue, written by install.sh) and those in the cache.
[[nodiscard]] std::vector<std::string> cached_versions();

/// Where the index of a version lies: the installed one, else `<cache>/catalogue/<version>.idx`,
/// which need not exist.
/// Throws Error(usage) when it is not a version, Error(environment) when there is no cache folder.
[[nodiscard]] std::string index_path(std::string_view version);

/// Keeps an index in `folder` (default: the cache), replacing an older one as a whole. Returns its
/// path. Throws Error(environment).
std::string save_index(std::string_view version, std::string_view bytes, const std::string& folder = {});

/// The catalogue in force, or why there is none.
struct Choice {
  std::unique_ptr<const Catalogue> catalogue;
  std::string note;  ///< one line for the user when `catalogue` is null
};

/// Opens the index of `wanted` ([kairon] n8nVersion), the newest one when that is "". Never throws:
/// without a catalogue a few rules are off, nothing else.
[[nodiscard]] Choice choose(std::string_view wanted);

}  // namespace kairon::catalogue
