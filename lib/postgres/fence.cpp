#include "postgres/fence.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/error.h"
#include "base/format.h"

namespace kairon::postgres {

namespace {

constexpr rlim_t kMiB = rlim_t{1} << 20U;
/// One segment of a table (1 GiB), and what PostgreSQL writes beyond it for a moment.
constexpr rlim_t kLargestFile = 1040 * kMiB;
constexpr rlim_t kAddressSpace = 3072 * kMiB;
constexpr rlim_t kProcesses = 256;

Layer g_left_out = Layer::none;

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& one : strings) out.push_back(const_cast<char*>(one.c_str()));  // NOLINT: execve's signature
  out.push_back(nullptr);
  return out;
}

/// The C library's type of `what` is an enum in glibc and an int in musl.
template <typename What>
bool limit(What what, rlim_t value) {
  rlimit now{};
  if (::getrlimit(what, &now) != 0) return false;
  const rlim_t most = now.rlim_max == RLIM_INFINITY ? value : std::min(now.rlim_max, value);
  const rlimit wanted{most, most};
  return ::setrlimit(what, &wanted) == 0;
}

bool set_limits(const Account& account) {
  return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, kLargestFile) && limit(RLIMIT_AS, kAddressSpace) &&
         (!account.change || limit(RLIMIT_NPROC, kProcesses));
}

bool change_account(const Account& account) {
  return !account.change || (::setgroups(0, nullptr) == 0 && ::setresgid(account.gid, account.gid, account.gid) == 0 &&
                             ::setresuid(account.uid, account.uid, account.uid) == 0);
}

/// setresuid clears the death signal; a parent that died before it is set sends none. A session of its own keeps the
/// server's signals to its group away from us.
bool end_with(pid_t owner) {
  if (::setsid() < 0 && errno != EPERM) return false;
  return ::prctl(PR_SET_PDEATHSIG, SIGQUIT) == 0 && ::getppid() == owner;
}

struct Report {
  Layer layer = Layer::none;
  int reason = 0;
};

}  // namespace

const char* layer_name(Layer layer) noexcept {
  switch (layer) {
    case Layer::none:
      return "none";
    case Layer::descriptors:
      return "descriptors (close_range)";
    case Layer::limits:
      return "limits (setrlimit)";
    case Layer::account:
      return "account (setresuid)";
    case Layer::lifetime:
      return "lifetime (PR_SET_PDEATHSIG)";
    case Layer::privileges:
      return "privileges (PR_SET_NO_NEW_PRIVS)";
    case Layer::files:
      return "files (Landlock)";
    case Layer::calls:
      return "system calls (seccomp)";
    case Layer::program:
      return "program (execve)";
  }
  return "unknown";
}

WithoutLayer::WithoutLayer(Layer layer) noexcept : before_(g_left_out) { g_left_out = layer; }
WithoutLayer::~WithoutLayer() { g_left_out = before_; }

Fence::Fence(const FenceRequest& request)
    : request_(request),
      argv_(pointers_to(request_.argv)),
      environment_(pointers_to(request_.environment)),
      owner_(::getpid()),
      left_out_(g_left_out) {
  const int version = landlock_version();
  if (!has_syscall_filter()) throw environment_error("no filter of system calls is written for this processor");
  if (version == 0) throw environment_error("the kernel offers no Landlock, which keeps the server in its own folder");
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw environment_error(kairon::format("cannot make a pipe: {}", file::last_error()));
  heard_ = file::Descriptor(ends[0]);
  report_ = file::Descriptor(ends[1]);
  rules_ = landlock_rules(request_.paths);
  place_program(request_.argv.front());
  filter_ = syscall_filter({owner_, reinterpret_cast<std::uintptr_t>(program_), version < 3, request_.peers});
}

Fence::~Fence() {
  if (program_ != nullptr) ::munmap(program_, page_);
}

/// The filter compares execve's first argument with one address. After the exec that address is gone, so the filter
/// that lets the server start lets nothing else start.
void Fence::place_program(const std::string& path) {
  constexpr std::uint64_t kAddresses = (std::uint64_t{1} << 45U) - 1;
  constexpr unsigned kSmaller = 7;  // some ARM kernels give a process 39 bits
  page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  for (int tries = 0; tries < 64; ++tries) {
    std::uint64_t random = 0;
    if (::getrandom(&random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) continue;
    const std::uintptr_t address =
        ((random & (kAddresses >> (tries < 32 ? 0U : kSmaller))) | (std::uint64_t{1} << 32U)) & ~(page_ - 1);
    void* wanted = reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr): mmap's hint
    void* page =
        ::mmap(wanted, page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (page == MAP_FAILED) continue;
    if (path.size() >= page_) break;
    program_ = static_cast<char*>(page);
    std::memcpy(program_, path.c_str(), path.size() + 1);
    return;
  }
  throw environment_error("no page for the server's path could be made");
}

bool Fence::close_layer(Layer layer) const noexcept {
  switch (layer) {
    case Layer::descriptors:
      // Closed by the exec: until then a failure has to reach the parent.
      return ::syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
    case Layer::limits:
      return set_limits(request_.account);
    case Layer::account:
      return change_account(request_.account);
    case Layer::lifetime:
      return end_with(owner_);
    case Layer::privileges:
      return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    case Layer::files:
      return landlock_enter(rules_.get());
    case Layer::calls:
      return enter_filter(filter_);
    case Layer::none:
    case Layer::program:
      return true;
  }
  return false;
}

Layer Fence::close_around() const noexcept {
  constexpr std::array kOrder = {Layer::descriptors, Layer::limits, Layer::account, Layer::lifetime,
                                 Layer::privileges,  Layer::files,  Layer::calls};
  for (const Layer layer : kOrder) {
    if (layer != left_out_ && !close_layer(layer)) return layer;
  }
  return Layer::none;
}

void Fence::enter() const noexcept {
  Report report{close_around(), errno};
  if (report.layer == Layer::none) {
    const char* path = left_out_ == Layer::calls ? request_.argv.front().c_str() : program_;
    ::execve(path, argv_.data(), environment_.data());
    report = {Layer::program, errno};
  }
  [[maybe_unused]] const ssize_t sent = ::write(report_.get(), &report, sizeof report);
  ::_exit(126);
}

std::optional<std::string> Fence::failure() {
  report_.reset();
  Report report;
  ssize_t size = 0;
  do size = ::read(heard_.get(), &report, sizeof report);
  while (size < 0 && errno == EINTR);
  if (size == 0) return std::nullopt;
  errno = report.reason;
  return kairon::format("the fence's layer {} did not close: {}", layer_name(report.layer), file::last_error());
}

}  // namespace kairon::postgres
