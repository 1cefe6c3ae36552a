#include "postgres/fence_proof.h"

#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/temp.h"
#include "postgres/connection.h"
#include "postgres/data_folder.h"
#include "postgres/fence_check.h"
#include "postgres/launch.h"
#include "postgres/packed.h"
#include "postgres/private_memory.h"
#include "postgres/template.h"

namespace kairon::postgres {

namespace {

constexpr std::string_view kProofRevision = "2";
constexpr unsigned long long kRoom = 128ULL << 20U;

std::string proof_path(const Binaries& binaries) {
  utsname kernel{};
  ::uname(&kernel);
  const std::string what = kairon::format("{}|{}|{}|{}|{}", template_key(binaries), kernel.release, kernel.version,
                                          ::geteuid() == 0 ? "root" : "user", kProofRevision);
  return kairon::format("{}/postgres/fence-{}", environment::cache_folder(), hash::sha256(what).substr(0, 24));
}

struct SqlAttempt {
  const char* what;
  std::string sql;
};

/// "" or what the server could do.
std::string escape_of(Connection& db, const TempFolder& outside) {
  const std::string canary = outside.path() + "/canary";
  const std::array attempts = {
      SqlAttempt{"it runs a program", "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'"},
      SqlAttempt{"it reads a file outside", kairon::format("SELECT pg_catalog.pg_read_file('{}')", canary)},
      SqlAttempt{"it writes a file outside", kairon::format("COPY (SELECT 1) TO '{}/fresh'", outside.path())}};
  for (const SqlAttempt& attempt : attempts) {
    if (db.execute(attempt.sql).ok()) return attempt.what;
  }
  return db.execute("SELECT pg_catalog.pg_read_file('PG_VERSION')").ok() ? "" : "it cannot read its own files";
}

}  // namespace

void prove_fence(const Binaries& binaries, const Account& account) {
  const std::string remembered = proof_path(binaries);
  if (file::exists(remembered)) return;
  const CachedData source = ensure_template(binaries, FenceMode::on);
  const DataFolder folder(account, 2 * packed_size(source.path) + kRoom);
  unpack(source.path, folder.data(), account);
  // Open to every user, so that only the fence keeps the server out.
  const TempFolder outside("outside");
  const bool made = file::write_atomic(outside.path() + "/canary", "canary", 0666, file::Durability::cached).ok() &&
                    ::chmod((outside.path() + "/canary").c_str(), 0666) == 0 &&
                    ::chmod(outside.path().c_str(), 01777) == 0;
  if (!made) throw environment_error(kairon::format("cannot write in {}: {}", outside.path(), file::last_error()));
  const PrivateMemory secrets;
  process::Child server = launch(binaries, folder, account, FenceMode::on);
  {
    Connection db = Connection::require({.conninfo = socket_conninfo(folder, kDatabase)});
    if (const std::string why = escape_of(db, outside); !why.empty())
      throw fence_error(kairon::format("PostgreSQL {}: {}", binaries.version, why));
  }
  server.stop(SIGQUIT, std::chrono::seconds(10));
  // Losing the note costs one more proof.
  static_cast<void>(file::write_atomic(remembered, binaries.version, 0600, file::Durability::cached).ok());
}

}  // namespace kairon::postgres
