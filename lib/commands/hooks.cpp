#include "install/hooks.h"

#include <algorithm>
#include <array>

#include "base/arguments.h"
#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "config/settings.h"
#include "git/source.h"
#include "install/configured_hooks.h"
#include "install/diff_driver.h"
#include "install/replaced.h"
#include "install/server_hook.h"
#include "install/status.h"
#include "install/survey.h"
#include "repository/snapshot.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kHooksOptions = {
    OptionSpec{"--repo", "DIR", "the repository, its work trees and submodules (default: the current folder)"},
    OptionSpec{"--global", "", "every repository of this user: the global core.hooksPath"},
    OptionSpec{"--server", "", "judge what is pushed to the repository (pre-receive)", "install"},
    OptionSpec{"--config", "", "name the hooks in the configuration, next to other managers (git 2.54)", "install"},
    OptionSpec{"--diff", "", "git diff, git log -p and git show also compare workflows node by node", "install"},
    OptionSpec{"--all", "", "every repository that this installation was set up for", "uninstall"},
    OptionSpec{"--format", "text|json", "how to print it", "status"},
};

constexpr std::array kHooksSubcommands = {
    Subcommand{"install", "", "Gate the repository; its earlier hooks run after the gate."},
    Subcommand{"uninstall", "", "Put back what the repository had before."},
    Subcommand{"status", "", "Say whether git finds the gate, and what is in its way."},
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
  const install::HookChange server = install::uninstall_server_hook(repository);
  if (server.action.empty()) show(install::uninstall_hooks(repository, hooks_folder));
  for (const install::HookChange& change :
       {install::uninstall_configured_hooks(repository), server, install::uninstall_diff_driver(repository)})
    if (!change.action.empty()) show({change});
  if (install::ask_git(repository, {"rev-parse", "--is-inside-work-tree"}) != "true") return;  // a server's is bare
  const std::string top = install::ask_git(repository, {"rev-parse", "--show-toplevel"}).value_or("");
  for (const std::string& path : install::restore_files(top))
    show({{path, "its retired commands and jobs run again; commit the file"}});
}

/// Where the gate is put in, by the options.
std::vector<install::HookChange> install_gate(const Options& options, const std::string& repository,
                                              const std::string& hooks_folder) {
  std::vector<std::string_view> given;
  for (const std::string_view name : {"--global", "--server", "--config"})
    if (options.has(name)) given.push_back(name);
  if (given.size() > 1)
    throw usage_error(format("{} cannot be used with {}", given[0], given[1]), "install one after the other");
  if (options.has("--global")) return install::install_global_hooks(hooks_folder);
  if (options.has("--config")) return install::install_configured_hooks(repository, hooks_folder);
  if (options.has("--server")) return {install::install_server_hook(repository, install::installed_receive_program())};
  return install::install_hooks(repository, hooks_folder);
}

/// A hook that does the gate's work does not run after the gate in a repository that adopted it: colleagues of whoever
/// adopted it only install the hooks.
void retire_hooks(const std::string& repository) {
  if (!file::exists(repository)) return;  // the installation says so
  const std::string top =
      install::ask_git(repository, {"rev-parse", "--path-format=absolute", "--show-toplevel"}).value_or("");
  if (top.empty()) return;  // a server's repository is bare
  const bool adopted = file::exists(top + "/.kairon");
  const std::unique_ptr<git::GitSource> source = git::open(top);
  const install::WorkTree tree = install::work_tree_at(top);
  const std::vector<std::string> retired = install::retired_hooks(tree);
  std::vector<install::Replaced> hooks =
      install::replaced_hooks(tree, install::watched_by(top, config::load(source.get())));
  std::erase_if(hooks, [&](const install::Replaced& hook) {
    return std::find(retired.begin(), retired.end(), hook.name) != retired.end();
  });
  if (adopted) install::retire_hooks(tree, hooks);
  for (const install::Replaced& hook : hooks)
    show({{hook.path, format("{}; {}", hook.reason,
                             adopted ? "it does not run any more"
                                     : "it still runs after the gate: kairon init --adopt retires it")}});
}

/// A gate that watches nothing lets everything pass.
void tell_nothing_watched(const std::string& repository) {
  const std::unique_ptr<git::GitSource> source = git::open(repository == "." ? std::string() : repository);
  if (!source || source->top().empty() || file::exists(source->top() + "/.kairon")) return;
  const config::Settings settings = config::load(source.get());
  const std::vector<git::Entry> tracked = source->index_entries(repository::watched_folders(settings));
  const bool watched = std::any_of(tracked.begin(), tracked.end(), [&](const git::Entry& entry) {
    return settings.is_workflow_path(entry.path) || settings.is_migration_path(entry.path);
  });
  if (!watched)
    terminal::print(Channel::out, format("next: kairon init    finds workflows and migrations; none is in {} or {} yet",
                                         install::first_few(settings.workflow_globs()),
                                         install::first_few(settings.migration_folders())));
}

ExitCode uninstall_all(const std::string& hooks_folder) {
  for (const std::string& folder : install::remembered_repositories(hooks_folder)) {
    try {
      uninstall_repository(folder, hooks_folder);
    } catch (const Error& error) {
      terminal::print(Channel::err, format("hooks: {}: {}", text::printable(folder), error.message().text));
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

ExitCode run_hooks(const Options& options) {
  const std::string what = subcommand("hooks", options, kHooksSubcommands);
  if (options.positional().size() > 1)
    throw usage_error(format("unexpected argument '{}'", text::printable(options.positional()[1])),
                      "--repo DIR names another repository");
  const std::string repository = options.value("--repo").value_or(".");
  const bool global = options.has("--global");
  const std::string hooks_folder = install::installed_hooks_folder();
  if (what == "status") return status(options, repository, hooks_folder);
  if (what == "install") {
    if (global && options.has("--diff"))
      throw usage_error("--diff cannot be used with --global", "kairon hooks install --diff in each repository");
    if (!global && !options.has("--server") && !options.has("--config")) retire_hooks(repository);
    show(install_gate(options, repository, hooks_folder));
    if (options.has("--diff")) show(install_driver(repository));
    if (!global && !options.has("--server")) tell_nothing_watched(repository);
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
const Command kCommandHooks = {
    "hooks",       "",        "Install the gate's git hooks in a repository, remove them, or show their state.",
    kHooksOptions, run_hooks, kHooksSubcommands};

}  // namespace kairon::commands
