#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "migration/file.h"

namespace kairon::lint {

/// A comment `atlas:nolint [NAME...]`, as Atlas reads it (atlasgo.io, "Verifying migration safety"): about the
/// statement that follows it without a blank line, or, in the first comments of a file that a blank line ends, about
/// all of it. A name is a class (destructive) or a check (DS103); without one each check of Atlas is meant.
struct AtlasNolint {
  std::size_t first_line = 0;  ///< what it is about
  std::size_t last_line = 0;
  std::vector<std::string_view> names;
};

[[nodiscard]] std::vector<AtlasNolint> atlas_nolints(const migration::File& file);

/// Takes out the findings of those rules that have a check of Atlas as their like; returns how many.
std::size_t apply_atlas_nolints(const std::vector<AtlasNolint>& ignores, std::vector<Finding>& findings);

}  // namespace kairon::lint
