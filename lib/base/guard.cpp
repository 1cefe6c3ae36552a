#include "base/guard.h"

#include <new>

#include "base/file.h"
#include "base/format.h"
#include "base/message.h"
#include "base/signals.h"
#include "base/terminal.h"

namespace kairon {

namespace {

using terminal::Channel;
using terminal::Style;

void report(const Message& message) noexcept {
  try {
    terminal::print(Channel::err,
                    rendered(terminal::styled(Channel::err, Style::red, "kairon: error:") + " ", message));
  } catch (...) {
    terminal::write(Channel::err, "kairon: error: out of memory while reporting an error\n");
  }
}

}  // namespace

std::vector<std::string> arguments(int argc, char** argv) {
  if (argc < 1) return {};
  return {argv + 1, argv + argc};
}

int guarded(const std::function<ExitCode()>& body) noexcept {
  try {
    file::fill_standard_descriptors();
    signals::install();
    const ExitCode code = body();
    const std::string lost = terminal::lost_output();
    if (lost.empty()) return static_cast<int>(code);
    report({"the output could not be written: " + lost});
    return static_cast<int>(code == ExitCode::passed ? ExitCode::environment : code);
  } catch (const Error& error) {
    report(error.message());
    return static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    report({"out of memory"});
  } catch (const std::exception& error) {
    report({format("internal error: {}", error.what()), "please report this with the command that caused it"});
  } catch (...) {
    report({"internal error", "please report this with the command that caused it"});
  }
  return static_cast<int>(ExitCode::environment);
}

std::string_view version() { return KAIRON_VERSION; }

}  // namespace kairon
