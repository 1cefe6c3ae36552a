#include "base/dialogue.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include "base/environment.h"
#include "base/process.h"
#include "base/signals.h"

namespace kairon::process {

namespace {

constexpr int kSignalCheckMilliseconds = 100;

/// posix_spawn's two option objects, with our wishes filled in.
class SpawnPlan {
 public:
  SpawnPlan(int child_in, int child_out, const std::string& folder) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawn_file_actions_adddup2(&actions_, child_in, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, child_out, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (!folder.empty()) ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&defaults, number);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

bool reaped_within(pid_t pid, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (auto pause = std::chrono::microseconds(100);; pause = std::min(pause * 2, std::chrono::microseconds(10000))) {
    if (::waitpid(pid, nullptr, WNOHANG) != 0) return true;
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(pause);
  }
}

void kill_and_reap(pid_t pid) {
  ::kill(pid, SIGKILL);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<Dialogue> Dialogue::start(const std::vector<std::string>& argv, const std::string& folder,
                                 const std::vector<std::string>& environment) {
  if (argv.empty()) return Failure{"no command"};
  const std::optional<std::string> program = environment::find_program(argv.front());
  if (!program) return Failure{argv.front() + ": not found or not executable"};
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0) return Failure{"pipe: " + file::last_error()};
  const file::Descriptor child_in(in[0]);
  file::Descriptor to(in[1]);
  if (::pipe2(out.data(), O_CLOEXEC) != 0) return Failure{"pipe: " + file::last_error()};
  file::Descriptor from(out[0]);
  const file::Descriptor child_out(out[1]);

  const SpawnPlan plan(child_in.get(), child_out.get(), folder);
  pid_t pid = -1;
  errno = ::posix_spawn(&pid, program->c_str(), plan.actions(), plan.attributes(), pointers(argv).data(),
                        pointers(environment).data());
  if (errno != 0) return Failure{*program + ": " + file::last_error()};
  return Dialogue(pid, std::move(to), std::move(from));
}

Dialogue::Dialogue(Dialogue&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      to_(std::move(other.to_)),
      from_(std::move(other.from_)),
      buffer_(std::move(other.buffer_)) {}

Dialogue::~Dialogue() {
  to_.reset();
  from_.reset();
  if (pid_ > 0 && !reaped_within(pid_, std::chrono::milliseconds(2000))) kill_and_reap(pid_);
}

bool Dialogue::send(std::string_view request) { return to_ && file::write_all(to_.get(), request).ok(); }

bool Dialogue::fill() {
  pollfd wait{from_.get(), POLLIN, 0};
  while (from_) {
    signals::check();
    if (::poll(&wait, 1, kSignalCheckMilliseconds) <= 0) continue;
    std::array<char, 65536> chunk{};
    const ssize_t n = ::read(from_.get(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    buffer_.append(chunk.data(), static_cast<std::size_t>(n));
    return true;
  }
  return false;
}

std::optional<std::string> Dialogue::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (!fill()) return std::nullopt;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

std::optional<std::string> Dialogue::read_exactly(std::size_t count) {
  while (buffer_.size() < count) {
    if (!fill()) return std::nullopt;
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

void Dialogue::abandon() noexcept {
  to_.reset();
  from_.reset();
  if (pid_ > 0) kill_and_reap(pid_);
  pid_ = -1;
}

}  // namespace kairon::process
