#include "postgres/template.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/signals.h"
#include "base/temp.h"
#include "base/text.h"
#include "postgres/connection.h"
#include "postgres/data_folder.h"
#include "postgres/launch.h"
#include "postgres/packed.h"

namespace kairon::postgres {

namespace {

namespace fs = std::filesystem;

/// Changes whenever the way templates are made changes.
constexpr std::string_view kRevision = "3";
constexpr std::size_t kKept = 6;
constexpr unsigned long long kInitdbRoom = 256ULL << 20U;

std::string cache() {
  const std::string folder = environment::cache_folder() + "/postgres";
  ::mkdir(folder.c_str(), 0700);
  return folder;
}

/// Takes a lock by polling, so that a signal is noticed.
file::Descriptor lock(const std::string& key, int how) {
  const std::string path = cache() + "/" + key + ".lock";
  file::Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) throw environment_error(format("cannot open {}: {}", path, file::last_error()));
  while (::flock(fd.get(), how | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      throw environment_error(format("cannot lock {}: {}", path, file::last_error()));
    signals::check();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return fd;
}

void run_tool(const Binaries& binaries, std::vector<std::string> argv, const Account& account) {
  process::Command command;
  command.argv = std::move(argv);
  command.folder = "/";
  command.environment = server_environment(installation_of(binaries));
  command.timeout = std::chrono::seconds(120);
  command.in_child = become(account);
  const std::string name = fs::path(command.argv.front()).filename().string();
  const Result<process::Outcome> outcome = process::run(command);
  if (!outcome.ok()) throw environment_error(format("{} failed: {}", name, outcome.failure().text));
  if (outcome->ok()) return;
  signals::check();  // Ctrl-C on a terminal ends the program as well
  const std::string why = text::replace_all(text::trim(outcome->errors), "\n", "; ");
  throw environment_error(
      format("{} failed: {}", name, text::printable(why)),
      "PostgreSQL needs an ordinary user with an entry in /etc/passwd that can read its files, and room "
      "in /dev/shm or TMPDIR");
}

/// Only one database is kept, renamed in the catalog because nobody can rename the one he is in.
void trim(const Binaries& binaries, const DataFolder& folder, const Account& account, FenceMode mode) {
  process::Child server = launch(binaries, folder, account, mode);
  {
    Connection db = Connection::require({.conninfo = socket_conninfo(folder, "template1")});
    db.must("UPDATE pg_database SET datistemplate = false, datallowconn = true");
    db.must("DROP DATABASE template0");
    db.must("DROP DATABASE postgres");
    db.must(format("UPDATE pg_database SET datname = '{}' WHERE datname = 'template1'", kDatabase));
    db.must(format("COMMENT ON DATABASE {} IS NULL", kDatabase));
  }
  if (server.stop(SIGINT, std::chrono::seconds(30)) != 0)
    throw environment_error("PostgreSQL did not stop in order while its template was made");
  if (::access((binaries.folder + "/pg_resetwal").c_str(), X_OK) == 0)
    run_tool(binaries, {binaries.folder + "/pg_resetwal", "-D", folder.data()}, account);
}

void build_template(const Binaries& binaries, const std::string& key, FenceMode mode) {
  const Account account = named_account();
  const DataFolder folder(account, kInitdbRoom);
  run_tool(binaries,
           {binaries.folder + "/initdb", "-D", folder.data(), "-U", kSuperuser, "-A", "trust", "-E", "UTF8",
            "--no-locale", "--no-sync", "--wal-segsize=1"},
           account);
  trim(binaries, folder, account, mode);
  store_cached(key, folder.data());
}

void prune() {
  std::vector<std::pair<fs::file_time_type, std::string>> bases;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(cache(), failed)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("base-") && !name.ends_with(".lock")) bases.emplace_back(entry.last_write_time(failed), name);
  }
  std::sort(bases.rbegin(), bases.rend());
  for (std::size_t i = kKept; i < bases.size(); ++i) drop_cached(bases[i].second);
}

}  // namespace

std::string template_key(const Binaries& binaries) {
  return "initdb-" + hash::sha256(format("{}|{}|{}", binaries.folder, binaries.version, kRevision)).substr(0, 24);
}

CachedData ensure_template(const Binaries& binaries, FenceMode mode) {
  const std::string key = template_key(binaries);
  if (CachedData found = find_cached(key); !found.path.empty()) return found;
  {
    const file::Descriptor alone = lock(key + ".build", LOCK_EX);
    if (find_cached(key).path.empty()) build_template(binaries, key, mode);
  }
  return find_cached(key);
}

CachedData find_cached(const std::string& key) {
  const std::string path = cache() + "/" + key;
  if (!file::exists(path)) return {};
  file::Descriptor hold = lock(key, LOCK_SH);
  if (!file::exists(path)) return {};
  ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // last used now, for prune()
  return {path, std::move(hold)};
}

void store_cached(const std::string& key, const std::string& data) {
  const std::string path = cache() + "/" + key;
  if (file::exists(path)) return;
  reap_stale(cache(), {});
  const TempFolder staging("cache", cache());
  const std::string copy = staging.path() + "/data";
  pack(data, copy);
  // Fails when another process was first: its content is the same.
  if (::rename(copy.c_str(), path.c_str()) == 0) prune();
}

void drop_cached(const std::string& key) {
  const std::string path = cache() + "/" + key;
  const file::Descriptor fd(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return;
  const TempFolder trash("cache", cache());
  ::rename(path.c_str(), (trash.path() + "/data").c_str());
  if (key.starts_with("base-")) ::unlink((path + ".lock").c_str());
}

}  // namespace kairon::postgres
