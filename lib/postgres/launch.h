#pragma once
#include <string>
#include <vector>

#include "base/process.h"
#include "postgres/account.h"
#include "postgres/binaries.h"
#include "postgres/data_folder.h"

namespace kairon::postgres {

/// The database that every embedded server has: the only one of the trimmed template.
inline constexpr const char* kDatabase = "kairon";
inline constexpr const char* kSuperuser = "postgres";

/// The environment of server processes: nothing of ours but PATH and the loader's path.
[[nodiscard]] std::vector<std::string> server_environment();

/// Starts `postgres` on folder.data() and returns when it accepts connections (NOTIFY_SOCKET READY=1,
/// sd_notify(3); builds without systemd support: the word "ready" in postmaster.pid).
/// Throws Error(environment) with the server's last words when it does not within 60 s.
[[nodiscard]] process::Child launch(const Binaries& binaries, const DataFolder& folder, const Account& account);

/// libpq's way to `database` of the server in that folder, as superuser.
[[nodiscard]] std::string socket_conninfo(const DataFolder& folder, const std::string& database);

}  // namespace kairon::postgres
