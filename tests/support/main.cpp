#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include "base/environment.h"
#include "base/signals.h"
#include "support/skip.h"

namespace kairon::test {

namespace {
bool g_skipped = false;
}

void skip(std::string_view why) {
  g_skipped = true;
  std::printf("skipped: %s\n", std::string(why).c_str());
}

bool skipped() { return g_skipped; }

bool full() { return environment::flag("KAIRON_FULL"); }

}  // namespace kairon::test

int main(int argc, char** argv) {
  kairon::signals::install();
  doctest::Context context(argc, argv);
  const int failed = context.run();
  return failed == 0 && kairon::test::skipped() ? 77 : failed;
}
