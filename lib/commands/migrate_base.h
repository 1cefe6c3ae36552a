#pragma once
#include <string>

#include "config/settings.h"
#include "git/source.h"

namespace kairon::commands {

/// What new migrations stand on when somebody tries them by hand: a commit, "" for nothing. What was never published is
/// new. Where nothing is published, that is what is being written just now, or else everything.
[[nodiscard]] std::string base_by_hand(git::GitSource& source, const config::Settings& settings,
                                       const std::string& top);

}  // namespace kairon::commands
