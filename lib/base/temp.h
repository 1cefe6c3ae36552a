#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"

namespace kairon {

/// A 0700 folder below temp_root() (or `parent`), removed with all its content when it goes out of
/// scope. Its name carries our process id (`kairon-<purpose>-<pid>-XXXXXX`) and it is locked (flock(2))
/// from before it has that name until we end, so that a later run can remove what a SIGKILL left behind.
class TempFolder {
 public:
  /// Throws Error(environment) when the folder cannot be made.
  explicit TempFolder(std::string_view purpose, const std::string& parent = {});
  TempFolder(TempFolder&& other) noexcept;
  TempFolder& operator=(TempFolder&&) = delete;
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  file::Descriptor lock_;
};

/// Removes the folders below `parent` that a TempFolder of ours made and nobody holds any more: the process
/// is gone and the lock is free. Those of another user, and of the purposes in `except`, are left alone.
void reap_stale(const std::string& parent, std::span<const std::string_view> except);

/// The same for the folders of one purpose, by the lock alone: the process id of a dead one may be somebody else's by
/// now. Only where the file system cannot lock, the process id decides. For what must not stay, and has no namesakes.
void reap_unheld(const std::string& parent, std::string_view purpose);

/// Process id in the name of a folder made by TempFolder, 0 when the name is not one of ours.
[[nodiscard]] int owner_of_temp_folder(std::string_view name, std::string_view purpose);

}  // namespace kairon
