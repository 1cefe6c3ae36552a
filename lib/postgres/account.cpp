#include "postgres/account.h"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

#include "base/error.h"

namespace kairon::postgres {

Account server_account() {
  if (::geteuid() != 0) return {};
  for (const char* name : {"postgres", "nobody"}) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    if (const passwd* entry = ::getpwnam(name); entry != nullptr && entry->pw_uid != 0)
      return {true, entry->pw_uid, entry->pw_gid};
  }
  throw environment_error("PostgreSQL does not run as root, and there is neither a user postgres nor nobody",
                          "run this command as an ordinary user");
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
