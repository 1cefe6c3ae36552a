#include "postgres/account.h"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace kairon::postgres {

namespace {

/// No distribution gives these numbers to anybody: useradd ends at 60000, systemd's dynamic users begin at 61184.
constexpr uid_t kFirst = 60600;
constexpr uid_t kCount = 500;

bool is_mapped(uid_t uid) {
  const Result<std::string> map = file::read("/proc/self/uid_map", 65536);
  if (!map.ok()) return true;  // no user namespaces: all numbers can be used
  for (const std::string_view line : text::lines(*map)) {
    std::istringstream fields{std::string(line)};
    unsigned long long inside = 0;
    unsigned long long outside = 0;
    unsigned long long count = 0;
    if (fields >> inside >> outside >> count && uid >= inside && uid < inside + count) return true;
  }
  return false;
}

std::set<uid_t> users_with_processes() {
  std::set<uid_t> users;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename().string();
    struct stat info {};
    if (name.find_first_not_of("0123456789") == std::string::npos && ::stat(entry.path().c_str(), &info) == 0)
      users.insert(info.st_uid);
  }
  return users;
}

Account unused_account() {
  const std::set<uid_t> busy = users_with_processes();
  for (uid_t tries = 0; tries < kCount; ++tries) {
    const uid_t uid = kFirst + (static_cast<uid_t>(::getpid()) + tries) % kCount;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    if (is_mapped(uid) && !busy.contains(uid) && ::getpwuid(uid) == nullptr) return {true, uid, uid};
  }
  return named_account();
}

}  // namespace

Account named_account() {
  if (::geteuid() != 0) return {};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
  if (const passwd* entry = ::getpwnam("nobody"); entry != nullptr && entry->pw_uid != 0)
    return {true, entry->pw_uid, entry->pw_gid};
  throw environment_error("PostgreSQL does not run as root, and there is no user nobody",
                          "run this command as an ordinary user");
}

Account server_account() {
  if (::geteuid() != 0) return {};
  static const Account account = unused_account();
  return account;
}

std::function<void()> become(const Account& account) {
  return [account] {
    const bool good =
        !account.change || (::setgroups(0, nullptr) == 0 && ::setresgid(account.gid, account.gid, account.gid) == 0 &&
                            ::setresuid(account.uid, account.uid, account.uid) == 0);
    if (!good) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after setresuid, which clears it
  };
}

}  // namespace kairon::postgres
