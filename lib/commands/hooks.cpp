#include "install/hooks.h"

#include <array>

#include "base/arguments.h"
#include "base/environment.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "config/settings.h"
#include "git/source.h"
#include "install/diff_driver.h"
#include "install/replaced.h"
#include "install/status.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kOptions = {
    OptionSpec{"--repo", "DIR", "the repository, its work trees and submodules (default: the current folder)"},
    OptionSpec{"--global", "", "every repository of this user: the global core.hooksPath"},
    OptionSpec{"--diff", "", "install: git diff, git log -p and git show also compare workflows node by node"},
    OptionSpec{"--all", "", "uninstall: every repository that this installation was set up for"},
    OptionSpec{"--format", "text|json", "status: how to print it"},
};

void show(const std::vector<install::HookChange>& changes) {
  for (const install::HookChange& change : changes)
    terminal::print(Channel::out,
                    format("hooks: {}: {}", text::printable(change.where), text::printable(change.action)));
}

std::vector<install::HookChange> install_driver(const std::string& repository) {
  const std::unique_ptr<git::GitSource> source = git::open(repository == "." ? std::string() : repository);
  const config::Settings settings = config::load(source.get());
  return {install::install_diff_driver(repository, environment::executable_folder() + "/kairon",
                                       settings.workflow_globs())};
}

void uninstall_repository(const std::string& repository, const std::string& hooks_folder) {
  show(install::uninstall_hooks(repository, hooks_folder));
  const install::HookChange driver = install::uninstall_diff_driver(repository);
  if (!driver.action.empty()) show({driver});
  const std::string top = install::ask_git(repository, {"rev-parse", "--show-toplevel"}).value_or("");
  if (top.empty()) return;
  for (const std::string& path : install::restore_jobs(top)) show({{path, "its jobs run again; commit the file"}});
}

ExitCode uninstall_all(const std::string& hooks_folder) {
  for (const std::string& folder : install::remembered_repositories(hooks_folder)) {
    try {
      uninstall_repository(folder, hooks_folder);
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
    if (global && options.has("--diff"))
      throw usage_error("--diff cannot be used with --global", "kairon hooks install --diff in each repository");
    show(global ? install::install_global_hooks(hooks_folder) : install::install_hooks(repository, hooks_folder));
    if (options.has("--diff")) show(install_driver(repository));
    return ExitCode::passed;
  }
  if (options.has("--all")) return uninstall_all(hooks_folder);
  if (global) {
    show(install::uninstall_global_hooks(hooks_folder));
  } else {
    uninstall_repository(repository, hooks_folder);
  }
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandHooks;
const Command kCommandHooks = {"hooks", "install|uninstall|status",
                               "Point a repository's git hooks to the gate, undo it, or look how it stands.", kOptions,
                               run};

}  // namespace kairon::commands
