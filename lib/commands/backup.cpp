#include <array>

#include "backup/place.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "notify/told.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kBackupOptions = {
    OptionSpec{"--quiet", "", "one line in all, for cron", "-"},
    OptionSpec{"--dry-run", "", "say what would be dumped and which old backups would go", "-"},
    OptionSpec{"--verify", "", "read every file and compare its checksum", "list"},
    OptionSpec{"--format", "text|json", "form of the report", "list"},
};

constexpr std::array kBackupSubcommands = {
    Subcommand{"list", "[ENV]", "List the backups, and which of them are good."},
};

std::string backup_summary(const backup::BackupRequest& request, const backup::BackupResult& result) {
  std::string line =
      format("backup {}: {}{}, {:.1f} s, {}; {} kept, {} deleted", request.target.name,
             result.failures.empty() ? "ok, " : "INCOMPLETE, ", backup::backup_contents(*result.backup.manifest),
             result.seconds, result.backup.path, result.kept, result.deleted.size());
  if (result.offsite_done) line += ", copied off-site";
  for (const std::string& failure : result.failures) line += "; " + failure;
  return line;
}

ExitCode dry_run(const backup::BackupRequest& request) {
  const backup::BackupStore store(request.directory, request.target.name);
  if (!request.target.database.empty())
    terminal::print(Channel::out, "would dump the database of " + request.target.name);
  if (request.workflows) terminal::print(Channel::out, "would save the workflows of " + request.target.n8n_url);
  terminal::print(Channel::out, "would write to " + store.folder());
  for (const backup::StoredBackup& doomed : backup::doomed_backups(store, request.retention, std::time(nullptr)))
    terminal::print(Channel::out, format("would delete {}{}", doomed.stamp, doomed.good() ? "" : " (damaged)"));
  return ExitCode::passed;
}

void report(const backup::BackupPlace& place, const std::string& environment, notify::JobOutcome outcome,
            const std::string& summary, std::vector<std::string> details) {
  notify::notify_news(place.settings, notify::Notice{"backup", environment, outcome, summary, std::move(details)},
                      place.source ? place.source->common_dir() : "");
}

/// No backup by this run, which whoever goes on after it has to know; and nothing that people have to be told.
ExitCode left_to_another(const std::string& environment) {
  terminal::print(Channel::err,
                  format("backup {}: left out, {}", environment, backup::another_is_running(environment)));
  return ExitCode::environment;
}

ExitCode take(const Options& options) {
  const std::vector<std::string>& words = options.positional();
  if (words.size() > 1) throw usage_error("kairon backup [ENV]", "see kairon backup --help");
  const backup::BackupPlace place = backup::find_backup_place();
  const std::string environment = backup::backup_environment(place.settings, words.empty() ? "" : words.front());
  backup::BackupRequest request = backup::full_backup_request(place, environment);
  if (options.has("--dry-run")) return dry_run(request);
  const bool quiet = options.has("--quiet");
  std::optional<terminal::Progress> progress;
  if (!quiet) {
    progress.emplace("backup " + environment);
    request.say = [&](const std::string& what) { progress->update(what); };
  }
  try {
    const auto result = backup::take_backup(request);
    progress.reset();
    if (!result) return left_to_another(environment);
    const std::string summary = backup_summary(request, *result);
    const bool whole = result->failures.empty();
    terminal::print(whole ? Channel::out : Channel::err, summary);
    report(place, environment, whole ? notify::JobOutcome::done : notify::JobOutcome::failed,
           format("{}, {:.1f} s", backup::backup_contents(*result->backup.manifest), result->seconds),
           result->failures);
    return whole ? ExitCode::passed : ExitCode::blocked;
  } catch (const Error& error) {
    progress.reset();
    if (error.code() != ExitCode::interrupted)
      report(place, environment, notify::JobOutcome::failed, error.message().text, {error.message().remedy});
    if (!quiet) throw;
    terminal::print(Channel::err, format("backup {}: FAILED, {}", environment, error.message().text));
    return error.code();
  }
}

ExitCode run_backup(const Options& options) {
  const std::vector<std::string>& words = options.positional();
  if (words.empty() || words.front() != "list") return take(options);
  if (words.size() > 2) throw usage_error("kairon backup list [ENV]");
  return backup::list_backups(options, words.size() > 1 ? words[1] : "");
}

}  // namespace

extern const Command kCommandBackup;
const Command kCommandBackup = {"backup",       "[ENV]",    "Dump the database, save the workflows, verify, rotate.",
                                kBackupOptions, run_backup, kBackupSubcommands};

}  // namespace kairon::commands
