#pragma once
#include <string>
#include <vector>

#include "base/process.h"
#include "postgres/account.h"
#include "postgres/binaries.h"
#include "postgres/data_folder.h"
#include "postgres/fence.h"
#include "postgres/installation.h"

namespace kairon::postgres {

/// The database that every embedded server has: the only one of the trimmed template.
inline constexpr const char* kDatabase = "kairon";
inline constexpr const char* kSuperuser = "postgres";

/// The environment of server processes: fixed, and the loader's path when it is the server's own lib folder.
[[nodiscard]] std::vector<std::string> server_environment(const Installation& installation);

/// Starts `postgres` on folder.data() inside the fence, with `settings` ("name=value") besides ours, and returns when
/// it accepts connections (the word "ready" in postmaster.pid). Throws Error(environment) with the server's last words
/// when it does not within 60 s, and when the fence does not hold on this machine.
[[nodiscard]] process::Child launch(const Binaries& binaries, const DataFolder& folder, const Account& account,
                                    FenceMode mode, const std::vector<std::string>& settings = {});

/// libpq's way to `database` of the server in that folder, as superuser.
[[nodiscard]] std::string socket_conninfo(const DataFolder& folder, const std::string& database);

}  // namespace kairon::postgres
