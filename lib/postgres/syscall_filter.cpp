#include "postgres/syscall_filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "postgres/denied_calls.h"

namespace kairon::postgres {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;
#endif

/// futex_waitv is 449, set_mempolicy_home_node 450; x32 numbers are above it too. glibc falls back to older calls.
constexpr std::uint32_t kLastKnown = 450;

constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint32_t kUnknownCall = SECCOMP_RET_ERRNO | ENOSYS;
constexpr std::uint32_t kPretend = SECCOMP_RET_ERRNO;  ///< returns 0 and does nothing

constexpr std::uint32_t kSmallSegment = 0xFFFF;
constexpr std::uint32_t kEveryBit = 0xFFFFFFFFU;
constexpr std::uint32_t kNamespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
constexpr std::uint32_t kSocketFlags = SOCK_CLOEXEC | SOCK_NONBLOCK;

/// A half of an argument: (value & mask) == wanted.
struct Test {
  std::uint32_t offset = 0;
  std::uint32_t mask = kEveryBit;
  std::uint32_t wanted = 0;
};

enum class Match { all, any };

/// Both processors are little-endian.
std::uint32_t low(unsigned argument) { return static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + argument * 8; }
std::uint32_t high(unsigned argument) { return low(argument) + 4; }

class Assembler {
 public:
  explicit Assembler(std::uint32_t architecture) {
    load(offsetof(seccomp_data, arch));
    compare(BPF_JEQ, architecture, 1, 0);
    give(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(seccomp_data, nr));
    compare(BPF_JGT, kLastKnown, 0, 1);
    give(kUnknownCall);
  }

  /// The call numbered `number` ends with `action`.
  void call(int number, std::uint32_t action) {
    compare(BPF_JEQ, static_cast<std::uint32_t>(number), 0, 1);
    give(action);
  }

  /// The call numbered `number` ends with `matched` when the tests match, else with `otherwise`.
  void call(int number, Match match, const std::vector<Test>& tests, std::uint32_t matched, std::uint32_t otherwise) {
    const auto size = static_cast<std::uint8_t>(3 * tests.size() + 2);
    compare(BPF_JEQ, static_cast<std::uint32_t>(number), 0, size);
    for (std::size_t i = 0; i < tests.size(); ++i) {
      const auto to_second = static_cast<std::uint8_t>(3 * (tests.size() - 1 - i) + 1);
      load(tests[i].offset);
      code_.push_back({BPF_ALU | BPF_AND | BPF_K, 0, 0, tests[i].mask});
      if (match == Match::all)
        compare(BPF_JEQ, tests[i].wanted, 0, to_second);
      else
        compare(BPF_JEQ, tests[i].wanted, to_second, 0);
    }
    give(match == Match::all ? matched : otherwise);
    give(match == Match::all ? otherwise : matched);
  }

  std::vector<sock_filter> finish() {
    give(kAllow);
    return std::move(code_);
  }

 private:
  void load(std::size_t offset) {
    code_.push_back({BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)});
  }
  void compare(unsigned how, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
    code_.push_back({static_cast<std::uint16_t>(BPF_JMP | how | BPF_K), yes, no, value});
  }
  void give(std::uint32_t action) { code_.push_back({BPF_RET | BPF_K, 0, 0, action}); }

  std::vector<sock_filter> code_;
};

/// The address that binds or connects may be a path alone: it has the structure's whole length, as PostgreSQL and
/// libpq pass it. Names without a file, as X11 and D-Bus have, end where their text does.
void add_addresses(Assembler& filter, Peers peers) {
  const std::vector<Test> whole = {{low(2), kEveryBit, sizeof(sockaddr_un)}};
  filter.call(peers == Peers::none ? SYS_bind : SYS_connect, Match::all, whole, kAllow, kRefuse);
  filter.call(peers == Peers::none ? SYS_connect : SYS_bind, kRefuse);
}

void add_sockets(Assembler& filter) {
  const std::vector<Test> unix_stream = {{low(0), kEveryBit, AF_UNIX}, {low(1), ~kSocketFlags, SOCK_STREAM}};
  filter.call(SYS_socket, Match::all, unix_stream, kAllow, kRefuse);
  // send(2) is sendto without an address.
  filter.call(SYS_sendto, Match::all, {{low(4)}, {high(4)}}, kAllow, kRefuse);
}

/// The server signals its own processes, whose numbers nobody knows beforehand.
void add_signals(Assembler& filter, pid_t owner) {
  const auto as_word = [](pid_t pid) { return static_cast<std::uint32_t>(pid); };
  filter.call(SYS_kill, Match::any,
              {{low(0), kEveryBit, as_word(-1)},
               {low(0), kEveryBit, as_word(owner)},
               {low(0), kEveryBit, as_word(-owner)},
               {low(0), kEveryBit, as_word(-::getpgrp())}},
              kRefuse, kAllow);
  for (const int number : {SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo})
    filter.call(number, Match::any, {{low(0), kEveryBit, as_word(owner)}}, kRefuse, kAllow);
}

/// The server sets 0700 on its socket, which has it already; nothing else may change a mode.
void add_modes(Assembler& filter) {
#ifdef SYS_chmod
  filter.call(SYS_chmod, Match::all, {{low(1), kEveryBit, 0700}}, kPretend, kRefuse);
#endif
  filter.call(SYS_fchmod, Match::all, {{low(1), kEveryBit, 0700}}, kPretend, kRefuse);
  filter.call(SYS_fchmodat, Match::all, {{low(2), kEveryBit, 0700}}, kPretend, kRefuse);
}

}  // namespace

bool has_syscall_filter() noexcept { return kArchitecture != 0; }

std::vector<sock_filter> syscall_filter(const FilterRequest& request) {
  Assembler filter(kArchitecture);
  for (const int number : kUnknownCalls) filter.call(number, kUnknownCall);
  for (const int number : kRefusedCalls) filter.call(number, kRefuse);
  if (request.truncates_nothing) filter.call(SYS_truncate, kPretend);
  add_addresses(filter, request.peers);
  add_sockets(filter);
  add_signals(filter, request.owner);
  add_modes(filter);
  filter.call(SYS_clone, Match::all, {{low(0), kNamespaces, 0}}, kAllow, kRefuse);
  // A few bytes, by which PostgreSQL guards its data folder; memory that nobody counts otherwise.
  filter.call(SYS_shmget, Match::all, {{low(1), ~kSmallSegment, 0}, {high(1)}}, kAllow, kRefuse);
  filter.call(SYS_prlimit64, Match::all, {{low(0)}}, kAllow, kRefuse);
  const auto program = static_cast<std::uint64_t>(request.program);
  const auto lower = static_cast<std::uint32_t>(program & kEveryBit);
  const auto upper = static_cast<std::uint32_t>(program >> 32U);
  filter.call(SYS_execve, Match::all, {{low(0), kEveryBit, lower}, {high(0), kEveryBit, upper}}, kAllow, kRefuse);
  return filter.finish();
}

bool enter_filter(const std::vector<sock_filter>& program) noexcept {
  sock_fprog described{};
  described.len = static_cast<unsigned short>(program.size());
  described.filter = const_cast<sock_filter*>(program.data());  // NOLINT: the kernel only reads it
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &described, 0, 0) == 0;
}

}  // namespace kairon::postgres
