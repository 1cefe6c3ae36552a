#include "base/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/note.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/unseen.h"

namespace kairon::terminal {

namespace {

using Clock = std::chrono::steady_clock;

int descriptor(Channel channel) { return channel == Channel::out ? STDOUT_FILENO : STDERR_FILENO; }

constexpr std::array<std::string_view, 7> kCodes = {"",           "\033[1m",    "\033[1;31m", "\033[1;33m",
                                                    "\033[1;32m", "\033[1;34m", "\033[2m"};
constexpr std::string_view kReset = "\033[0m";
constexpr std::string_view kEraseLine = "\r\033[K";

std::atomic<int> g_lost = 0;
std::atomic<Colour> g_colour = Colour::automatic;
bool g_quiet = false;
/// The terminal shows a progress line: whatever is written next takes its place.
std::atomic<bool> g_progress_shown = false;
/// A question waits for its answer: no progress line is drawn over it.
std::atomic<bool> g_asking = false;
/// One thread at a time writes.
std::mutex g_writing;

void erase_progress() {
  if (g_progress_shown.exchange(false)) static_cast<void>(file::write_all(STDERR_FILENO, kEraseLine).ok());
}

/// A line that wraps could not be erased: cut to the width of the terminal.
std::string fitting(std::string line) {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2) return line;
  std::size_t columns = size.ws_col - 1U;
  std::size_t end = 0;
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U; };
  while (end < line.size() && (columns > 0 || continues(end)))
    if (!continues(end++)) --columns;
  line.resize(end);
  return line;
}

/// Draws the live line of a Progress by a clock of its own: the work may not call update() for minutes.
class Ticker {
 public:
  explicit Ticker(Clock::time_point begun) : begun_(begun) {
    // Signals are for the thread that works.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    thread_ = std::thread([this] { run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ~Ticker() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  void say(std::string text) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    auto pause = std::chrono::milliseconds(500);
    while (!wake_.wait_for(lock, pause, [this] { return stopping_; })) {
      draw();
      pause = std::chrono::milliseconds(100);
    }
  }

  void draw() {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begun_).count();
    std::string line = fitting(format("{} ({} s)", text_, seconds));
    const std::lock_guard lock(g_writing);
    if (g_asking || (line == drawn_ && g_progress_shown)) return;
    static_cast<void>(file::write_all(STDERR_FILENO, std::string(kEraseLine) + line).ok());
    g_progress_shown = true;
    drawn_ = std::move(line);
  }

  Clock::time_point begun_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string text_;
  std::string drawn_;
  bool stopping_ = false;
  std::thread thread_;
};

/// While it lives the terminal belongs to a question.
class Asking {
 public:
  Asking() {
    const std::lock_guard lock(g_writing);
    erase_progress();
    g_asking = true;
  }
  ~Asking() { g_asking = false; }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
};

/// The ticker of the Progress that last had something to say.
std::unique_ptr<Ticker> g_ticker;
const Progress* g_ticking = nullptr;

}  // namespace

bool is_terminal(Channel channel) { return ::isatty(descriptor(channel)) == 1; }

void choose_colour(Colour choice) { g_colour = choice; }

void be_quiet() { g_quiet = true; }

void note(std::string_view text) {
  if (!g_quiet) terminal::print(Channel::err, text);
}

bool colour(Channel channel) {
  if (g_colour != Colour::automatic) return g_colour == Colour::always;
  if (!environment::get("NO_COLOR").value_or("").empty()) return false;
  const std::string forced = environment::get("CLICOLOR_FORCE").value_or("");
  if (!forced.empty() && forced != "0") return true;
  return environment::get("TERM").value_or("dumb") != "dumb" && is_terminal(channel);
}

std::string styled(Channel channel, Style style, std::string_view text) {
  if (style == Style::plain || !colour(channel)) return std::string(text);
  return std::string(kCodes[static_cast<std::size_t>(style)]) + std::string(text) + std::string(kReset);
}

void write(Channel channel, std::string_view text) {
  const std::lock_guard lock(g_writing);
  if (is_terminal(channel)) erase_progress();
  // The last line of defence: what a terminal reorders or obeys is named. Data for a file or a pipe stays.
  const bool seen = channel == Channel::err || is_terminal(channel);
  const Result<void> written = seen ? file::write_all(descriptor(channel), text::harmless_lines(text))
                                    : file::write_all(descriptor(channel), text);
  if (!written.ok() && channel == Channel::out && errno != EPIPE) g_lost = errno;
}

std::string lost_output() { return g_lost == 0 ? std::string() : std::generic_category().message(g_lost); }

void print(Channel channel, std::string_view text) { write(channel, std::string(text) + "\n"); }

std::optional<std::string> ask(std::string_view question) {
  const file::Descriptor tty(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  // Who typed something during the minutes before has not seen what they would be agreeing to.
  if (!tty || ::tcflush(tty.get(), TCIFLUSH) != 0) return std::nullopt;
  const Asking asking;
  if (!file::write_all(tty.get(), question).ok()) return std::nullopt;
  std::string line;
  char c = 0;
  for (;;) {
    // A signal may come just before a read would begin to wait, and be lost on it.
    pollfd ready{tty.get(), POLLIN, 0};
    const int count = ::poll(&ready, 1, 100);
    try {
      signals::check();
    } catch (const Error&) {
      // What is said next begins a line.
      static_cast<void>(file::write_all(tty.get(), "\n").ok());
      throw;
    }
    if (count == 0 || (count < 0 && errno == EINTR)) continue;
    if (::read(tty.get(), &c, 1) != 1) break;
    if (c == '\n') return line;
    line += c;
  }
  return line.empty() ? std::nullopt : std::optional(line);
}

Progress::Progress(std::string title) : title_(std::move(title)), begun_(Clock::now()), shown_(begun_) {}

Progress::~Progress() {
  if (visible_ && g_ticking == this) {
    g_ticker.reset();
    g_ticking = nullptr;
  }
  const std::lock_guard lock(g_writing);
  erase_progress();
}

void Progress::update(std::string_view detail) {
  if (g_quiet) return;
  std::string said = format("{}{}{}", title_, detail.empty() ? "" : " ", text::printable(detail));
  if (is_terminal(Channel::err) && environment::get("TERM").value_or("dumb") != "dumb") {
    if (g_ticking != this) g_ticker = std::make_unique<Ticker>(begun_);
    g_ticking = this;
    visible_ = true;
    g_ticker->say(std::move(said));
    return;
  }
  const Clock::time_point now = Clock::now();
  if (now - shown_ < std::chrono::milliseconds(9000)) return;
  shown_ = now;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begun_).count();
  terminal::print(Channel::err, format("{} ({} s)", said, seconds));
}

}  // namespace kairon::terminal
