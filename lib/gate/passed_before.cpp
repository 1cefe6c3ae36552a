#include "gate/passed_before.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "backup/store.h"
#include "base/build_id.h"
#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "postgres/binaries.h"

namespace kairon::gate {

namespace {

namespace fs = std::filesystem;

/// Names, sizes and times below the backups' folder: the newest dump is what migrations are tried on.
std::string backups(const config::Settings& settings, const std::string& top) {
  const std::string folder = backup::backup_directory(settings, top);
  std::vector<std::string> lines;
  std::error_code failed;
  if (folder.empty()) return {};
  for (auto at = fs::recursive_directory_iterator(folder, failed); at != fs::recursive_directory_iterator();
       at.increment(failed)) {
    std::error_code unknown;
    const auto size = at->is_regular_file(unknown) ? at->file_size(unknown) : 0;
    const auto time = at->last_write_time(unknown).time_since_epoch().count();
    lines.push_back(format("{} {} {}", at->path().string(), size, time));
  }
  std::sort(lines.begin(), lines.end());
  return folder + "\n" + text::join(lines, "\n");
}

std::string content_of(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings) {
  std::vector<std::string> parts = {std::string(build_id()), pushed.base, pushed.tip, server_version(settings)};
  for (const config::Settings::Row& row : settings.rows())
    if (row.known->section != "env") parts.push_back(format("{} {} {}", row.key, row.setting.value, row.shown));
  for (const std::string& variable : environment::all())
    if (variable.starts_with("KAIRON_")) parts.push_back(variable);
  parts.push_back(backups(settings, source.top()));
  return text::join(parts, "\n");
}

}  // namespace

std::string server_version(const config::Settings& settings) {
  const int major = settings.postgres_major();
  for (const postgres::Binaries& binaries : postgres::find_binaries()) {
    if (major == 0 || binaries.major == major) return binaries.folder + " " + binaries.version;
  }
  return {};
}

PassedBefore::PassedBefore(git::GitSource& source, const repository::PushedRef& pushed,
                           const config::Settings& settings)
    : file_(source.common_dir() + "/kairon/trial-verdicts/push-" + hash::sha256(content_of(source, pushed, settings))) {
}

bool PassedBefore::known() const { return file::exists(file_); }

void PassedBefore::remember() const {
  std::error_code ignored;
  fs::create_directories(fs::path(file_).parent_path(), ignored);
  static_cast<void>(file::write_atomic(file_, "passed\n", 0600).ok());
}

}  // namespace kairon::gate
