#pragma once
#include <functional>
#include <string>
#include <vector>

#include "config/settings.h"

namespace kairon::smoke {

/// An n8n that can be started here.
struct N8nProgram {
  std::string node;    ///< the node program that runs it
  std::string script;  ///< n8n's bin/n8n
  std::string version;
  [[nodiscard]] int major() const;
};

/// A program that a local run needs and this machine lacks.
struct MissingProgram {
  std::string what;
  std::string package;  ///< Debian's
};

/// Returns what find_n8n() would fail for, without installing anything: npm, or node to run n8n with. Throws
/// Error(usage) like find_n8n().
[[nodiscard]] std::vector<MissingProgram> missing_programs(const config::Settings& settings, const std::string& folder);

/// Finds n8n: in `folder` (its own, or one with node_modules) when that is not ""; else of the pinned version
/// ([kairon] n8nVersion; unset: any) in PATH or in the cache, where npm installs it when it is nowhere. `say` is called
/// while npm works. Throws Error(usage) when `folder` holds none or no version is known, Error(environment) when npm or
/// node is missing or fails.
[[nodiscard]] N8nProgram find_n8n(const config::Settings& settings, const std::string& folder,
                                  const std::function<void(std::string_view)>& say);

}  // namespace kairon::smoke
