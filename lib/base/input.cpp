#include "base/input.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/file.h"
#include "base/format.h"
#include "base/signals.h"

namespace kairon {

Result<std::string> read_stdin(std::size_t limit) {
  std::string input;
  std::array<char, 65536> buffer{};
  for (;;) {
    signals::check();
    const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failure{"stdin: " + file::last_error()};
    if (n == 0) return input;
    input.append(buffer.data(), static_cast<std::size_t>(n));
    if (input.size() > limit) return Failure{format("stdin: more than {} MiB", limit >> 20U)};
  }
}

}  // namespace kairon
