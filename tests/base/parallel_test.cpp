#include "base/parallel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace kairon;

TEST_CASE("each number comes once") {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{1000}}) {
    std::vector<std::atomic<int>> seen(count);
    parallel::for_each(count, [&](std::size_t i) { ++seen[i]; });
    for (const auto& times : seen) CHECK(times == 1);
  }
}

TEST_CASE("work stands on several threads where there are several cores") {
  if (std::thread::hardware_concurrency() < 2) {
    MESSAGE("skipped: this process may use one core only");
    return;
  }
  std::atomic<int> inside = 0;
  // Each waits for the other: one thread alone would never come to an end.
  parallel::for_each(2, [&](std::size_t) {
    ++inside;
    while (inside < 2) std::this_thread::yield();
  });
  CHECK(inside == 2);
}

TEST_CASE("the first failure is thrown where it was called, and nothing more is begun") {
  std::atomic<int> begun = 0;
  CHECK_THROWS_AS(parallel::for_each(100000,
                                     [&](std::size_t) {
                                       ++begun;
                                       throw std::runtime_error("no");
                                     }),
                  std::runtime_error);
  CHECK(begun < 100000);
  std::vector<std::atomic<int>> seen(4);
  parallel::for_each(4, [&](std::size_t i) { ++seen[i]; });
  for (const auto& times : seen) CHECK(times == 1);
}
