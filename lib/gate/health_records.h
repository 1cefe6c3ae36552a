#pragma once
#include <string>

#include "gate/health_line.h"

namespace kairon::gate {

/// The line journal: a deployment that began and never ended, or one that is not on the remote.
void look_at_journal(const std::string& common_dir, HealthLines& lines);

}  // namespace kairon::gate
