#pragma once
#include <string_view>

#include "commands/command.h"
#include "config/settings.h"
#include "lint/rule.h"

namespace kairon::commands {

/// Returns the major number of an n8n version, 0 for a text that is not a version.
[[nodiscard]] int major_of(std::string_view version);

/// Returns the upgrade that --target asks for, from the version that [kairon] n8nVersion names; `to` is 0 without the
/// option. Throws Error(usage) for a text that is not a version from 2 on.
[[nodiscard]] lint::Upgrade target_of(const Options& options, const config::Settings& settings);

}  // namespace kairon::commands
