#pragma once
#include <string>

#include "gate/health_line.h"
#include "git/source.h"

namespace kairon::gate {

/// The line journal: a deployment that began and never ended, or one that is not on the remote.
void look_at_journal(git::GitSource& source, HealthLines& lines);

}  // namespace kairon::gate
