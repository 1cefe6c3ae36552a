#pragma once
#include <functional>
#include <memory>
#include <string>

#include "postgres/binaries.h"
#include "postgres/connection.h"
#include "postgres/fence.h"

namespace kairon::postgres {

/// What the private server starts from.
struct EmbeddedOptions {
  int major = 0;                ///< 0 = the newest installed
  unsigned long long room = 0;  ///< bytes that will be loaded, for choosing where the data lives
  std::string base_key;         ///< "" = the bare template; else names the content that `load_base` makes
  FenceMode fence = FenceMode::on;
  /// Fills the database `kairon` once per key and server version; the result is cached. Called with the
  /// server's superuser connection string.
  std::function<void(const EmbeddedOptions&, const std::string& conninfo)> load_base = {};
};

/// A private PostgreSQL: unix socket in a 0700 folder, data on tmpfs where there is room, made from a
/// cached template. Ended (SIGQUIT) and removed with the object; if we are killed, the kernel ends it
/// and the next start removes its folder.
class EmbeddedServer {
 public:
  /// Throws Error(environment) when there is no PostgreSQL or it cannot be started.
  [[nodiscard]] static EmbeddedServer start(const EmbeddedOptions& options = {});
  EmbeddedServer(EmbeddedServer&&) noexcept;
  EmbeddedServer& operator=(EmbeddedServer&&) = delete;
  EmbeddedServer(const EmbeddedServer&) = delete;
  ~EmbeddedServer();

  /// Superuser's way to the database `kairon`.
  [[nodiscard]] std::string conninfo() const;
  [[nodiscard]] const Binaries& binaries() const;
  [[nodiscard]] int pid() const;
  /// The server's folder, for tests.
  [[nodiscard]] std::string folder() const;

 private:
  struct Impl;
  explicit EmbeddedServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Forgets what `load_base` made for these options; the next start() loads anew.
void forget_base(const EmbeddedOptions& options);

/// True when start() with these options finds everything cached (no initdb, no loading).
[[nodiscard]] bool embedded_is_cached(const EmbeddedOptions& options);

}  // namespace kairon::postgres
