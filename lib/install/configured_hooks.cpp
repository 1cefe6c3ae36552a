#include "install/configured_hooks.h"

#include <unistd.h>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "config/layers.h"
#include "install/hook_names.h"

namespace kairon::install {

namespace {

constexpr long long kMajor = 2;
constexpr long long kMinor = 54;

std::string key_of(std::string_view hook, std::string_view key) { return format("hook.kairon-{}.{}", hook, key); }

/// git hands the command to sh.
std::string for_shell(const std::string& path) { return "'" + text::replace_all(path, "'", "'\\''") + "'"; }

std::string from_shell(std::string_view command) {
  if (command.size() < 2 || command.front() != '\'' || command.back() != '\'') return std::string(command);
  return text::replace_all(std::string(command.substr(1, command.size() - 2)), "'\\''", "'");
}

/// "git version 2.54.0.rc1" without its first two words.
std::string git_version(const std::string& folder) {
  const std::string line = ask_git(folder, {"version"}).value_or("");
  const auto words = text::split(line, ' ');
  return words.size() < 3 ? line : std::string(words[2]);
}

}  // namespace

bool git_runs_configured_hooks(const std::string& folder) {
  const std::string version = git_version(folder);
  const auto parts = text::split(version, '.');
  const long long major = config::parse_integer(parts[0]).value_or(0);
  const long long minor = parts.size() < 2 ? 0 : config::parse_integer(parts[1]).value_or(0);
  return major > kMajor || (major == kMajor && minor >= kMinor);
}

std::vector<HookChange> install_configured_hooks(const std::string& folder, const std::string& hooks_folder) {
  if (!git_runs_configured_hooks(folder))
    throw usage_error(
        format("git {} runs no hooks that its configuration names; {}.{} does", git_version(folder), kMajor, kMinor),
        "kairon hooks install, without --config");
  std::vector<HookChange> changes = uninstall_hooks(folder, hooks_folder);
  std::erase_if(changes, [](const HookChange& change) { return change.action == "was not gated"; });
  const GitConfig config(folder, ConfigScope::local);
  for (const GatedHook& hook : gated_hooks()) {
    config.set(key_of(hook.name, "event"), std::string(hook.name));
    config.set(key_of(hook.name, "command"), for_shell(format("{}/{}", hooks_folder, hook.name)));
  }
  changes.push_back({folder, format("gated by {}, named in the configuration next to other hooks", hooks_folder)});
  return changes;
}

HookChange uninstall_configured_hooks(const std::string& folder) {
  const GitConfig config(folder, ConfigScope::local);
  HookChange change{folder, {}};
  for (const GatedHook& hook : gated_hooks()) {
    // git refuses every command while one of the two is there without the other.
    if (!config.get(key_of(hook.name, "command")) && !config.get(key_of(hook.name, "event"))) continue;
    static_cast<void>(ask_git(folder, {"config", "--local", "--remove-section", format("hook.kairon-{}", hook.name)}));
    change.action = "the configuration names no hook of the gate any more";
  }
  return change;
}

std::vector<report::Diagnosis> diagnose_configured_hooks(const std::string& folder) {
  std::vector<report::Diagnosis> out;
  const std::string again = format("kairon hooks install --config --repo {}", folder);
  std::size_t named = 0;
  for (const GatedHook& hook : gated_hooks()) {
    const auto command = effective_config(folder, key_of(hook.name, "command"));
    if (!command) continue;
    ++named;
    const std::string program = from_shell(command->value);
    if (::access(program.c_str(), X_OK) != 0)
      out.push_back(
          {report::Health::fail, "hooks", {format("{}: {} cannot be run: {}", folder, hook.name, program), again}});
  }
  if (named == 0) return out;
  if (!git_runs_configured_hooks(folder))
    out.push_back(
        {report::Health::fail,
         "hooks",
         {format("{}: git {} does not run the hooks that its configuration names", folder, git_version(folder)),
          format("kairon hooks install --repo {}", folder)}});
  else if (named < gated_hooks().size())
    out.push_back({report::Health::fail,
                   "hooks",
                   {format("{}: the configuration names {} of {} hooks", folder, named, gated_hooks().size()), again}});
  else if (out.empty())
    out.push_back({report::Health::ok, "hooks", {format("{} is gated by its configuration", folder)}});
  return out;
}

}  // namespace kairon::install
