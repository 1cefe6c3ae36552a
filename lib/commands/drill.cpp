#include "backup/drill.h"

#include <array>

#include "backup/place.h"
#include "base/arguments.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "json/document.h"
#include "notify/told.h"
#include "trial/input.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kDrillOptions = {
    OptionSpec{"--quiet", "", "one line in all, for cron"},
    OptionSpec{"--backup", "STAMP", "this one instead of the newest"},
    OptionSpec{"--format", "text|json", "form of the report"},
};

backup::StoredBackup chosen(const backup::BackupStore& store, const Options& options) {
  const auto wanted = options.value("--backup");
  const std::time_t now = std::time(nullptr);
  std::vector<backup::StoredBackup> backups = store.list();
  if (const std::string note = backup::future_note(backups, now); !wanted && !note.empty())
    terminal::print(Channel::err, "note: " + note);
  for (backup::StoredBackup& backup : backups) {
    const bool only_workflows = backup.manifest && !backup.manifest->database;
    const bool is_newest = !only_workflows && !backup.is_future(now);
    if (wanted ? backup.stamp == *wanted : is_newest) return std::move(backup);
  }
  throw environment_error(wanted ? format("there is no backup {} in {}", text::printable(*wanted), store.folder())
                                 : format("there is no backup in {}", store.folder()),
                          "kairon backup");
}

std::string drill_summary(const std::string& environment, const backup::DrillResult& result) {
  const backup::DrillRecord& record = result.record;
  if (!record.passed) return format("drill {}: FAILED, {}: {}", environment, record.backup, record.reason);
  return format("drill {}: ok, {} restored and proven in {:.1f} s ({}, {}, PostgreSQL {})", environment, record.backup,
                record.seconds, text::counted(result.tables, "table"),
                text::counted(static_cast<std::size_t>(result.rows), "row"), result.server);
}

void print_json(const backup::DrillResult& result) {
  json::Writer out(json::Writer::Style::pretty);
  const auto list = [&](const char* key, const std::vector<std::string>& lines) {
    out.key(key).begin_array();
    for (const std::string& line : lines) out.string(line);
    out.end_array();
  };
  out.begin_object();
  out.key("version").integer(1).key("backup").string(result.record.backup);
  out.key("tested").string(backup::stamp_of(result.record.tested)).key("passed").boolean(result.record.passed);
  out.key("recovery_seconds").number(result.record.seconds).key("server").string(result.server);
  out.key("tables").integer(static_cast<long long>(result.tables)).key("rows").integer(result.rows);
  list("differences", result.differences);
  list("probes", result.probes);
  list("failed", result.failed_probes);
  terminal::print(Channel::out, out.end_object().take());
}

ExitCode run_drill(const Options& options) {
  const std::vector<std::string>& words = options.positional();
  if (words.size() > 1) throw usage_error("kairon drill [ENV]", "see kairon drill --help");
  const backup::BackupPlace place = backup::find_backup_place();
  const std::string environment = backup::backup_environment(place.settings, words.empty() ? "" : words.front());
  backup::BackupStore store = backup::backup_store(place, environment);
  const file::Descriptor hold = store.hold();  // first: what is chosen must not be rotated away
  const backup::StoredBackup backup = chosen(store, options);
  backup::DrillRequest request;
  request.fence = trial::fence_mode(place.settings);
  request.identity = place.settings.value(config::kBackupIdentity);
  for (const std::string& name : place.settings.subsections(config::kHealthQuery))
    request.probes.push_back({name, place.settings.value(config::kHealthQuery, name)});
  std::optional<terminal::Progress> progress;
  if (!options.has("--quiet")) {
    progress.emplace("drill " + environment);
    request.say = [&](const std::string& what) { progress->update(what); };
  }
  const backup::DrillResult result = backup::run_drill(store, backup, request);
  progress.reset();
  const std::string summary = drill_summary(environment, result);
  const bool passed = result.record.passed;
  if (wants_json(options)) {
    print_json(result);
  } else {
    if (!options.has("--quiet")) {
      for (const std::string& line : result.differences) terminal::print(Channel::err, text::printable(line));
      for (const std::string& line : result.failed_probes) terminal::print(Channel::err, text::printable(line));
      for (const std::string& line : result.probes) terminal::print(Channel::out, "probe " + line);
    }
    terminal::print(passed ? Channel::out : Channel::err, summary);
  }
  std::vector<std::string> details = result.differences;
  details.insert(details.end(), result.failed_probes.begin(), result.failed_probes.end());
  const auto outcome = passed ? notify::JobOutcome::done : notify::JobOutcome::failed;
  notify::notify_news(place.settings, notify::Notice{"drill", environment, outcome, summary, details},
                      place.source ? place.source->common_dir() : "");
  return passed ? ExitCode::passed : ExitCode::blocked;
}

}  // namespace

extern const Command kCommandDrill;
const Command kCommandDrill = {"drill", "[ENV]", "Restore the newest backup into a throw-away server and compare.",
                               kDrillOptions, run_drill};

}  // namespace kairon::commands
