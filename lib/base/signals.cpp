#include "base/signals.h"

#include <csignal>

#include "base/error.h"

namespace kairon::signals {

namespace {

volatile std::sig_atomic_t g_seen = 0;
int g_shields = 0;

void remember(int number) { g_seen = number; }

}  // namespace

void install() {
  struct sigaction action {};
  action.sa_handler = remember;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
}

bool interrupted() noexcept { return g_seen != 0; }

void check() {
  if (g_seen != 0 && g_shields == 0) throw Error(ExitCode::interrupted, "interrupted");
}

void clear() noexcept { g_seen = 0; }

Shield::Shield() { ++g_shields; }
Shield::~Shield() { --g_shields; }

}  // namespace kairon::signals
