#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "backup/encryption.h"
#include "base/arguments.h"
#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/message.h"
#include "base/process.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "config/settings.h"
#include "git/source.h"
#include "install/systemd_units.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kOpsOptions = {
    OptionSpec{"--user", "", "timers of your own service manager instead of the system's"},
    OptionSpec{"--env", "ENV", "the environment that is backed up and watched (default prod)"},
    OptionSpec{"--as", "USER", "the user that the system's jobs run as (default: the repository's owner)"},
    OptionSpec{"--name", "NAME", "first part of the units' names (default kairon), for a second repository"},
    OptionSpec{"--into", "DIR", "write the units there and switch nothing on"},
    OptionSpec{"--dry-run", "", "print the files, write nothing"},
    OptionSpec{"--cron", "", "print lines for a crontab instead", "install"},
};

constexpr std::array kOpsSubcommands = {
    Subcommand{"install", "", "Write the units and switch them on."},
    Subcommand{"uninstall", "", "Switch them off and remove them."},
};

std::string home_of(const passwd* entry) { return entry == nullptr || entry->pw_dir == nullptr ? "" : entry->pw_dir; }

std::string owner_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) throw environment_error(format("{}: {}", path, file::last_error()));
  const passwd* entry = ::getpwuid(info.st_uid);
  if (entry == nullptr)
    throw environment_error(format("the owner of {} (uid {}) has no name here", path, info.st_uid), "give --as USER");
  return entry->pw_name;
}

/// A folder of the settings: relative ones belong to the work tree.
std::string absolute(const std::string& path, const std::string& top, const std::string& home) {
  if (path.starts_with("~/")) return home + path.substr(1);
  return path.starts_with('/') ? path : top + "/" + path;
}

bool is_unit_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

install::UnitPlan make_plan(const Options& options) {
  const std::unique_ptr<git::GitSource> source = git::open();
  if (!source) throw usage_error("kairon ops works inside a git repository");
  install::UnitPlan plan;
  plan.scope = options.has("--user") ? install::UnitScope::user : install::UnitScope::system;
  plan.name = options.value("--name").value_or("kairon");
  if (!is_unit_name(plan.name))
    throw usage_error(format("'{}' cannot be the name of units", text::printable(plan.name)), "letters, digits, - _ .");
  plan.environment = environment_name(options.value("--env").value_or("prod"));
  plan.program = environment::executable_folder() + "/kairon";
  plan.repository = source->top().empty() ? source->git_dir() : source->top();
  plan.account = options.value("--as").value_or(owner_of(plan.repository));
  const passwd* entry =
      plan.scope == install::UnitScope::user ? ::getpwuid(::getuid()) : ::getpwnam(plan.account.c_str());
  if (entry == nullptr) throw usage_error(format("no user '{}' here", text::printable(plan.account)), "give --as USER");
  plan.account = entry->pw_name;
  const std::string home = home_of(entry);
  plan.written_paths = {source->common_dir()};
  const config::Settings settings = config::load(source.get());
  if (const std::string backups = settings.value(config::kBackupDirectory); !backups.empty()) {
    plan.backup_folder = absolute(backups, plan.repository, home);
    plan.written_paths.push_back(plan.backup_folder);
  }
  // The drill decrypts with gpg's agent, which begins there with its socket.
  if (backup::encryption_of(settings.value(config::kBackupEncryptTo)) == backup::Encryption::gpg)
    plan.written_paths.push_back(home + "/.gnupg");
  plan.environment_file = plan.scope == install::UnitScope::user ? format("{}/.config/kairon/{}.env", home, plan.name)
                                                                 : format("/etc/kairon/{}.env", plan.name);
  return plan;
}

std::string unit_folder(const Options& options, const install::UnitPlan& plan) {
  if (const auto folder = options.value("--into")) return *folder;
  if (plan.scope == install::UnitScope::system) return "/etc/systemd/system";
  const auto config = environment::get("XDG_CONFIG_HOME");
  return (config && !config->empty() ? *config : home_of(::getpwuid(::getuid())) + "/.config") + "/systemd/user";
}

bool is_ours(const std::string& path, const install::UnitPlan& plan) {
  const Result<std::string> text = file::read(path);
  return text.ok() && text->starts_with(install::unit_mark(plan.repository) + "\n");
}

/// Runs systemctl for the plan's service manager; its own words when it refuses.
Result<void> systemctl(const install::UnitPlan& plan, std::vector<std::string> words) {
  process::Command command{.argv = {"systemctl"}, .timeout = std::chrono::seconds(60)};
  if (plan.scope == install::UnitScope::user) command.argv.emplace_back("--user");
  for (std::string& word : words) command.argv.push_back(std::move(word));
  const Result<process::Outcome> outcome = process::run(command);
  if (!outcome.ok()) return outcome.failure();
  if (outcome->ok()) return {};
  return Failure{text::printable(text::replace_all(text::trim(outcome->errors), "\n", " "))};
}

std::string shown_command(const install::UnitPlan& plan, std::string_view words) {
  return format("systemctl {}{}", plan.scope == install::UnitScope::user ? "--user " : "", words);
}

void write_units(const std::string& folder, const install::UnitPlan& plan) {
  const std::vector<install::UnitFile> files = install::unit_files(plan);
  for (const install::UnitFile& unit : files) {
    const std::string path = folder + "/" + unit.name;
    if (file::exists(path) && !is_ours(path, plan))
      throw usage_error(format("{} exists and is not of this repository", path),
                        "give the units another name: kairon ops install --name NAME");
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const install::UnitFile& unit : files) {
    const auto written = file::write_atomic(folder + "/" + unit.name, unit.content);
    if (!written.ok())
      throw environment_error(format("{}/{}: {}", folder, unit.name, written.failure().text),
                              plan.scope == install::UnitScope::system ? "run it with sudo, or use --user" : "");
    terminal::print(Channel::out, format("wrote {}/{}", folder, unit.name));
  }
}

/// systemd.exec(5), PrivateTmp: the jobs see other folders there than we do.
void warn_of_temporary(const install::UnitPlan& plan) {
  for (const std::string& path : {plan.program, plan.repository, plan.backup_folder})
    if (path.starts_with("/tmp/") || path.starts_with("/var/tmp/"))
      terminal::print(Channel::err,
                      rendered("warning: ", {format("the jobs have a /tmp and /var/tmp of their own, without {}",
                                                    text::printable(path)),
                                             "keep program, repository and backups elsewhere, then install again"}));
}

/// The jobs can write only what exists when they start: the backups' folder is made here, theirs alone.
void make_backup_folder(const install::UnitPlan& plan) {
  const std::string& path = plan.backup_folder;
  if (path.empty()) {
    terminal::print(Channel::err,
                    rendered("warning: ", {"[backup] directory is not set, so the hourly backup will only say so",
                                           "git config --global kairon.backup.directory DIR, then install again"}));
    return;
  }
  if (file::exists(path)) return;
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || ::chmod(path.c_str(), 0700) != 0)
    throw environment_error(format("{}: {}", path, error ? error.message() : file::last_error()),
                            "make the folder, or set [backup] directory to another");
  const passwd* entry = plan.scope == install::UnitScope::system ? ::getpwnam(plan.account.c_str()) : nullptr;
  if (entry != nullptr && ::chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0)
    throw environment_error(format("{}: {}", path, file::last_error()), "run it with sudo, or use --user");
}

ExitCode install(const Options& options, const install::UnitPlan& plan) {
  const std::string folder = unit_folder(options, plan);
  if (options.has("--cron")) {
    terminal::write(Channel::out, install::cron_lines(plan));
    return ExitCode::passed;
  }
  if (options.has("--dry-run")) {
    for (const install::UnitFile& unit : install::unit_files(plan))
      terminal::print(Channel::out, format("# {}/{}\n{}", folder, unit.name, unit.content));
    return ExitCode::passed;
  }
  warn_of_temporary(plan);
  write_units(folder, plan);
  if (options.has("--into")) return ExitCode::passed;
  make_backup_folder(plan);
  const std::vector<std::string> timers = install::timer_names(plan);
  std::vector<std::string> enable = {"enable", "--now"};
  enable.insert(enable.end(), timers.begin(), timers.end());
  Result<void> done = systemctl(plan, {"daemon-reload"});
  if (done.ok()) done = systemctl(plan, enable);
  if (!done.ok())
    throw environment_error("the units are written, but systemd did not take them: " + done.failure().text,
                            format("{} && {}, or: kairon ops install --cron", shown_command(plan, "daemon-reload"),
                                   shown_command(plan, text::join(enable, " "))));
  terminal::print(Channel::out,
                  format("{} are on; settings and secrets are those of {}'s git config, .env, or {} (0600)",
                         text::join(timers, ", "), plan.account, plan.environment_file));
  if (plan.scope == install::UnitScope::user)
    terminal::print(Channel::out, "they run while you are logged in; always: loginctl enable-linger");
  return ExitCode::passed;
}

ExitCode uninstall(const Options& options, const install::UnitPlan& plan) {
  const std::string folder = unit_folder(options, plan);
  std::vector<std::string> found;
  for (const install::UnitFile& unit : install::unit_files(plan))
    if (is_ours(folder + "/" + unit.name, plan)) found.push_back(unit.name);
  if (found.empty()) {
    terminal::print(Channel::out, format("no units of this repository in {}", folder));
    return ExitCode::passed;
  }
  const bool dry = options.has("--dry-run");
  if (!dry && !options.has("--into")) {
    std::vector<std::string> disable = {"disable", "--now"};
    for (const std::string& name : found)
      if (name.ends_with(".timer")) disable.push_back(name);
    static_cast<void>(systemctl(plan, disable));  // where systemd does not run nothing is on
  }
  for (const std::string& name : found) {
    const std::string path = folder + "/" + name;
    terminal::print(Channel::out, format("{} {}", dry ? "would remove" : "removed", path));
    if (!dry && ::unlink(path.c_str()) != 0)
      throw environment_error(format("{}: {}", path, file::last_error()), "run it with sudo, or use --user");
  }
  if (!dry && !options.has("--into")) static_cast<void>(systemctl(plan, {"daemon-reload"}));
  return ExitCode::passed;
}

ExitCode run_ops(const Options& options) {
  const std::string what = subcommand("ops", options, kOpsSubcommands);
  no_more_words(options, 1);
  const install::UnitPlan plan = make_plan(options);
  return what == "install" ? install(options, plan) : uninstall(options, plan);
}

}  // namespace

extern const Command kCommandOps;
const Command kCommandOps = {
    "ops",       "",      "Install timers for the hourly backup, the weekly drill and the monitor.",
    kOpsOptions, run_ops, kOpsSubcommands};

}  // namespace kairon::commands
