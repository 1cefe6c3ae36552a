#pragma once
#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace kairon::process {

/// What becomes of one of a child's standard streams.
enum class Stream { inherit, discard, capture };

/// A command to run. There is never a shell: argv[0] is looked up in PATH.
struct Command {
  std::vector<std::string> argv;
  std::string folder = {};                                   ///< working directory; "" = ours
  std::optional<std::vector<std::string>> environment = {};  ///< NAME=value; unset = environment::without_git()
  std::optional<std::string> input = {};                     ///< fed to stdin; unset = /dev/null
  bool inherit_input = false;                                ///< stdin is ours (input must be unset)
  int input_fd = -1;                                         ///< this becomes stdin (input must be unset); -1 = none
  int output_fd = -1;                                        ///< this becomes stdout, whatever `output` says
  Stream output = Stream::capture;
  Stream errors = Stream::capture;
  std::chrono::milliseconds timeout{0};              ///< 0 = none; then SIGTERM, after `grace` SIGKILL
  std::chrono::milliseconds grace{2000};             ///< between SIGTERM and SIGKILL
  std::size_t output_limit = std::size_t{1} << 30U;  ///< captured bytes per stream; more is dropped
  std::function<void()> on_tick = {};                ///< run(): called about every 100 ms while it runs
  std::function<void()> in_child = {};               ///< async-signal-safe work between fork and exec
};

struct Outcome {
  int status = 0;  ///< exit status, or 128 + signal
  int signal = 0;  ///< the signal that ended it, 0 when it exited
  bool timed_out = false;
  std::string output;
  std::string errors;
  [[nodiscard]] bool ok() const noexcept { return status == 0; }
};

/// Runs a command to its end. Fails when it cannot be started (not found, not executable).
/// Throws Error(interrupted) after SIGINT/SIGTERM, with the child ended first.
[[nodiscard]] Result<Outcome> run(const Command& command);

/// `strings` as execve and posix_spawn take them: a pointer to each, and a null at the end. Valid while the
/// strings live and do not change.
[[nodiscard]] std::vector<char*> pointers(const std::vector<std::string>& strings);

/// A child that goes on running next to us; the destructor ends it (SIGTERM, then SIGKILL after
/// 2 s). Its streams may be inherited or discarded; output may go to `log_path`.
class Child {
 public:
  /// Starts `command`; Stream::capture is treated as discard unless `log_path` is given.
  /// input_fd and output_fd are duplicated into the child and stay open here.
  [[nodiscard]] static Result<Child> start(const Command& command, const std::string& log_path = {});
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// True while it has not ended (reaps it when it has).
  [[nodiscard]] bool running();
  /// Sends `signal` and waits up to `patience`, then SIGKILL; returns the wait status's exit code.
  int stop(int signal, std::chrono::milliseconds patience);
  /// Waits for the end, at most `patience`; nothing when it still runs.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds patience);
  /// Gives up ownership without ending the child.
  void detach() noexcept { pid_ = -1; }

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
  std::optional<int> status_;
};

}  // namespace kairon::process
