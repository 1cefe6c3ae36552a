#pragma once
#include <string>

#include "config/settings.h"
#include "git/source.h"
#include "health/line.h"

namespace kairon::health {

/// The line journal: a deployment that began and never ended, or whose commit no remote branch has.
void look_at_journal(git::GitSource& source, HealthLines& lines);

/// The lines backup and drill: the newest good backup within `[backup] maxAge`, a drill that passed
/// within `[backup] drillMaxAge`. `top` is the work tree's top, for a relative directory.
void look_at_backups(const config::Settings& settings, const std::string& top, HealthLines& lines);

}  // namespace kairon::health
