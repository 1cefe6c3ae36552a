#include "backup/ready_dump.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "backup/encryption.h"
#include "base/environment.h"
#include "base/environments.h"
#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"

namespace kairon::backup {

namespace {

namespace fs = std::filesystem;

bool is_custom_dump(const std::string& path) {
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 5> magic{};
  return fd && ::read(fd.get(), magic.data(), magic.size()) == 5 && std::string_view(magic.data(), 5) == "PGDMP";
}

/// Compares a dump that is not in a store with the SHA256SUMS next to it, when those list it.
void require_listed_sum(const std::string& path) {
  const fs::path dump(path);
  const fs::path folder = dump.has_parent_path() ? dump.parent_path() : fs::path(".");
  const Result<std::map<std::string, std::string>> listed = listed_sums(folder.string());
  if (!listed.ok()) return;
  const auto wanted = listed->find(dump.filename().string());
  if (wanted == listed->end()) return;
  const Result<std::string> sum = hash::sha256_of_file(path);
  if (sum.ok() && *sum == wanted->second) return;
  throw Error(ExitCode::blocked, format("{} is not what SHA256SUMS says", text::printable(path)),
              format("kairon restore {} --salvage takes out what it still yields", text::printable(path)));
}

/// The store and the backup that a path names: the folder itself, or something in it.
struct Place {
  BackupStore store;
  std::string stamp;
};
std::optional<Place> place_of(const std::string& path) {
  std::error_code failed;
  fs::path folder = fs::canonical(path, failed);
  if (failed) return std::nullopt;
  if (!fs::is_directory(folder, failed)) folder = folder.parent_path();
  if (!parse_stamp(folder.filename().string())) return std::nullopt;
  const fs::path environment = folder.parent_path();
  return Place{BackupStore(environment.parent_path().string(), environment.filename().string()),
               folder.filename().string()};
}

ReadyDump opened(const StoredBackup& backup, const std::string& parent, const std::string& identity) {
  ReadyDump ready;
  ready.manifest = backup.manifest;
  ready.shown = format("{}/{}", backup.manifest->environment, backup.stamp);
  ready.path = backup.dump();
  ready.stored = ready.path;
  if (backup.manifest->encryption == Encryption::none) return ready;
  // Beside the backups there is room for one more; a medium that is read only has none.
  const std::string place = ::access(parent.c_str(), W_OK) == 0 ? parent : environment::temp_root();
  reap_unheld(place, kDecrypted);
  ready.folder = std::make_shared<TempFolder>(kDecrypted, place);
  ready.path = ready.folder->path() + "/database.dump";
  unseal(backup.dump(), backup.manifest->encryption, identity, ready.path);
  return ready;
}

}  // namespace

ReadyDump ready_backup(BackupStore& store, const StoredBackup& backup, const std::string& identity) {
  const auto damaged = [&](const std::string& why) {
    store.mark_damaged(backup, why);
    return Error(ExitCode::blocked, format("the backup {}/{} is damaged: {}", store.environment(), backup.stamp, why),
                 format("kairon backup list --verify shows which ones are whole; kairon restore {} --salvage takes out "
                        "what this one still yields",
                        backup.stamp));
  };
  if (!backup.damage.empty()) throw damaged(backup.damage);
  if (!backup.manifest->database)
    throw usage_error(format("{}/{} holds no database, only workflows", store.environment(), backup.stamp));
  const Result<void> sums = verify_sums(backup, Part::database);
  if (!sums.ok()) throw damaged(sums.failure().text);
  std::string note = backup.workflows_damage;
  if (const Result<void> workflows = verify_sums(backup, Part::workflows); note.empty() && !workflows.ok()) {
    note = workflows.failure().text;
    store.mark_damaged(backup, note);
  }
  ReadyDump ready = opened(backup, store.folder(), identity);
  ready.note = std::move(note);
  if (ready.folder) {
    const Result<std::string> sum = hash::sha256_of_file(ready.path);
    if (!sum.ok()) throw environment_error(sum.failure().text);
    if (*sum != backup.manifest->database->file.content_sha256)
      throw damaged("what comes out of the decryption is not what was dumped");
  }
  return ready;
}

ReadyDump ready_file(const std::string& path, const std::string& identity) {
  if (auto place = place_of(path)) {
    for (const StoredBackup& backup : place->store.list())
      if (backup.stamp == place->stamp && backup.manifest) return ready_backup(place->store, backup, identity);
  }
  if (!is_custom_dump(path))
    throw usage_error(format("{} is neither a backup nor a dump in pg_dump's custom format", text::printable(path)),
                      "kairon restore list shows the backups");
  require_listed_sum(path);
  return {path, path, path, {}, std::nullopt, nullptr};
}

Result<std::optional<ReadyDump>> newest_dump(const std::string& directory, const std::string& identity,
                                             std::time_t now) {
  for (auto environment = kEnvironments.rbegin(); environment != kEnvironments.rend(); ++environment) {
    const BackupStore store(directory, std::string(*environment));
    const auto newest = store.newest_good(now, Holding::database);
    if (!newest) continue;
    try {
      return std::optional(opened(*newest, store.folder(), identity));
    } catch (const Error& error) {
      if (error.code() == ExitCode::interrupted) throw;
      return Failure{error.message()};
    }
  }
  return std::optional<ReadyDump>();
}

}  // namespace kairon::backup
