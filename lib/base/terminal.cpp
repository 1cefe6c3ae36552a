#include "base/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <system_error>

#include "base/environment.h"
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
/// A progress line stands on the terminal: whatever is written next takes its place.
std::atomic<bool> g_progress_shown = false;

void erase_progress() {
  if (g_progress_shown.exchange(false)) static_cast<void>(file::write_all(STDERR_FILENO, kEraseLine).ok());
}

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
  if (!file::write_all(tty.get(), question).ok()) return std::nullopt;
  std::string line;
  char c = 0;
  for (;;) {
    // A signal may come just before a read would begin to wait, and be lost on it.
    pollfd ready{tty.get(), POLLIN, 0};
    const int count = ::poll(&ready, 1, 100);
    signals::check();
    if (count == 0 || (count < 0 && errno == EINTR)) continue;
    if (::read(tty.get(), &c, 1) != 1) break;
    if (c == '\n') return line;
    line += c;
  }
  return line.empty() ? std::nullopt : std::optional(line);
}

Progress::Progress(std::string title) : title_(std::move(title)), begun_(Clock::now()), shown_(begun_) {}

Progress::~Progress() { erase_progress(); }

void Progress::update(std::string_view detail) {
  if (g_quiet) return;
  const Clock::time_point now = Clock::now();
  const bool live = is_terminal(Channel::err) && environment::get("TERM").value_or("dumb") != "dumb";
  const auto pause = live ? (visible_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(500))
                          : std::chrono::milliseconds(9000);
  if (now - shown_ < pause) return;
  shown_ = now;
  visible_ = true;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begun_).count();
  const std::string line = format("{} {} ({} s)", title_, text::printable(detail), seconds);
  if (live) {
    write(Channel::err, std::string(kEraseLine) + line);
    g_progress_shown = true;
  } else {
    terminal::print(Channel::err, line);
  }
}

}  // namespace kairon::terminal
