#include "target/tunnel.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <thread>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "postgres/conninfo.h"

namespace kairon::target {

namespace {

using Clock = std::chrono::steady_clock;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// The kernel names a free port; ssh binds it a moment later and gives up when it was taken.
int free_port() {
  const file::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (!socket || ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw environment_error("no free local port: " + file::last_error());
  return ntohs(address.sin_port);
}

bool accepts(int port) {
  const file::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  return socket && ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

constexpr std::string_view kPurpose = "ssh";

// The path of a socket has room for 107 bytes, and ssh appends 17 while it makes one (mux.c).
std::string parent_folder() {
  constexpr std::size_t kRoom = 50;
  const std::string root = environment::temp_root();
  return root.size() > kRoom ? "/tmp" : root;
}

std::string last_words(const std::string& log) {
  const std::string_view text = text::trim(log);
  return text.empty() ? "ssh said nothing" : text::printable(text::lines(text).back());
}

}  // namespace

Tunnel::Tunnel(const std::string& ssh_host, const std::vector<Forward>& forwards)
    : folder_(kPurpose, parent_folder()), child_(start(ssh_host, forwards)) {
  // Somebody else's connection may have got a port between our look and ssh's.
  constexpr int kTries = 3;
  for (int tries = 1; !await(); ++tries) {
    const Result<std::string> read = file::read(folder_.path() + "/log", 65536);
    const std::string log = read.ok() ? *read : std::string();
    if (tries == kTries || !text::contains(log, "Address already in use"))
      throw environment_error(
          format("the ssh tunnel through {} cannot be opened: {}", text::printable(ssh_host), last_words(log)),
          format("try: ssh -o BatchMode=yes {} true", text::printable(ssh_host)));
    ports_.clear();
    child_ = start(ssh_host, forwards);
  }
}

bool Tunnel::await() {
  const Clock::time_point end = Clock::now() + std::chrono::seconds(20);
  // ssh listens on its control socket after it has bound the forwards (ssh.c, ssh_session2): a port that
  // accepts earlier is some other program's, and must not see our key.
  const auto is_open = [this] {
    return file::exists(folder_.path() + "/control") && std::all_of(ports_.begin(), ports_.end(), accepts);
  };
  while (!is_open()) {
    signals::check();
    if (!child_.running() || Clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

process::Child Tunnel::start(const std::string& ssh_host, const std::vector<Forward>& forwards) {
  reap_unheld(parent_folder(), kPurpose);  // what a kill -9 left behind; its ssh is gone already
  process::Command ssh;
  ssh.argv = {"ssh",
              "-N",
              "-T",
              "-o",
              "BatchMode=yes",
              "-o",
              "ExitOnForwardFailure=yes",
              "-o",
              "ConnectTimeout=10",
              "-o",
              "ServerAliveInterval=15",
              "-o",
              "ControlMaster=yes",
              "-o",
              "ControlPersist=no",
              "-S",
              folder_.path() + "/control"};
  for (const Forward& forward : forwards) {
    ports_.push_back(free_port());
    ssh.argv.insert(ssh.argv.end(), {"-L", format("127.0.0.1:{}:{}:{}", ports_.back(), forward.host, forward.port)});
  }
  ssh.argv.insert(ssh.argv.end(), {"--", ssh_host});
  ssh.output = process::Stream::capture;
  ssh.errors = process::Stream::capture;
  // Ctrl-C must not reach it: rolling back needs the tunnel. A kill -9 of ours must: nobody else would end it.
  ssh.in_child = [] {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  };
  Result<process::Child> child = process::Child::start(ssh, folder_.path() + "/log");
  if (!child.ok()) throw environment_error("ssh cannot be started: " + child.failure().text, "install openssh-client");
  return std::move(child).value();
}

namespace {

std::map<std::string, std::string> keywords_of(const std::string& conninfo) {
  const auto keywords = postgres::parse_conninfo(conninfo);
  if (!keywords) throw usage_error("a database setting is not a libpq connection string or url");
  return *keywords;
}

}  // namespace

Forward forward_to(const std::string& conninfo) {
  auto keywords = keywords_of(conninfo);
  const std::string host =
      keywords["host"].empty() || keywords["host"].starts_with('/') ? "localhost" : keywords["host"];
  const std::string port = keywords["port"].empty() ? "5432" : keywords["port"];
  return {host, std::atoi(port.c_str())};
}

std::string led_to(const std::string& conninfo, int port) {
  auto keywords = keywords_of(conninfo);
  if (keywords["host"].empty() || keywords["host"].starts_with('/')) keywords["host"] = "localhost";
  keywords["hostaddr"] = "127.0.0.1";
  keywords["port"] = std::to_string(port);
  return postgres::make_conninfo(keywords);
}

Route::Route(const std::string& conninfo, const std::string& ssh_host) : conninfo_(conninfo) {
  if (ssh_host.empty()) return;
  tunnel_ = std::make_unique<Tunnel>(ssh_host, std::vector<Forward>{forward_to(conninfo)});
  conninfo_ = led_to(conninfo, tunnel_->port(0));
}

}  // namespace kairon::target
