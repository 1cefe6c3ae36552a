#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/temp.h"

namespace kairon::target {

/// Where a forwarded port leads, seen from the ssh host.
struct Forward {
  std::string host;
  int port = 0;
};

/// An `ssh -L` of our own: OpenSSH's client, its own control socket (so that a master connection of
/// the user is neither used nor ended), free local ports, ExitOnForwardFailure. Closed with the
/// object, and by the kernel when this process is killed (prctl(2), PR_SET_PDEATHSIG). It stands in
/// a session of its own, so that Ctrl-C leaves it to who rolls back. ssh(1), "-L" and "-S".
class Tunnel {
 public:
  /// Throws Error(environment) when ssh is missing, asks for something (BatchMode), or a forward
  /// fails.
  Tunnel(const std::string& ssh_host, const std::vector<Forward>& forwards);

  /// The local port on 127.0.0.1 of the forward at `index`.
  [[nodiscard]] int port(std::size_t index) const { return ports_.at(index); }
  [[nodiscard]] int pid() const noexcept { return child_.pid(); }

 private:
  /// True when it is open, false when ssh gave up or took too long.
  [[nodiscard]] bool await();
  [[nodiscard]] process::Child start(const std::string& ssh_host, const std::vector<Forward>& forwards);
  TempFolder folder_;
  std::vector<int> ports_;
  process::Child child_;
};

/// Where a database's connection string leads, seen from the ssh host (a socket or nothing: its
/// localhost). Throws Error(usage) when libpq cannot read it.
[[nodiscard]] Forward forward_to(const std::string& conninfo);

/// The same database through a local port. `host` stays for certificate checks and password files;
/// hostaddr is where libpq connects.
[[nodiscard]] std::string led_to(const std::string& conninfo, int port);

/// A way to a database: as it is, or through a tunnel that lives as long as this object.
class Route {
 public:
  /// `ssh_host` may be "". Throws as Tunnel and forward_to do.
  Route(const std::string& conninfo, const std::string& ssh_host);
  [[nodiscard]] const std::string& conninfo() const noexcept { return conninfo_; }

 private:
  std::unique_ptr<Tunnel> tunnel_;
  std::string conninfo_;
};

}  // namespace kairon::target
