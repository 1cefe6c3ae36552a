#pragma once
#include <sys/types.h>

#include <functional>

namespace kairon::postgres {

/// The user that server processes run as. PostgreSQL refuses to run as root (docs: "Server Setup: The
/// PostgreSQL User Account"); anybody but root stays who he is.
struct Account {
  bool change = false;  ///< false: our own user
  uid_t uid = 0;
  gid_t gid = 0;
};

/// As root: a user id without a passwd entry and without a process, the same one for the whole life of this process.
/// Never `postgres`, whose id owns real clusters. Where such ids cannot be used (a user namespace that maps only
/// some), `nobody`. Throws Error(environment) when there is none.
[[nodiscard]] Account server_account();

/// As root: `nobody`, because initdb asks for the name of its user.
[[nodiscard]] Account named_account();

/// Async-signal-safe work between fork and exec: becomes the account, and asks the kernel to end the
/// server at once (SIGQUIT) when we die, even by SIGKILL (prctl(2), PR_SET_PDEATHSIG).
[[nodiscard]] std::function<void()> become(const Account& account);

}  // namespace kairon::postgres
