#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "health/line.h"

namespace kairon::health {

/// What `kairon health` remembers of an environment between two looks.
struct HealthMemory {
  std::string looked_at;                      ///< UTC, ISO 8601; "" = never
  std::map<std::string, std::string> alerts;  ///< "webhooks/Intake" -> since when it was told
};

/// Reads a memory; an empty or damaged text is a first look.
[[nodiscard]] HealthMemory read_memory(std::string text);
[[nodiscard]] std::string to_text(const HealthMemory& memory);

/// What changed between a memory and the lines of a new look.
struct HealthTurn {
  std::vector<std::string> begun;  ///< alerts that nobody was told of
  std::vector<std::string> over;   ///< alerts whose check looked and found them mended
  HealthMemory after;              ///< to be kept once people know
};

/// Compares. A check that could not look (unknown) neither begins nor ends an alert; alerts of
/// checks that exist no more are forgotten.
[[nodiscard]] HealthTurn compare_looks(const HealthMemory& before, std::span<const HealthLine> lines,
                                       const std::string& now);

/// The file of an environment's memory: in the git dir that all work trees share, or in the cache
/// ("" = no repository). Throws Error(environment).
[[nodiscard]] std::string memory_file(const std::string& common_dir, std::string_view environment);

}  // namespace kairon::health
