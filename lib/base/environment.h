#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::environment {

/// The only place that reads this process's environment. Returns nothing when `name` is not set.
[[nodiscard]] std::optional<std::string> get(std::string_view name);

/// True when the variable is set and neither empty nor "0".
[[nodiscard]] bool flag(std::string_view name);

/// All variables as NAME=value.
[[nodiscard]] std::vector<std::string> all();

/// The environment for child processes: all() without git's own repository variables (GIT_DIR,
/// GIT_INDEX_FILE, GIT_WORK_TREE, GIT_PREFIX, GIT_QUARANTINE_PATH ...), so that a child that
/// calls git elsewhere is not misled. githooks(5): "Environment variables, such as GIT_DIR ...
/// are exported so that Git commands run by the hook can correctly locate the repository".
[[nodiscard]] std::vector<std::string> without_git();

/// What a program of others gets that needs nothing of ours (tar, gpg, pg_restore): PATH, HOME, TMPDIR, the locale and
/// the like. A job's secrets are in the rest.
[[nodiscard]] std::vector<std::string> for_tools();

/// for_tools() and what npm reads to reach its registry: proxies, authorities, npm_config_*, NPM_TOKEN.
[[nodiscard]] std::vector<std::string> for_npm();

/// `$XDG_CACHE_HOME/kairon`, else `$HOME/.cache/kairon`; created with mode 0700.
/// Throws Error(environment) when neither variable is set or the folder cannot be made.
[[nodiscard]] std::string cache_folder();

/// `$TMPDIR` or "/tmp".
[[nodiscard]] std::string temp_root();

/// Finds an executable file by name in PATH; a name with a slash is returned when executable.
[[nodiscard]] std::optional<std::string> find_program(std::string_view name);

/// The folder of the running executable, links resolved (/proc/self/exe).
[[nodiscard]] std::string executable_folder();

/// Takes a variable out of this process's environment while it is alive: for a library that reads
/// the environment itself and must not see it. Only before any thread is started.
class Hidden {
 public:
  explicit Hidden(std::string name);
  ~Hidden();
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;

 private:
  std::string name_;
  std::optional<std::string> value_;
};

}  // namespace kairon::environment
