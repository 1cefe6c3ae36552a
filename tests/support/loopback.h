#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace kairon::test {

/// An HTTP server on a free port of 127.0.0.1 that keeps every request (head and body as they came)
/// and gives all of them the same answer.
class Loopback {
 public:
  explicit Loopback(std::string answer) : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), any, size) != 0 || ::listen(listener_.get(), 8) != 0) std::abort();
    ::getsockname(listener_.get(), any, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Loopback() {
    stopping_ = true;
    thread_.join();
  }
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  static constexpr int kTickMs = 20;

  void serve() {
    while (!stopping_) {
      pollfd waiting{listener_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, kTickMs) <= 0) continue;
      const file::Descriptor peer(::accept(listener_.get(), nullptr, nullptr));
      std::string request;
      while (!stopping_ && !complete(request)) {
        char buffer[4096];
        pollfd readable{peer.get(), POLLIN, 0};
        if (::poll(&readable, 1, kTickMs) <= 0) continue;
        const auto count = ::recv(peer.get(), buffer, sizeof buffer, 0);
        if (count <= 0) break;
        request.append(buffer, static_cast<std::size_t>(count));
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      // An empty answer is a server that hangs: the peer stays open until the test is over.
      while (answer_.empty() && !stopping_) std::this_thread::sleep_for(std::chrono::milliseconds(kTickMs));
      if (!file::write_all(peer.get(), answer_).ok()) continue;
    }
  }

  static bool complete(const std::string& request) {
    const std::size_t head = request.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const std::string lower = text::lower(request.substr(0, head));
    const std::size_t field = lower.find("content-length: ");
    const auto length = field == std::string::npos ? 0UL : std::strtoul(lower.c_str() + field + 16, nullptr, 10);
    return request.size() >= head + 4 + length;
  }

  std::string answer_;
  file::Descriptor listener_;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace kairon::test
