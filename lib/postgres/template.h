#pragma once
#include <functional>
#include <string>

#include "base/file.h"
#include "postgres/binaries.h"
#include "postgres/fence.h"

namespace kairon::postgres {

/// A cached data folder (packed.h), held by a shared lock so that no other run prunes it meanwhile.
struct CachedData {
  std::string path;  ///< "" when there is none
  file::Descriptor hold;
};

/// The data folder of `binaries` as initdb makes it, trimmed to one database `kairon` (9 MB instead of
/// 39): built once per server version. Two processes at once: one builds, the other waits for it.
[[nodiscard]] CachedData ensure_template(const Binaries& binaries, FenceMode mode);

/// A data folder kept under `key`, or nothing.
[[nodiscard]] CachedData find_cached(const std::string& key);

/// Keeps a stopped server's data folder under `key` (atomic; an existing one stays) and removes the
/// least recently used ones beyond a handful.
void store_cached(const std::string& key, const std::string& data);

/// Forgets a cached folder that turned out to be unusable.
void drop_cached(const std::string& key);

/// Cache key of the trimmed template.
[[nodiscard]] std::string template_key(const Binaries& binaries);

}  // namespace kairon::postgres
