#pragma once
#include <string>
#include <vector>

#include "lint/finding.h"

namespace kairon::gate {

/// Takes out the findings that a baseline file (an earlier `kairon check --format json`) already
/// lists, each as often as it stands there; positions do not count, so that unrelated edits do not
/// bring old findings back. Returns how many. Throws Error(usage) when the file is none.
std::size_t apply_baseline(const std::string& path, std::vector<lint::Finding>& findings);

}  // namespace kairon::gate
