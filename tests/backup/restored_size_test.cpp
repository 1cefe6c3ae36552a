#include "backup/restored_size.h"

#include <doctest/doctest.h>

using namespace kairon;

TEST_CASE("how far a restore is: bytes, and a share that is never 100 before its end") {
  CHECK(backup::restored_share(12'300'000, 45'600'000).ends_with("(26 %)"));
  CHECK(backup::restored_share(50'000'000, 45'600'000).ends_with("(99 %)"));
  CHECK(backup::restored_share(5'000'000, 0).find('%') == std::string::npos);
}
