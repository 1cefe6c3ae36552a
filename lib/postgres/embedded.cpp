#include "postgres/embedded.h"

#include <csignal>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "postgres/data_folder.h"
#include "postgres/fence_proof.h"
#include "postgres/launch.h"
#include "postgres/packed.h"
#include "postgres/private_memory.h"
#include "postgres/template.h"
#include "postgres/watchdog.h"

namespace kairon::postgres {

namespace {

constexpr std::chrono::seconds kStopPatience{10};
constexpr unsigned long long kSpareRoom = 160ULL << 20U;
/// Beyond what is loaded: indexes, rewritten tables, sorts.
constexpr unsigned long long kSpareBudget = 1ULL << 30U;
constexpr unsigned long long kMemoryBudget = 2ULL << 30U;

std::string base_key(const EmbeddedOptions& options, const Binaries& binaries) {
  return "base-" + hash::sha256(template_key(binaries) + "|" + options.base_key).substr(0, 24);
}

}  // namespace

struct EmbeddedServer::Impl {
  Impl(Binaries found, const Account& who, const std::string& source, const EmbeddedOptions& options)
      : binaries(std::move(found)),
        account(who),
        fence(options.fence),
        folder(who, 2 * packed_size(source) + kSpareRoom + options.room),
        budget{2 * packed_size(source) + options.room + kSpareBudget, kMemoryBudget} {
    unpack(source, folder.data(), account);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (server) stop(SIGQUIT, kStopPatience);
  }

  /// Ends the server, and what it has left behind; its exit status.
  int stop(int signal, std::chrono::milliseconds patience) {
    dog.reset();
    const int status = server->stop(signal, patience);
    Subreaper::end_leftovers();
    return status;
  }

  void start() {
    // One process' sorts; the whole is the watchdog's. A superuser may lift it.
    const std::string sorts = kairon::format("temp_file_limit={}kB", budget.disk >> 10U);
    server.emplace(launch(binaries, folder, account, fence, {sorts}));
    dog.emplace(server->pid(), std::filesystem::path(folder.data()).parent_path().string(), folder.sockets(), budget);
  }

  Binaries binaries;
  Account account;
  FenceMode fence;
  DataFolder folder;
  Budget budget;
  Subreaper reaper;
  PrivateMemory secrets;
  std::optional<process::Child> server;
  std::optional<Watchdog> dog;
};

namespace {

namespace fs = std::filesystem;

/// Before a base is kept or started again: settings of ALTER SYSTEM, and files that PostgreSQL does not have.
void tidy(const std::string& data) {
  static const std::set<std::string, std::less<>> kKnown = {"PG_VERSION",      "base",        "global",
                                                            "postgresql.conf", "pg_hba.conf", "pg_ident.conf"};
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(data, failed)) {
    const std::string name = entry.path().filename().string();
    const bool folder = name.starts_with("pg_") && entry.is_directory(failed) && !entry.is_symlink(failed);
    if (!folder && !kKnown.contains(name)) fs::remove_all(entry.path(), failed);
  }
}

/// A cached folder that the machine's crash left half-written does not start: it is made anew, once.
template <typename Make>
auto retried(const std::string& key, const Make& make) {
  try {
    return make();
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    drop_cached(key);
    return make();
  }
}

}  // namespace

EmbeddedServer::EmbeddedServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EmbeddedServer::EmbeddedServer(EmbeddedServer&&) noexcept = default;
EmbeddedServer::~EmbeddedServer() = default;

EmbeddedServer EmbeddedServer::start(const EmbeddedOptions& options) {
  reap_stale_folders();
  const Binaries binaries = require_binaries(options.major);
  const Account account = server_account();
  const bool first_ever = find_cached(template_key(binaries)).path.empty();
  if (options.fence == FenceMode::on) prove_fence(binaries, account);
  const std::string key = base_key(options, binaries);
  const auto from = [&](const std::string& source) {
    auto impl = std::make_unique<Impl>(binaries, account, source, options);
    impl->start();
    return impl;
  };
  const auto bare = [&] {
    return retried(template_key(binaries), [&] { return from(ensure_template(binaries, options.fence).path); });
  };
  if (options.base_key.empty()) return EmbeddedServer(bare());
  if (const CachedData cached = find_cached(key); !cached.path.empty()) {
    try {
      return EmbeddedServer(from(cached.path));
    } catch (const Error& error) {
      if (error.code() == ExitCode::interrupted) throw;
    }
  }
  drop_cached(key);
  std::unique_ptr<Impl> impl = bare();
  options.load_base(options, socket_conninfo(impl->folder, kDatabase));
  // The very first run has waited for initdb already; the next one keeps the base.
  if (first_ever) return EmbeddedServer(std::move(impl));
  const bool in_order = impl->stop(SIGINT, std::chrono::seconds(60)) == 0;
  tidy(impl->folder.data());
  if (in_order) store_cached(key, impl->folder.data());
  impl->start();
  return EmbeddedServer(std::move(impl));
}

std::string EmbeddedServer::conninfo() const { return socket_conninfo(impl_->folder, kDatabase); }
const Binaries& EmbeddedServer::binaries() const { return impl_->binaries; }
int EmbeddedServer::pid() const { return impl_->server->pid(); }
std::string EmbeddedServer::folder() const {
  return std::filesystem::path(impl_->folder.data()).parent_path().string();
}

void forget_base(const EmbeddedOptions& options) { drop_cached(base_key(options, require_binaries(options.major))); }

bool embedded_is_cached(const EmbeddedOptions& options) {
  const Binaries binaries = require_binaries(options.major);
  return !find_cached(options.base_key.empty() ? template_key(binaries) : base_key(options, binaries)).path.empty();
}

}  // namespace kairon::postgres
