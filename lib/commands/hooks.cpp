#include "install/hooks.h"

#include <array>

#include "base/arguments.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "install/status.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kOptions = {
    OptionSpec{"--repo", "DIR", "the repository, its work trees and submodules (default: the current folder)"},
    OptionSpec{"--global", "", "every repository of this user: the global core.hooksPath"},
    OptionSpec{"--all", "", "uninstall: every repository that this installation was set up for"},
    OptionSpec{"--format", "text|json", "status: how to print it"},
};

void show(const std::vector<install::HookChange>& changes) {
  for (const install::HookChange& change : changes)
    terminal::print(Channel::out,
                    format("hooks: {}: {}", text::printable(change.where), text::printable(change.action)));
}

ExitCode uninstall_all(const std::string& hooks_folder) {
  for (const std::string& folder : install::remembered_repositories(hooks_folder)) {
    try {
      show(install::uninstall_hooks(folder, hooks_folder));
    } catch (const Error& error) {
      terminal::print(Channel::err, format("hooks: {}: {}", text::printable(folder), error.message()));
      install::forget_repository(hooks_folder, folder);
    }
  }
  show(install::uninstall_global_hooks(hooks_folder));
  return ExitCode::passed;
}

ExitCode status(const Options& options, const std::string& repository, const std::string& hooks_folder) {
  std::vector<report::Diagnosis> found = install::diagnose_hooks_folder(hooks_folder);
  const std::vector<report::Diagnosis> more = options.has("--global")
                                                  ? install::diagnose_global(hooks_folder)
                                                  : install::diagnose_repository(repository, hooks_folder);
  found.insert(found.end(), more.begin(), more.end());
  wants_json(options) ? report::print_json(found) : report::print_text(found);
  return report::verdict(found);
}

ExitCode run(const Options& options) {
  constexpr std::array<std::string_view, 3> kKnown = {"install", "uninstall", "status"};
  const std::string what = subcommand("hooks", options, kKnown);
  if (options.positional().size() > 1)
    throw usage_error(format("'{}' is one word too many", text::printable(options.positional()[1])),
                      "--repo DIR names another repository");
  const std::string repository = options.value("--repo").value_or(".");
  const bool global = options.has("--global");
  const std::string hooks_folder = install::installed_hooks_folder();
  if (what == "status") return status(options, repository, hooks_folder);
  if (what == "install") {
    show(global ? install::install_global_hooks(hooks_folder) : install::install_hooks(repository, hooks_folder));
    return ExitCode::passed;
  }
  if (options.has("--all")) return uninstall_all(hooks_folder);
  show(global ? install::uninstall_global_hooks(hooks_folder) : install::uninstall_hooks(repository, hooks_folder));
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandHooks;
const Command kCommandHooks = {"hooks", "install|uninstall|status [--repo DIR] [--global]",
                               "Point a repository's git hooks to the gate, undo it, or look how it stands.", kOptions,
                               run};

}  // namespace kairon::commands
