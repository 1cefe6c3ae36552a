#include "base/proc_stat.h"

#include <doctest/doctest.h>
#include <unistd.h>

using namespace kairon;

TEST_CASE("fields of our own process, whatever its name is") {
  CHECK(proc_stat_field(::getpid(), 3) == "R");
  CHECK(proc_stat_field(::getpid(), 4) == std::to_string(::getppid()));
  const std::string begun = proc_stat_field(::getpid(), 22);
  CHECK(!begun.empty());
  CHECK(begun.find_first_not_of("0123456789") == std::string::npos);
}

TEST_CASE("no such process, no such field") {
  CHECK(proc_stat_field(-1, 4).empty());
  CHECK(proc_stat_field(::getpid(), 4000).empty());
}
