#pragma once
#include <memory>
#include <string>

#include "base/file.h"
#include "base/temp.h"
#include "postgres/account.h"

namespace kairon::postgres {

/// A 0700 folder for one server: `data`, `s` (socket) and `log`, on /dev/shm when it has room for
/// `bytes`, else below the temp folder. Held by a lock, so that the next run can tell a dead owner's
/// folder from a living one's (a process id alone may be of another container, or used again).
class DataFolder {
 public:
  /// Throws Error(environment) when no folder can be made.
  DataFolder(const Account& account, unsigned long long bytes);

  [[nodiscard]] std::string data() const { return folder_.path() + "/data"; }
  [[nodiscard]] const std::string& sockets() const { return sockets_; }
  [[nodiscard]] std::string log() const { return folder_.path() + "/log"; }

 private:
  TempFolder folder_;
  std::unique_ptr<TempFolder> short_folder_;  ///< when TMPDIR is too long for a socket's name
  std::string sockets_;
  file::Descriptor lock_;
};

/// Ends servers and removes folders of runs that are no more.
void reap_stale_folders();

}  // namespace kairon::postgres
