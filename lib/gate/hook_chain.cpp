#include "gate/hook_chain.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/guard.h"
#include "base/process.h"
#include "base/text.h"

namespace kairon::gate {

namespace {

std::string expand_home(std::string path) {
  if (!path.starts_with("~/")) return path;
  return environment::get("HOME").value_or("") + path.substr(1);
}

const git::ConfigEntry* strongest_entry(std::span<const git::ConfigEntry> entries, std::string_view key) {
  const git::ConfigEntry* strongest = nullptr;
  for (const git::ConfigEntry& entry : entries) {
    const bool ours = entry.section == "kairon" && entry.subsection.empty() && entry.key == key;
    if (ours && (strongest == nullptr || entry.level >= strongest->level)) strongest = &entry;
  }
  return strongest;
}

std::string earlier_folder(std::span<const git::ConfigEntry> entries, std::string_view common_dir) {
  const git::ConfigEntry* strongest = strongest_entry(entries, "previoushookspath");
  return strongest == nullptr ? std::string(common_dir) + "/hooks" : expand_home(strongest->value);
}

/// `kairon init --adopt` retires hooks that do the gate's work: running them would deploy twice.
bool is_retired(std::span<const git::ConfigEntry> entries, std::string_view name) {
  const git::ConfigEntry* retired = strongest_entry(entries, "retiredhooks");
  if (retired == nullptr) return false;
  const std::vector<std::string_view> names = text::split(retired->value, ' ');
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Two installations of the gate must not call each other for ever.
bool is_the_gate(const std::string& path) {
  std::error_code failed;
  const std::string real = std::filesystem::canonical(path, failed).parent_path().string();
  return !failed && real.ends_with("/libexec/kairon/hooks");
}

bool is_script_without_interpreter(const std::string& path) {
  const Result<std::string> content = file::read(path);
  return content.ok() && !content->starts_with("#!") &&
         !content->starts_with(
             "\x7f"
             "ELF");
}

/// Paths of the earlier hooks that run above this process, one a line.
constexpr std::string_view kRunning = "KAIRON_RUNNING_HOOKS";

/// A hook manager's script (lefthook) that calls the gate by name would be called by it for ever.
bool runs_above(const std::string& path) {
  const std::string above = environment::get(kRunning).value_or("");
  const std::vector<std::string_view> paths = text::lines(above);
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

process::Command as_git_would(const HookCall& call, const std::string& path, std::vector<std::string> argv) {
  argv.insert(argv.end(), call.argv.begin(), call.argv.end());
  process::Command command{.argv = std::move(argv)};
  std::vector<std::string> variables = environment::all();
  const std::string name = std::string(kRunning) + "=";
  std::erase_if(variables, [&](const std::string& variable) { return variable.starts_with(name); });
  variables.push_back(name + environment::get(kRunning).value_or("") + path + "\n");
  command.environment = std::move(variables);
  command.input = call.input;
  command.inherit_input = !call.input.has_value();
  command.output = process::Stream::inherit;
  command.errors = process::Stream::inherit;
  return command;
}

}  // namespace

HookCall hook_call(int argc, char** argv) {
  HookCall call;
  call.name = argc > 0 ? std::filesystem::path(argv[0]).filename().string() : std::string();
  call.argv = arguments(argc, argv);
  call.program = argc > 0 ? argv[0] : std::string();
  return call;
}

std::optional<std::string> find_chained_hook(std::string_view name, std::span<const git::ConfigEntry> entries,
                                             std::string_view common_dir) {
  std::string folder = earlier_folder(entries, common_dir);
  if (folder.empty()) return std::nullopt;
  std::string path = std::move(folder) + "/" + std::string(name);
  struct stat info {};
  const bool runs = ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
  if (!runs || is_the_gate(path) || is_retired(entries, name)) return std::nullopt;
  return path;
}

bool is_configured_hook(const HookCall& call, std::span<const git::ConfigEntry> entries) {
  const git::ConfigEntry* hooks_path = nullptr;
  bool configured = false;
  for (const git::ConfigEntry& entry : entries) {
    if (entry.section == "hook") configured = configured || text::contains(entry.value, call.program);
    if (entry.section == "core" && (hooks_path == nullptr || entry.level >= hooks_path->level)) hooks_path = &entry;
  }
  const std::string folder = std::filesystem::path(call.program).parent_path().string();
  return configured && (hooks_path == nullptr || expand_home(hooks_path->value) != folder);
}

int run_hook(const HookCall& call, const std::string& path) {
  Result<process::Outcome> outcome = process::run(as_git_would(call, path, {path}));
  // git runs what execve(2) refuses with ENOEXEC through sh; many hooks have no "#!" line.
  if (!outcome.ok() && is_script_without_interpreter(path))
    outcome = process::run(as_git_would(call, path, {"/bin/sh", path}));
  if (!outcome.ok()) {
    throw environment_error(format("the earlier {} hook cannot be started: {}", call.name, outcome.failure().text),
                            format("repair or remove {}", path));
  }
  return outcome->status;
}

int run_chained_hook(const HookCall& call, const git::GitSource& source) {
  const std::optional<std::string> path =
      find_chained_hook(call.name, git::kairon_config(&source), source.common_dir());
  const bool runs = path && !runs_above(*path) && !is_configured_hook(call, git::hook_config(source));
  return runs ? run_hook(call, *path) : 0;
}

ExitCode run_only_chained_hook(const HookCall& call) {
  const std::unique_ptr<git::GitSource> source = git::open();
  if (!source) throw environment_error("no git repository here", "hooks are run by git, inside a repository");
  return static_cast<ExitCode>(run_chained_hook(call, *source));
}

}  // namespace kairon::gate
