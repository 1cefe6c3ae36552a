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

/// Read by the leak sanitizer: libgit2 1.5 forgets the match data of each search that finds nothing, and
/// libpg_query 15's pg_query_parse_plpgsql() the empty text kept for stderr when a body is not a PL/pgSQL.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:_pcre2_memctl_malloc\nleak:pcre2_match\nleak:pg_query_raw_parse\n";
}

int main(int argc, char** argv) {
  kairon::signals::install();
  doctest::Context context(argc, argv);
  const int failed = context.run();
  return failed == 0 && kairon::test::skipped() ? 77 : failed;
}
