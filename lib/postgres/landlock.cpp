#include "postgres/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "base/error.h"
#include "base/format.h"

namespace kairon::postgres {

namespace {

// The headers of Debian 12 end at version 2 of the interface, so its names are written out here.
constexpr std::uint64_t kExecute = 1U << 0U;
constexpr std::uint64_t kWriteFile = 1U << 1U;
constexpr std::uint64_t kReadFile = 1U << 2U;
constexpr std::uint64_t kReadFolder = 1U << 3U;
constexpr std::uint64_t kRemoveFolder = 1U << 4U;
constexpr std::uint64_t kRemoveFile = 1U << 5U;
constexpr std::uint64_t kMakeFolder = 1U << 7U;
constexpr std::uint64_t kMakeFile = 1U << 8U;
constexpr std::uint64_t kMakeSocket = 1U << 9U;
constexpr std::uint64_t kRefer = 1U << 13U;
constexpr std::uint64_t kTruncate = 1U << 14U;

constexpr std::uint64_t kAllTcp = 3;     ///< bind, connect
constexpr std::uint64_t kAllScopes = 3;  ///< abstract sockets, signals
constexpr unsigned kVersionOnly = 1;     ///< LANDLOCK_CREATE_RULESET_VERSION
constexpr int kPathBeneath = 1;          ///< LANDLOCK_RULE_PATH_BENEATH
constexpr std::uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate;

struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scopes = 0;
};

struct [[gnu::packed]] Beneath {
  std::uint64_t allowed = 0;
  std::int32_t parent = -1;
};

/// All rights on files that this version of the interface can refuse.
std::uint64_t known_rights(int version) {
  const unsigned count = version < 2 ? 13 : version < 3 ? 14 : version < 5 ? 15 : 16;
  return (std::uint64_t{1} << count) - 1;
}

std::uint64_t rights_of(PathUse use) {
  constexpr std::uint64_t kReading = kReadFile | kReadFolder;
  constexpr std::uint64_t kOwn =
      kReading | kWriteFile | kRemoveFolder | kRemoveFile | kMakeFolder | kMakeFile | kRefer | kTruncate;
  switch (use) {
    case PathUse::read:
      return kReading;
    case PathUse::own:
      return kOwn;
    case PathUse::sockets:
      return kOwn | kMakeSocket;
    case PathUse::device:
      return kReadFile | kWriteFile;
    case PathUse::program:
      return kReadFile | kExecute;
  }
  return 0;
}

void add_path(int rules, const PathRule& rule, std::uint64_t known) {
  const file::Descriptor path(::open(rule.path.c_str(), O_PATH | O_CLOEXEC));
  struct stat info {};
  if (!path || ::fstat(path.get(), &info) != 0) return;
  Beneath beneath{rights_of(rule.use) & known, path.get()};
  if (!S_ISDIR(info.st_mode)) beneath.allowed &= kOfFiles;
  if (::syscall(SYS_landlock_add_rule, rules, kPathBeneath, &beneath, 0) != 0)
    throw environment_error(kairon::format("Landlock refuses a rule for {}: {}", rule.path, file::last_error()));
}

}  // namespace

int landlock_version() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersionOnly);
  return version > 0 ? static_cast<int>(version) : 0;
}

file::Descriptor landlock_rules(const std::vector<PathRule>& paths) {
  const int version = landlock_version();
  Ruleset handled{known_rights(version), version < 4 ? 0 : kAllTcp, version < 6 ? 0 : kAllScopes};
  const std::size_t size = version < 4 ? sizeof handled.files : version < 6 ? 2 * sizeof handled.files : sizeof handled;
  file::Descriptor rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, size, 0)));
  if (!rules) throw environment_error(kairon::format("the kernel's Landlock makes no rules: {}", file::last_error()));
  for (const PathRule& rule : paths) add_path(rules.get(), rule, handled.files);
  return rules;
}

bool landlock_enter(int rules) noexcept { return ::syscall(SYS_landlock_restrict_self, rules, 0) == 0; }

}  // namespace kairon::postgres
