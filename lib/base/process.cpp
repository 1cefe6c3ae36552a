#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "base/environment.h"
#include "base/signals.h"

namespace kairon::process {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPatience{2000};

struct Pipe {
  file::Descriptor read_end;
  file::Descriptor write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Failure{"pipe: " + file::last_error()};
  return Pipe{file::Descriptor(ends[0]), file::Descriptor(ends[1])};
}

/// The three descriptors that the child gets as 0, 1 and 2; -1 means /dev/null, -2 ours.
constexpr int kNull = -1;
constexpr int kOurs = -2;
struct Streams {
  std::array<int, 3> fds{kNull, kNull, kNull};
};

[[noreturn]] void become(const Command& command, const std::string& program, const Streams& streams, int report,
                         const std::vector<char*>& argv, const std::vector<char*>& envp) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(number, SIG_DFL);
  bool good = true;
  for (int target = 0; target < 3; ++target) {
    const int wanted = streams.fds[static_cast<std::size_t>(target)];
    if (wanted == kOurs) continue;
    const int source = wanted == kNull ? ::open("/dev/null", target == 0 ? O_RDONLY : O_WRONLY) : wanted;
    good = good && source >= 0 && (source == target || ::dup2(source, target) == target);
  }
  good = good && (command.folder.empty() || ::chdir(command.folder.c_str()) == 0);
  if (good) {
    if (command.in_child) command.in_child();
    ::execve(program.c_str(), argv.data(), envp.data());
  }
  const int reason = errno;
  [[maybe_unused]] const ssize_t sent = ::write(report, &reason, sizeof reason);
  ::_exit(127);
}

Result<pid_t> spawn(const Command& command, const Streams& streams) {
  if (command.argv.empty()) return Failure{"no command"};
  const std::optional<std::string> program = environment::find_program(command.argv.front());
  if (!program) return Failure{command.argv.front() + ": not found or not executable"};
  const std::vector<std::string> variables = command.environment ? *command.environment : environment::without_git();
  const std::vector<char*> argv = pointers(command.argv);
  const std::vector<char*> envp = pointers(variables);
  Result<Pipe> report = make_pipe();
  if (!report.ok()) return report.failure();
  const pid_t pid = ::fork();
  if (pid < 0) return Failure{"fork: " + file::last_error()};
  if (pid == 0) become(command, *program, streams, report->write_end.get(), argv, envp);
  report->write_end.reset();
  int reason = 0;
  ssize_t n = 0;
  do n = ::read(report->read_end.get(), &reason, sizeof reason);
  while (n < 0 && errno == EINTR);
  if (n == static_cast<ssize_t>(sizeof reason)) {
    ::waitpid(pid, nullptr, 0);
    errno = reason;
    return Failure{*program + ": " + file::last_error()};
  }
  return pid;
}

int exit_code(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

std::optional<int> try_wait(pid_t pid) {
  int status = 0;
  const pid_t done = ::waitpid(pid, &status, WNOHANG);
  if (done == 0) return std::nullopt;
  return done == pid ? status : 0;
}

std::optional<int> wait_until(pid_t pid, Clock::time_point end) {
  for (auto pause = std::chrono::microseconds(200);; pause = std::min(pause * 2, std::chrono::microseconds(10000))) {
    if (const auto status = try_wait(pid)) return status;
    if (Clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(pause);
  }
}

int terminate(pid_t pid, int signal, milliseconds patience) {
  ::kill(pid, signal);
  if (const auto status = wait_until(pid, Clock::now() + patience)) return *status;
  ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

/// Feeds and drains a child's pipes until both outputs are closed or time is up.
class Pump {
 public:
  Pump(const Command& command, Pipe& in, Pipe& out, Pipe& err, Outcome& outcome)
      : command_(command), in_(in.write_end), out_(out.read_end), err_(err.read_end), outcome_(outcome) {
    for (const auto* fd : {&in_, &out_, &err_}) {
      if (*fd) ::fcntl(fd->get(), F_SETFL, ::fcntl(fd->get(), F_GETFL) | O_NONBLOCK);
    }
    if (command_.input) pending_ = *command_.input;
    if (pending_.empty()) in_.reset();
  }

  /// One round of poll(2), at most `patience` long; false when nothing is left to do.
  bool turn(milliseconds patience) {
    std::array<pollfd, 3> fds{pollfd{in_.get(), POLLOUT, 0}, pollfd{out_.get(), POLLIN, 0},
                              pollfd{err_.get(), POLLIN, 0}};
    if (!in_ && !out_ && !err_) return false;
    if (::poll(fds.data(), fds.size(), static_cast<int>(patience.count())) <= 0) return true;
    if (fds[0].revents != 0) feed();
    if (fds[1].revents != 0) drain(out_, outcome_.output);
    if (fds[2].revents != 0) drain(err_, outcome_.errors);
    return in_ || out_ || err_;
  }

 private:
  void feed() {
    const ssize_t n = ::write(in_.get(), pending_.data(), pending_.size());
    if (n > 0) pending_.remove_prefix(static_cast<std::size_t>(n));
    if ((n < 0 && errno != EAGAIN && errno != EINTR) || pending_.empty()) in_.reset();
  }

  void drain(file::Descriptor& fd, std::string& target) const {
    std::array<char, 65536> buffer{};
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      fd.reset();
      return;
    }
    const std::size_t room = command_.output_limit - std::min(command_.output_limit, target.size());
    target.append(buffer.data(), std::min(room, static_cast<std::size_t>(n)));
  }

  const Command& command_;
  std::string_view pending_;
  file::Descriptor& in_;
  file::Descriptor& out_;
  file::Descriptor& err_;
  Outcome& outcome_;
};

struct Plumbing {
  Pipe in, out, err;
  Streams streams;
};

Result<Plumbing> lay_pipes(const Command& command) {
  Plumbing plumbing;
  if (command.inherit_input) plumbing.streams.fds[0] = kOurs;
  if (command.input_fd >= 0) plumbing.streams.fds[0] = command.input_fd;
  if (command.input) {
    Result<Pipe> pipe = make_pipe();
    if (!pipe.ok()) return pipe.failure();
    plumbing.in = std::move(*pipe);
    plumbing.streams.fds[0] = plumbing.in.read_end.get();
  }
  const auto connect = [](Stream stream, Pipe& target, int& fd) -> Result<void> {
    if (stream == Stream::inherit) fd = kOurs;
    if (stream != Stream::capture) return {};
    Result<Pipe> pipe = make_pipe();
    if (!pipe.ok()) return pipe.failure();
    target = std::move(*pipe);
    fd = target.write_end.get();
    return {};
  };
  Result<void> out = connect(command.output, plumbing.out, plumbing.streams.fds[1]);
  Result<void> err = connect(command.errors, plumbing.err, plumbing.streams.fds[2]);
  if (!out.ok()) return out.failure();
  if (!err.ok()) return err.failure();
  if (command.output_fd >= 0) plumbing.streams.fds[1] = command.output_fd;
  return plumbing;
}

}  // namespace

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& s : strings) out.push_back(const_cast<char*>(s.c_str()));  // NOLINT: execve's signature
  out.push_back(nullptr);
  return out;
}

Result<Outcome> run(const Command& command) {
  Result<Plumbing> plumbing = lay_pipes(command);
  if (!plumbing.ok()) return plumbing.failure();
  const Result<pid_t> pid = spawn(command, plumbing->streams);
  if (!pid.ok()) return pid.failure();
  plumbing->in.read_end.reset();
  plumbing->out.write_end.reset();
  plumbing->err.write_end.reset();

  Outcome outcome;
  const bool limited = command.timeout.count() > 0;
  const Clock::time_point end = Clock::now() + command.timeout;
  Pump pump(command, plumbing->in, plumbing->out, plumbing->err, outcome);
  std::optional<int> status;
  bool open = true;
  while (!status) {
    if (signals::interrupted()) {
      try {
        signals::check();
      } catch (...) {
        terminate(*pid, SIGTERM, command.grace);
        throw;
      }
    }
    if (limited && Clock::now() >= end) {
      outcome.timed_out = true;
      status = terminate(*pid, SIGTERM, command.grace);
      break;
    }
    if (command.on_tick) command.on_tick();
    if (open) {
      open = pump.turn(milliseconds(100));
      // A grandchild may hold the pipes open after the child is gone: do not wait for it.
      if (open) status = try_wait(*pid);
    } else {
      status = wait_until(*pid, Clock::now() + milliseconds(100));
    }
  }
  for (int rest = 0; open && rest < 1024; ++rest) {
    const std::size_t before = outcome.output.size() + outcome.errors.size();
    open = pump.turn(milliseconds(0));
    if (before == outcome.output.size() + outcome.errors.size()) break;
  }
  outcome.status = exit_code(*status);
  outcome.signal = WIFSIGNALED(*status) ? WTERMSIG(*status) : 0;
  return outcome;
}

Result<Child> Child::start(const Command& command, const std::string& log_path) {
  Streams streams;
  if (command.inherit_input) streams.fds[0] = kOurs;
  if (command.input_fd >= 0) streams.fds[0] = command.input_fd;
  file::Descriptor log;
  if (!log_path.empty()) {
    log = file::Descriptor(::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!log) return Failure{log_path + ": " + file::last_error()};
  }
  const auto wire = [&log](Stream stream) { return stream == Stream::inherit ? kOurs : log ? log.get() : kNull; };
  streams.fds[1] = command.output_fd >= 0 ? command.output_fd : wire(command.output);
  streams.fds[2] = wire(command.errors);
  const Result<pid_t> pid = spawn(command, streams);
  if (!pid.ok()) return pid.failure();
  return Child(*pid);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    if (pid_ > 0 && !status_) terminate(pid_, SIGTERM, kPatience);
    pid_ = std::exchange(other.pid_, -1);
    status_ = other.status_;
  }
  return *this;
}

Child::~Child() {
  if (pid_ > 0 && !status_) terminate(pid_, SIGTERM, kPatience);
}

bool Child::running() {
  if (pid_ <= 0 || status_) return false;
  status_ = try_wait(pid_);
  return !status_.has_value();
}

int Child::stop(int signal, milliseconds patience) {
  if (pid_ > 0 && !status_) status_ = terminate(pid_, signal, patience);
  return status_ ? exit_code(*status_) : 0;
}

std::optional<int> Child::wait(milliseconds patience) {
  if (pid_ > 0 && !status_) status_ = wait_until(pid_, Clock::now() + patience);
  if (!status_) return std::nullopt;
  return exit_code(*status_);
}

}  // namespace kairon::process
