#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/temp.h"

namespace kairon::postgres {

/// How a client program (pg_dump, pg_restore) reaches a database without its secrets in argv, which
/// every user of the machine can read: the connection string without them as an argument (host, TLS
/// options and all else stay), the password in PGPASSWORD, a client key's passphrase in a service
/// file of mode 0600 (PostgreSQL docs: "Environment Variables", "The Connection Service File").
class ClientAccess {
 public:
  /// Throws Error(usage) when the string cannot be read.
  explicit ClientAccess(const std::string& conninfo);

  /// For --dbname.
  [[nodiscard]] const std::string& conninfo() const noexcept { return conninfo_; }
  /// The child's whole environment, messages in English.
  [[nodiscard]] const std::vector<std::string>& environment() const noexcept { return environment_; }

 private:
  std::string conninfo_;
  std::vector<std::string> environment_;
  std::unique_ptr<TempFolder> folder_;
};

/// Run between fork and exec: the kernel ends the child (SIGTERM) when we die, even by SIGKILL.
void die_with_parent();

}  // namespace kairon::postgres
