#pragma once

namespace kairon::postgres {

/// While one lives, no other process of the same user reads our memory or environment, neither by /proc nor by
/// ptrace (PR_SET_DUMPABLE, prctl(2)). The fence keeps the server from asking; this is what holds next to it, and
/// the only wall where the user has switched the fence off. A program that we start is readable again after its exec.
class PrivateMemory {
 public:
  PrivateMemory();
  ~PrivateMemory();
  PrivateMemory(const PrivateMemory&) = delete;
  PrivateMemory& operator=(const PrivateMemory&) = delete;
};

}  // namespace kairon::postgres
