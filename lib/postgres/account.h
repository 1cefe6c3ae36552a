#pragma once
#include <sys/types.h>

#include <functional>

namespace kairon::postgres {

/// The user that server processes run as. PostgreSQL refuses to run as root (docs: "Server Setup: The
/// PostgreSQL User Account"), so root hands over to `postgres`, else `nobody`; anybody else stays.
struct Account {
  bool change = false;  ///< false: our own user
  uid_t uid = 0;
  gid_t gid = 0;
};

/// Throws Error(environment) when we are root and neither user exists.
[[nodiscard]] Account server_account();

/// Async-signal-safe work between fork and exec: becomes the account, and asks the kernel to end the
/// server at once (SIGQUIT) when we die, even by SIGKILL (prctl(2), PR_SET_PDEATHSIG).
[[nodiscard]] std::function<void()> become(const Account& account);

}  // namespace kairon::postgres
