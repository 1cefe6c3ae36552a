#include "backup/backup.h"

#include <algorithm>
#include <chrono>

#include "backup/dump.h"
#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/signals.h"
#include "base/text.h"
#include "target/tunnel.h"

namespace kairon::backup {

namespace {

namespace chrono = std::chrono;

/// Removes the unfinished folder unless it got its name.
class Unfinished {
 public:
  explicit Unfinished(BackupStore& store) : store_(store) {}
  ~Unfinished() {
    if (armed_) store_.reap();
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  void done() { armed_ = false; }

 private:
  BackupStore& store_;
  bool armed_ = true;
};

/// A second that no backup has yet: two runs within one second, or a clock that was set back.
std::time_t free_time(const BackupStore& store, std::time_t time) {
  while (file::exists(format("{}/{}", store.folder(), stamp_of(time)))) ++time;
  return time;
}

void write_file(const std::string& path, const std::string& content) {
  const Result<void> written = file::write_atomic(path, content, 0600);
  if (!written.ok())
    throw environment_error("cannot write " + written.failure().text, "free space in the backup folder");
}

void write_sums(const std::string& folder, const Manifest& manifest, const std::string& manifest_text) {
  std::string sums;
  const auto add = [&](const std::string& sum, const std::string& name) { sums += sum + "  " + name + "\n"; };
  if (manifest.database) add(manifest.database->file.sha256, manifest.database->file.name);
  if (manifest.workflows) add(manifest.workflows->file.sha256, manifest.workflows->file.name);
  add(hash::sha256(manifest_text), "manifest.json");
  write_file(folder + "/SHA256SUMS", sums);
}

/// The parts that can be had. One that cannot is a failure of the run; when none can, there is no backup.
Manifest fill(const BackupRequest& request, const std::string& folder, BackupResult& result) {
  Manifest manifest;
  manifest.environment = request.target.name;
  manifest.tool = request.tool;
  manifest.reason = request.reason;
  const Recipient recipient = parse_recipient(request.encrypt_to);
  manifest.encryption = recipient.kind;
  if (!request.target.database.empty()) {
    const target::Route route(request.target.database, request.target.ssh_host);
    manifest.database = dump_database({route.conninfo(), folder, recipient, request.say});
  }
  if (!request.workflows) return manifest;
  try {
    if (request.say) request.say("workflows");
    manifest.workflows = request.workflows(folder, recipient);
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted || !manifest.database) throw;
    result.failures.push_back("the workflows are not in it: " + error.message().text);
  }
  return manifest;
}

void copy_offsite(const BackupRequest& request, const StoredBackup& backup, BackupResult& result) {
  if (request.offsite_command.empty()) return;
  if (request.say) request.say("off-site copy");
  process::Command command;
  for (const std::string& word : split_command(request.offsite_command))
    command.argv.push_back(text::replace_all(text::replace_all(word, "{path}", backup.path), "{name}",
                                             format("{}/{}", request.target.name, backup.stamp)));
  command.timeout = chrono::hours(6);
  const Result<process::Outcome> outcome = process::run(command);
  if (outcome.ok() && outcome->ok()) {
    result.offsite_done = true;
    return;
  }
  result.failures.push_back(format("the off-site copy failed: {}",
                                   !outcome.ok()                         ? outcome.failure().text
                                   : outcome->timed_out                  ? std::string("no end within 6 hours")
                                   : text::trim(outcome->errors).empty() ? format("exit status {}", outcome->status)
                                                                         : last_lines(outcome->errors)));
}

void rotate(BackupStore& store, const BackupRequest& request, BackupResult& result) {
  file::Descriptor lock;
  const bool free = store.may_rotate(lock);
  for (const StoredBackup& doomed : doomed_backups(store, request.retention, std::time(nullptr))) {
    if (!free) break;
    signals::check();
    try {
      store.remove(doomed);
      result.deleted.push_back(doomed.stamp);
    } catch (const Error& error) {
      result.failures.push_back(error.message().text);
    }
  }
  result.kept = store.list().size();
}

}  // namespace

BackupRequest backup_request(const config::Settings& settings, const std::string& top, const std::string& environment) {
  BackupRequest request;
  request.target = settings.target(environment);
  request.target.name = environment;
  request.directory = backup_directory(settings, top);
  if (request.directory.empty())
    throw usage_error("no folder for backups is set", "git config kairon.backup.directory /var/backups/kairon");
  if (request.target.database.empty() && !request.target.configured())
    throw usage_error(format("nothing is known to back up in {}", text::printable(environment)),
                      format("git config kairon.env-{}.database postgresql://user@host/name", environment));
  const auto number = [&](const config::Key<config::Number>& key) { return static_cast<int>(settings.value(key)); };
  request.retention = {number(config::kBackupKeepHourly), number(config::kBackupKeepDaily),
                       number(config::kBackupKeepWeekly)};
  request.encrypt_to = settings.value(config::kBackupEncryptTo);
  request.offsite_command = settings.value(config::kBackupOffsiteCommand);
  // A wrong setting is told before a long dump, not after it.
  static_cast<void>(split_command(request.offsite_command));
  static_cast<void>(parse_recipient(request.encrypt_to));
  return request;
}

std::vector<StoredBackup> doomed_backups(const BackupStore& store, const Retention& retention, std::time_t now) {
  std::vector<StoredBackup> backups = store.list();
  std::vector<Age> ages;
  for (const StoredBackup& backup : backups)
    ages.push_back({backup.taken, backup.damage.empty(), backup.manifest && !backup.manifest->reason.empty(),
                    backup.manifest && backup.manifest->database,
                    backup.manifest && backup.manifest->workflows && backup.workflows_damage.empty()});
  const std::vector<bool> keep = to_keep(ages, retention, now);
  std::vector<StoredBackup> doomed;
  for (std::size_t i = 0; i < backups.size(); ++i)
    if (!keep[i]) doomed.push_back(std::move(backups[i]));
  return doomed;
}

std::vector<std::string> split_command(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (const char c : command) {
    if (quote != 0) {
      if (c == quote) quote = 0;
      if (quote != 0) word += c;
      continue;
    }
    const bool blank = c == ' ' || c == '\t';
    if (blank && inside) words.push_back(std::exchange(word, {}));
    inside = !blank;
    if (c == '\'' || c == '"') quote = c;
    if (quote == 0 && !blank) word += c;
  }
  if (quote != 0) throw usage_error("[backup] offsiteCommand: a quote is not closed");
  if (inside) words.push_back(word);
  return words;
}

std::string another_is_running(const std::string& environment) {
  return format("another backup or restore of {} is running", environment);
}

std::optional<BackupResult> take_backup(const BackupRequest& request) {
  const auto begun = chrono::steady_clock::now();
  BackupStore store(request.directory, request.target.name);
  store.prepare();
  const file::Descriptor lock = store.try_lock();
  if (!lock) return std::nullopt;
  store.reap();
  BackupResult result;
  const std::time_t time = free_time(store, std::time(nullptr));
  Unfinished unfinished(store);
  const std::string folder = store.begin(time);
  Manifest manifest = fill(request, folder, result);
  manifest.begun = time;
  manifest.ended = std::max(time, std::time(nullptr));
  const std::string text = to_json(manifest);
  write_file(folder + "/manifest.json", text);
  write_sums(folder, manifest, text);
  const std::string path = store.commit(folder, time);
  unfinished.done();
  result.backup = {path, stamp_of(time), time, std::move(manifest), {}, {}};
  copy_offsite(request, result.backup, result);
  if (!result.failures.empty()) store.mark_incomplete(result.backup, result.failures);
  rotate(store, request, result);
  result.seconds = chrono::duration<double>(chrono::steady_clock::now() - begun).count();
  return result;
}

}  // namespace kairon::backup
