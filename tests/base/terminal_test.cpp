#include "base/terminal.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/file.h"

using namespace kairon;

namespace {

constexpr int kPatience = 20000;  // ms

bool readable(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, kPatience) == 1 && (waiting.revents & POLLIN) != 0;
}

/// In the child, on the terminal as its controlling one: asks when something was typed already; the answer
/// is its exit status.
[[noreturn]] void ask_late(std::string_view early) {
  if (!early.empty() && !readable(STDIN_FILENO)) ::_exit(9);
  const std::optional<std::string> answer = terminal::ask("which? ");
  if (!answer) ::_exit(8);
  ::_exit(*answer == "right" ? 0 : *answer == "early" ? 1 : 2);
}

/// `early` is typed before the question is there, "right" when it is shown.
int status_of_question(std::string_view early) {
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) ask_late(early);
  const file::Descriptor master(terminal);
  REQUIRE(file::write_all(master.get(), early).ok());
  std::string seen;
  std::array<char, 256> buffer{};
  while (seen.find("which? ") == std::string::npos && readable(master.get())) {
    const ssize_t count = ::read(master.get(), buffer.data(), buffer.size());
    if (count <= 0) break;
    seen.append(buffer.data(), static_cast<std::size_t>(count));
  }
  static_cast<void>(file::write_all(master.get(), "right\n").ok());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("ask") {
  SUBCASE("takes the line that is typed") { CHECK(status_of_question("") == 0); }
  SUBCASE("what was typed before the question was shown is no answer to it") {
    CHECK(status_of_question("early\n") == 0);
  }
  SUBCASE("nor are several lines, and half a one") { CHECK(status_of_question("early\nearly\nea") == 0); }
}
