#include "install/replaced.h"

#include <doctest/doctest.h>

using namespace kairon;

TEST_CASE("without_jobs turns jobs off, with_jobs brings them back") {
  const std::string workflow =
      "on: push\n"
      "jobs:\n"
      "  test:\n"
      "    runs-on: ubuntu-latest\n"
      "  deploy:\n"
      "    # to production\n"
      "    runs-on: ubuntu-latest\n"
      "    if: github.ref == 'refs/heads/main'\n"
      "  notify:\n"
      "    runs-on: ubuntu-latest\n";
  const std::string off = install::without_jobs(workflow, {"deploy", "notify"});
  CHECK(off.find("  test:\n    runs-on") != std::string::npos);
  CHECK(off.find("    if: false # retired by Kairon Gate, `kairon hooks uninstall` brings it back: if: github.ref") !=
        std::string::npos);
  CHECK(off.find("  notify:\n    if: false # retired") != std::string::npos);
  CHECK(install::with_jobs(off) == workflow);
  CHECK(install::without_jobs(workflow, {"no such job"}) == workflow);
}
