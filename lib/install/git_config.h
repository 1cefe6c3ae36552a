#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::install {

/// Runs `git -C folder words...` and returns what it prints without the last line end; nothing when
/// it ends with 1 (git's "no such value"). Throws Error(environment) with git's own words otherwise.
[[nodiscard]] std::optional<std::string> ask_git(const std::string& folder, std::vector<std::string> words);

/// The files of git-config(1) that the hooks commands write.
enum class ConfigScope { local, worktree, global };

/// "local", "worktree" or "global".
[[nodiscard]] std::string_view scope_name(ConfigScope scope);

/// One configuration file, written and read through the `git` program, so that its locks, includes
/// and permissions are git's own. All calls throw Error(environment) when git refuses.
class GitConfig {
 public:
  /// `folder` is any folder of the repository; it does not matter for ConfigScope::global.
  GitConfig(std::string folder, ConfigScope scope) : folder_(std::move(folder)), scope_(scope) {}

  /// The last value of `key` in this file, as written.
  [[nodiscard]] std::optional<std::string> get(const std::string& key) const;
  void set(const std::string& key, const std::string& value) const;
  /// Removes every value of `key`; none is fine.
  void unset(const std::string& key) const;

  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] ConfigScope scope() const noexcept { return scope_; }

 private:
  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> rest) const;
  std::string folder_;
  ConfigScope scope_;
};

/// A value in force and where it comes from.
struct EffectiveValue {
  std::string value;
  std::string scope;  ///< "system", "global", "local", "worktree", "command"
};

/// The value of `key` that git itself would use in `folder`.
[[nodiscard]] std::optional<EffectiveValue> effective_config(const std::string& folder, const std::string& key);

}  // namespace kairon::install
