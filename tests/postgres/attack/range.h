#pragma once
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "base/file.h"
#include "base/format.h"
#include "base/temp.h"
#include "base/text.h"
#include "postgres/account.h"
#include "postgres/embedded.h"

namespace kairon::test {

/// Listens at a unix socket and a TCP port, counts who comes and sends them away.
class Doors {
 public:
  explicit Doors(const std::string& unix_path)
      : unix_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        tcp_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
    good_ = ::bind(unix_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
            ::listen(unix_.get(), 8) == 0;
    sockaddr_in loopback{};
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof loopback;
    good_ = good_ && ::bind(tcp_.get(), reinterpret_cast<const sockaddr*>(&loopback), size) == 0 &&
            ::listen(tcp_.get(), 8) == 0 &&
            ::getsockname(tcp_.get(), reinterpret_cast<sockaddr*>(&loopback), &size) == 0;
    port_ = ntohs(loopback.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Doors() {
    done_ = true;
    thread_.join();
  }
  Doors(const Doors&) = delete;
  Doors& operator=(const Doors&) = delete;

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int visitors() const { return visitors_; }

 private:
  void serve() {
    while (!done_) {
      std::array<pollfd, 2> doors{pollfd{unix_.get(), POLLIN, 0}, pollfd{tcp_.get(), POLLIN, 0}};
      if (::poll(doors.data(), doors.size(), 20) <= 0) continue;
      for (const pollfd& door : doors) {
        if ((door.revents & POLLIN) == 0) continue;
        const file::Descriptor visitor(::accept4(door.fd, nullptr, nullptr, SOCK_CLOEXEC));
        if (visitor) ++visitors_;
      }
    }
  }

  file::Descriptor unix_;
  file::Descriptor tcp_;
  bool good_ = false;
  int port_ = 0;
  std::atomic<int> visitors_ = 0;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

/// A server, and a folder outside of it that its user may do anything with, so that only the fence is in the way.
class Range {
 public:
  explicit Range(postgres::FenceMode mode)
      : server_(start(mode)),
        outside_("range", std::filesystem::path(server_.folder()).parent_path().string()),
        doors_(path("/.s.PGSQL.5432")) {
    own(outside_.path());
    own(path("/.s.PGSQL.5432"));
    ::mkdir(path("/space").c_str(), 0700);
    own(path("/space"));
    restore();
  }

  [[nodiscard]] bool good() const { return doors_.good(); }
  [[nodiscard]] std::string path(const std::string& name) const { return outside_.path() + name; }
  [[nodiscard]] const postgres::EmbeddedServer& server() const { return server_; }
  [[nodiscard]] int port() const { return doors_.port(); }

  /// Before an attack: the canary as it was, and nobody has come.
  void restore() {
    std::filesystem::remove_all(path("/fresh"));
    std::filesystem::remove(path("/canary"));
    static_cast<void>(file::write_atomic(path("/canary"), "7", 0600, file::Durability::cached).ok());
    own(path("/canary"));
    visitors_ = doors_.visitors();
  }

  /// After an attack: something outside has changed, or somebody has come.
  [[nodiscard]] bool harmed() const {
    struct stat info {};
    const bool whole =
        ::stat(path("/canary").c_str(), &info) == 0 && (info.st_mode & 07777U) == 0600 && info.st_size == 1;
    if (!whole || std::filesystem::exists(std::filesystem::symlink_status(path("/fresh")))) return true;
    // The door is answered by a thread of its own.
    for (int round = 0; round < 10 && doors_.visitors() == visitors_; ++round)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return doors_.visitors() != visitors_;
  }

  [[nodiscard]] std::string filled(std::string sql) const {
    sql = text::replace_all(sql, "{out}", outside_.path());
    return text::replace_all(sql, "{port}", std::to_string(port()));
  }

 private:
  static postgres::EmbeddedServer start(postgres::FenceMode mode) {
    postgres::EmbeddedOptions options;
    options.fence = mode;
    return postgres::EmbeddedServer::start(options);
  }

  static void own(const std::string& path) {
    const postgres::Account account = postgres::server_account();
    if (account.change) static_cast<void>(!::chown(path.c_str(), account.uid, account.gid));
  }

  postgres::EmbeddedServer server_;
  TempFolder outside_;
  Doors doors_;
  int visitors_ = 0;
};

}  // namespace kairon::test
