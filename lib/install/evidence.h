#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace kairon::install {

/// What the gate looks at, for finding out what else does.
struct Watched {
  std::string top;                   ///< of the work tree
  std::vector<std::string> folders;  ///< "n8n-workflows", "db/migrations"
};

/// Returns what the settings name and the work tree at `top` has.
[[nodiscard]] Watched watched_by(const std::string& top, const config::Settings& settings);

/// What counts against a script: the gate replaces a hook that checks the same files, a CI job only when it deploys
/// them.
enum class Evidence { checks_or_deploys, deploys };

/// Returns why a script does the gate's work: "deploys n8n-workflows (scripts/deploy.sh)"; "" when it does not. A
/// script deploys when it, or what it calls in the repository (a script, an npm script, a make target, a local
/// action), writes to n8n's API for workflows. A script that calls this gate does not count.
[[nodiscard]] std::string reason_of(std::string_view text, const Watched& watched, Evidence wanted);

/// Returns why one command of a hook manager does the gate's work, "" when it does not. Next to what reason_of() finds,
/// the script of the repository that it runs may name the watched files, or `filter` (the files that the manager runs
/// the command for) when it runs such a script: a formatter for the same files goes on.
[[nodiscard]] std::string reason_of_command(std::string_view command, std::string_view filter, const Watched& watched);

/// Returns the text of a script; "" for a program and for what cannot be read.
[[nodiscard]] std::string script_text(const std::string& path);

}  // namespace kairon::install
