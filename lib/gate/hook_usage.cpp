#include "gate/hook_usage.h"

#include "base/format.h"
#include "base/guard.h"
#include "base/terminal.h"

namespace kairon::gate {

bool answered_by_hand(int argc, char** argv, std::string_view name, std::string_view job) {
  const std::string_view first = argc == 2 ? std::string_view(argv[1]) : std::string_view();
  if (first == "--version") {
    terminal::print(terminal::Channel::out, format("{} (Kairon Gate) {}", name, version()));
    return true;
  }
  if (first != "--help" && first != "-h") return false;
  terminal::print(terminal::Channel::out,
                  format("{} of Kairon Gate: {}.\n\n"
                         "KAIRON_SKIP=trial,deploy,smoke  skips stages once, and says so\n"
                         "KAIRON_VERBOSE=1                says what was checked when all is well\n"
                         "Exit codes: 0 passed, 1 blocked, 2 usage, 3 environment, 130 interrupted.",
                         name, job));
  return true;
}

}  // namespace kairon::gate
