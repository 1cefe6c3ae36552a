#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "postgres/binaries.h"
#include "postgres/fence.h"

namespace kairon::postgres {

/// A run of pg_restore that reads a foreign dump, and what a throw-away server answers.
struct FencedClient {
  Binaries clients;                    ///< where pg_restore is
  std::vector<std::string> arguments;  ///< without its own name and the dump's
  std::string dump;                    ///< a file in pg_dump's custom format
  unsigned jobs = 1;                   ///< connections at a time; more than 1 only with --dbname
  FenceMode fence = FenceMode::on;
  std::chrono::milliseconds timeout{0};  ///< 0 = none
  std::function<void()> on_tick = {};    ///< called about every 100 ms while it runs
};

/// Runs it inside a fence of its own: no other program, no TCP, no file but the dump and the PostgreSQL installation to
/// read, a fixed environment; as root also another user, who gets the dump as standard input and restores with one
/// job. Fails when it cannot be started. Throws Error(environment) when the fence does not hold.
[[nodiscard]] Result<process::Outcome> run_fenced(const FencedClient& client);

}  // namespace kairon::postgres
