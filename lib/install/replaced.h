#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "install/evidence.h"
#include "install/hooks.h"

namespace kairon::install {

/// Hook names, separated by spaces, that the gate has replaced: it does not run them after its own work.
inline constexpr const char* kRetiredKey = "kairon.retiredHooks";

/// A hook, a hook manager's command or a CI job of the repository that does the gate's work.
struct Replaced {
  std::string path;      ///< ".githooks/pre-push", "lefthook.yml", ".github/workflows/deploy.yml"
  std::string name;      ///< the hook's, the command's or the job's name
  std::size_t line = 1;  ///< where the command or the job begins
  std::string reason;    ///< "deploys n8n-workflows (scripts/deploy.sh)"
  std::string off;       ///< the line that turns it off; "" for a hook, and for what only a person can turn off
};

/// Returns the hooks that run in this work tree today and check or deploy the same files: their text names a path in
/// a watched folder, or it, or a script of the repository which it calls, n8n's API for workflows. A script that calls
/// this gate is not one of them.
[[nodiscard]] std::vector<Replaced> replaced_hooks(const WorkTree& tree, const Watched& watched);

/// Returns the commands of lefthook, pre-commit and prek that check or deploy the same files. A file in TOML or JSON
/// counts as a whole.
[[nodiscard]] std::vector<Replaced> replaced_commands(const Watched& watched);

/// Returns the jobs of GitHub's and GitLab's CI that deploy.
[[nodiscard]] std::vector<Replaced> replaced_jobs(const Watched& watched);

/// Records the hooks as retired in the configuration file of `tree`'s repository.
void retire_hooks(const WorkTree& tree, const std::vector<Replaced>& hooks);

/// Turns the jobs off in their files. Throws Error(environment) when one cannot be written.
void retire_jobs(const std::string& top, const std::vector<Replaced>& jobs);

/// Turns the commands off in their files. Throws Error(environment) when one cannot be written.
void retire_commands(const std::string& top, const std::vector<Replaced>& commands);

/// Brings back what retire_jobs() and retire_commands() turned off in the work tree at `top`. Returns the files it
/// changed.
std::vector<std::string> restore_files(const std::string& top);

/// The names that retire_hooks() recorded for a work tree.
[[nodiscard]] std::vector<std::string> retired_hooks(const WorkTree& tree);

}  // namespace kairon::install
