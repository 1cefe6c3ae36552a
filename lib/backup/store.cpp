#include "backup/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/temp.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::backup {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPart = ".part-";
constexpr const char* kDamaged = "DAMAGED";
constexpr const char* kIncomplete = "INCOMPLETE";

constexpr const char* kRemedy = "free space and permissions of the folder that [backup] directory names";

Error cannot(std::string_view doing, const std::string& path) {
  return environment_error(format("cannot {} {}: {}", doing, path, file::last_error()), kRemedy);
}

std::string damage_of(const StoredBackup& backup, const StoredFile& one) {
  struct stat info {};
  if (::stat((backup.path + "/" + one.name).c_str(), &info) != 0) return one.name + " is missing";
  if (info.st_size != one.bytes) return format("{} has {} bytes, {} were recorded", one.name, info.st_size, one.bytes);
  return {};
}

/// What was found bad earlier, one reason a line, and what a look at the files says.
void look_for_damage(StoredBackup& backup) {
  const Manifest& manifest = *backup.manifest;
  const std::string workflows = manifest.workflows ? manifest.workflows->file.name + " " : std::string();
  const auto found = [&](std::string_view reason, bool in_workflows) {
    std::string& damage = in_workflows && manifest.database ? backup.workflows_damage : backup.damage;
    if (damage.empty()) damage = reason;
  };
  if (const Result<std::string> marks = file::read(backup.path + "/" + kDamaged, 65536); marks.ok())
    for (const std::string_view line : text::lines(text::trim(*marks)))
      found(line, !workflows.empty() && line.starts_with(workflows));
  if (manifest.database) found(damage_of(backup, manifest.database->file), false);
  if (manifest.workflows) found(damage_of(backup, manifest.workflows->file), true);
}

void require_private(const std::string& folder) {
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0) throw cannot("read", folder);
  const bool others = (info.st_mode & 022U) != 0 && (info.st_mode & S_ISVTX) == 0;
  if (info.st_uid != ::geteuid() || others)
    throw environment_error(
        format("{} {}", folder, others ? "can be written to by others" : "belongs to another user"),
        format("give the backups a folder of their own: chown {} {}; chmod 700 {}", ::geteuid(), folder, folder));
}

}  // namespace

std::string StoredBackup::dump() const {
  return manifest && manifest->database ? path + "/" + manifest->database->file.name : std::string();
}

BackupStore::BackupStore(std::string directory, std::string environment)
    : environment_(std::move(environment)), root_(std::move(directory)), folder_(root_ + "/" + environment_) {}

std::vector<StoredBackup> BackupStore::list() const {
  std::vector<StoredBackup> backups;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder_, failed)) {
    const std::string name = entry.path().filename().string();
    const auto taken = parse_stamp(name);
    if (!taken || !entry.is_directory(failed)) continue;
    StoredBackup backup{entry.path().string(), name, *taken, std::nullopt, {}, {}};
    Result<std::string> text = file::read(backup.path + "/manifest.json", std::size_t{32} << 20U);
    Result<Manifest> manifest =
        text.ok() ? parse_manifest(std::move(*text)) : Result<Manifest>(Failure{"the manifest cannot be read"});
    if (manifest.ok()) {
      backup.manifest = std::move(*manifest);
      look_for_damage(backup);
      if (const Result<std::string> reasons = file::read(backup.path + "/" + kIncomplete, 65536); reasons.ok())
        backup.shortfall = text::replace_all(text::trim(*reasons), "\n", "; ");
    } else {
      backup.damage = manifest.failure().text;
    }
    backups.push_back(std::move(backup));
  }
  std::sort(backups.begin(), backups.end(),
            [](const StoredBackup& a, const StoredBackup& b) { return a.taken > b.taken; });
  return backups;
}

std::optional<StoredBackup> BackupStore::newest_good(std::time_t now, Holding what) const {
  for (StoredBackup& backup : list()) {
    const bool has_dump = backup.manifest && backup.manifest->database && backup.damage.empty();
    const bool fits = what == Holding::anything ? backup.good() : has_dump;
    if (fits && !backup.is_future(now)) return std::move(backup);
  }
  return std::nullopt;
}

std::string future_note(const std::vector<StoredBackup>& backups, std::time_t now) {
  std::vector<std::string> stamps;
  for (const StoredBackup& backup : backups)
    if (backup.is_future(now)) stamps.push_back(backup.stamp);
  if (stamps.empty()) return {};
  return format("{} {} stamped in the future and not taken for the newest: a clock was wrong", text::join(stamps, ", "),
                stamps.size() == 1 ? "is" : "are");
}

std::optional<DrillRecord> BackupStore::last_drill() const {
  Result<std::string> text = file::read(folder_ + "/drill.json", 65536);
  if (!text.ok()) return std::nullopt;
  const auto parsed = json::Document::parse(std::move(*text));
  if (parsed.error) return std::nullopt;
  const json::Value root = parsed.document->root();
  const auto tested = parse_stamp(root["tested"].string());
  if (!tested) return std::nullopt;
  return DrillRecord{*tested, std::string(root["backup"].string()), root["passed"].boolean(), root["seconds"].number(),
                     std::string(root["reason"].string())};
}

void BackupStore::record_drill(const DrillRecord& drill) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_object();
  out.key("tested").string(stamp_of(drill.tested));
  out.key("backup").string(drill.backup);
  out.key("passed").boolean(drill.passed);
  out.key("seconds").number(drill.seconds);
  out.key("reason").string(drill.reason);
  out.end_object();
  const Result<void> written = file::write_atomic(folder_ + "/drill.json", out.take() + "\n", 0600);
  if (!written.ok()) throw environment_error("cannot note the drill's result: " + written.failure().text);
}

void BackupStore::prepare() {
  std::error_code failed;
  const bool fresh = !fs::exists(root_, failed);
  fs::create_directories(fs::path(root_).parent_path(), failed);
  for (const std::string& folder : {root_, folder_}) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) throw cannot("create", folder);
    require_private(folder);
  }
  // Dumps do not belong into a commit, wherever the folder stands.
  if (fresh && !file::write_atomic(root_ + "/.gitignore", "*\n", 0600).ok()) throw cannot("write to", root_);
}

file::Descriptor BackupStore::try_lock() {
  const std::string path = folder_ + "/.lock";
  file::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) throw cannot("open", path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) throw cannot("lock", path);
  return {};
}

file::Descriptor BackupStore::hold() const {
  file::Descriptor lock(::open((folder_ + "/.reading").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  // A folder that cannot be written to is rotated by nobody.
  if (lock) ::flock(lock.get(), LOCK_SH);
  return lock;
}

bool BackupStore::may_rotate(file::Descriptor& lock) const {
  lock = file::Descriptor(::open((folder_ + "/.reading").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  return lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
}

void BackupStore::reap() {
  std::error_code failed;
  std::vector<fs::path> stale;
  for (const auto& entry : fs::directory_iterator(folder_, failed))
    if (entry.path().filename().string().starts_with(kPart)) stale.push_back(entry.path());
  for (const fs::path& path : stale) fs::remove_all(path, failed);
  reap_unheld(folder_, kDecrypted);
}

std::string BackupStore::begin(std::time_t time) {
  const std::string path = format("{}/{}{}", folder_, kPart, stamp_of(time));
  if (::mkdir(path.c_str(), 0700) != 0) throw cannot("create", path);
  return path;
}

std::string BackupStore::commit(const std::string& temporary, std::time_t time) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(temporary, failed)) make_durable(entry.path().string());
  if (failed) throw cannot("read", temporary);
  make_durable(temporary);
  const std::string path = format("{}/{}", folder_, stamp_of(time));
  if (::rename(temporary.c_str(), path.c_str()) != 0) throw cannot("rename", temporary);
  make_durable(folder_);
  return path;
}

void BackupStore::remove(const StoredBackup& backup) {
  const std::string doomed = format("{}/{}deleted-{}", folder_, kPart, backup.stamp);
  std::error_code failed;
  fs::remove_all(doomed, failed);
  if (::rename(backup.path.c_str(), doomed.c_str()) != 0) throw cannot("remove", backup.path);
  fs::remove_all(doomed, failed);
  if (failed) throw environment_error(format("cannot remove {}: {}", doomed, failed.message()));
}

void BackupStore::mark_damaged(const StoredBackup& backup, const std::string& reason) {
  const std::string path = backup.path + "/" + kDamaged;
  const Result<std::string> marks = file::read(path, 65536);
  const std::string before = marks.ok() ? *marks : std::string();
  for (const std::string_view line : text::lines(before))
    if (line == reason) return;
  // A disk that takes no mark will not stop the caller from telling.
  static_cast<void>(file::write_atomic(path, before + reason + "\n", 0600).ok());
}

void BackupStore::mark_incomplete(const StoredBackup& backup, const std::vector<std::string>& reasons) {
  static_cast<void>(file::write_atomic(backup.path + "/" + kIncomplete, text::join(reasons, "\n") + "\n", 0600).ok());
}

Result<std::map<std::string, std::string>> listed_sums(const std::string& folder) {
  const Result<std::string> list = file::read(folder + "/SHA256SUMS", std::size_t{1} << 20U);
  if (!list.ok()) return list.failure();
  std::map<std::string, std::string> sums;
  for (const std::string_view line : text::lines(*list))
    if (line.size() > 66 && line.find('/') == std::string_view::npos) sums.emplace(line.substr(66), line.substr(0, 64));
  return sums;
}

Result<void> verify_sums(const StoredBackup& backup, Part part) {
  const Result<std::map<std::string, std::string>> listed = listed_sums(backup.path);
  if (!listed.ok()) return listed.failure();
  std::vector<std::string> names = {"manifest.json"};
  const bool database = part == Part::database;
  if (database && backup.manifest && backup.manifest->database) names.push_back(backup.manifest->database->file.name);
  if (!database && backup.manifest && backup.manifest->workflows)
    names.push_back(backup.manifest->workflows->file.name);
  for (const std::string& name : names) {
    const auto wanted = listed->find(name);
    if (wanted == listed->end()) return Failure{"SHA256SUMS does not name " + name};
    const Result<std::string> sum = hash::sha256_of_file(backup.path + "/" + name);
    if (!sum.ok()) return sum.failure();
    if (*sum != wanted->second) return Failure{name + " is not what was written: its checksum differs"};
  }
  return {};
}

std::string backup_directory(const config::Settings& settings, const std::string& top) {
  std::string directory = settings.value(config::kBackupDirectory);
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  if (directory.empty() || directory.front() == '/') return directory;
  if (directory.starts_with("~/")) return environment::get("HOME").value_or("") + directory.substr(1);
  return fs::absolute(fs::path(top) / directory).lexically_normal().string();
}

void make_durable(const std::string& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed)) {
    if (const Result<void> synced = file::sync_folder(path); !synced.ok())
      throw environment_error("cannot write " + synced.failure().text, kRemedy);
    return;
  }
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) throw cannot("write", path);
}

std::string shown_age(std::time_t seconds) {
  if (seconds < 0) return "in the future";
  if (seconds < 120) return format("{} s", seconds);
  if (seconds < 7200) return format("{} min", seconds / 60);
  if (seconds < 48 * 3600) return format("{} h", seconds / 3600);
  return format("{} days", seconds / 86400);
}

std::string shown_bytes(long long bytes) {
  if (bytes < 1000) return format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1000;
  const char* unit = "kB";
  for (const char* larger : {"MB", "GB", "TB"}) {
    if (value < 1000) break;
    value /= 1000;
    unit = larger;
  }
  return format("{:.1f} {}", value, unit);
}

}  // namespace kairon::backup
