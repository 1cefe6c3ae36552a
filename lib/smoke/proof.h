#pragma once
#include <optional>
#include <string>

#include "config/settings.h"
#include "deploy/journal.h"
#include "git/source.h"

namespace kairon::smoke {

/// Stands for everything of a commit that a smoke test depends on: workflow and smoke test folders,
/// migrations, schema and `.kairon`. "" when there is no commit.
[[nodiscard]] std::string smoke_key(git::GitSource& source, const config::Settings& settings,
                                    const std::string& commit);

/// When the smoke tests passed with this key and nothing was written to the environment since: the
/// time of it (UTC).
[[nodiscard]] std::optional<std::string> proven_at(const deploy::Journal& journal, const std::string& key);

/// Notes how a full run ended.
enum class SmokeVerdict { passed, failed };
void note_smoke(deploy::Journal& journal, const std::string& key, const std::string& commit, SmokeVerdict verdict);

}  // namespace kairon::smoke
