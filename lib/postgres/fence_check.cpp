#include "postgres/fence_check.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// After <sys/socket.h>: older kernel headers use sockaddr without declaring it.
#include <linux/vm_sockets.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/temp.h"
#include "postgres/fence.h"

namespace kairon::postgres {

namespace {

constexpr const char* kCanary = "canary";
constexpr int kPatience = 10000;  ///< milliseconds

/// What the child finds around it: everything outside is open to every user, so that only the fence refuses it.
struct Scene {
  std::string own;          ///< a folder that the fence leaves open
  std::string own_file;     ///< a new file in it
  std::string own_link;     ///< a symbolic link to be made in it
  std::string outside;      ///< a folder that it does not
  std::string canary;       ///< a file in that folder
  std::string fresh;        ///< a file to be made there
  std::string environment;  ///< of our process
  sockaddr_un listener{};   ///< our process listens there
  int inherited = -1;       ///< a descriptor that was open before
  pid_t owner = 0;
  bool own_user = false;  ///< the fence changes the user
};

bool opens(const std::string& path, int how) {
  const int fd = ::open(path.c_str(), how | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

bool has_socket(int family, int type) {
  const int fd = ::socket(family, type, 0);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

bool reaches_listener(const Scene& scene) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const auto* address = reinterpret_cast<const sockaddr*>(&scene.listener);
  return fd >= 0 && ::connect(fd, address, sizeof scene.listener) == 0;
}

bool reads_memory(const Scene& scene) {
  std::array<char, 8> buffer{};
  iovec mine{buffer.data(), buffer.size()};
  iovec theirs{const_cast<Scene*>(&scene), buffer.size()};  // NOLINT: process_vm_readv's signature
  return ::syscall(SYS_process_vm_readv, scene.owner, &mine, 1, &theirs, 1, 0) > 0;
}

bool starts_program() {
  std::array<char*, 2> argv{const_cast<char*>("true"), nullptr};  // NOLINT: execve's signature
  ::execve("/bin/true", argv.data(), argv.data() + 1);
  return false;  // else nobody is here any more
}

bool limits_hold() {
  rlimit core{};
  rlimit file{};
  rlimit space{};
  return ::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && ::getrlimit(RLIMIT_FSIZE, &file) == 0 &&
         file.rlim_cur != RLIM_INFINITY && ::getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY;
}

bool lifetime_holds() {
  int signal = 0;
  return ::prctl(PR_GET_PDEATHSIG, &signal) == 0 && signal == SIGQUIT;
}

/// One attempt of the child. `held` says whether the fence did what it must.
struct Attempt {
  Layer layer;
  const char* what;
  bool (*held)(const Scene&);
};

constexpr std::array kAttempts = {
    Attempt{Layer::files, "a write in the own folder",
            [](const Scene& s) { return opens(s.own_file, O_WRONLY | O_CREAT); }},
    Attempt{Layer::files, "reading a file outside", [](const Scene& s) { return !opens(s.canary, O_RDONLY); }},
    Attempt{Layer::files, "writing a file outside", [](const Scene& s) { return !opens(s.canary, O_WRONLY); }},
    Attempt{Layer::files, "creating a file outside",
            [](const Scene& s) { return !opens(s.fresh, O_WRONLY | O_CREAT | O_EXCL); }},
    Attempt{Layer::files, "moving a file outside",
            [](const Scene& s) { return ::rename(s.canary.c_str(), s.fresh.c_str()) != 0; }},
    Attempt{Layer::files, "a symbolic link",
            [](const Scene& s) { return ::symlink(s.canary.c_str(), s.own_link.c_str()) != 0; }},
    Attempt{Layer::files, "listing a folder outside",
            [](const Scene& s) { return !opens(s.outside, O_RDONLY | O_DIRECTORY); }},
    Attempt{Layer::files, "listing /", [](const Scene&) { return !opens("/", O_RDONLY | O_DIRECTORY); }},
    Attempt{Layer::files, "reading our environment", [](const Scene& s) { return !opens(s.environment, O_RDONLY); }},
    // What it returns differs between kernels; the parent sees whether the canary is whole.
    Attempt{Layer::files, "truncating a file outside",
            [](const Scene& s) {
              static_cast<void>(::truncate(s.canary.c_str(), 0));
              return true;
            }},
    Attempt{Layer::files, "removing a file outside", [](const Scene& s) { return ::unlink(s.canary.c_str()) != 0; }},
    Attempt{Layer::calls, "a connection to a unix socket", [](const Scene& s) { return !reaches_listener(s); }},
    Attempt{Layer::calls, "an IPv4 socket", [](const Scene&) { return !has_socket(AF_INET, SOCK_STREAM); }},
    Attempt{Layer::calls, "an IPv6 socket", [](const Scene&) { return !has_socket(AF_INET6, SOCK_STREAM); }},
    Attempt{Layer::calls, "a UDP socket", [](const Scene&) { return !has_socket(AF_INET, SOCK_DGRAM); }},
    Attempt{Layer::calls, "a netlink socket", [](const Scene&) { return !has_socket(AF_NETLINK, SOCK_RAW); }},
    Attempt{Layer::calls, "a socket to the host", [](const Scene&) { return !has_socket(AF_VSOCK, SOCK_STREAM); }},
    Attempt{Layer::calls, "a unix datagram socket", [](const Scene&) { return !has_socket(AF_UNIX, SOCK_DGRAM); }},
    Attempt{Layer::calls, "io_uring",
            [](const Scene&) { return ::syscall(SYS_io_uring_setup, 1, nullptr) < 0 && errno == ENOSYS; }},
    Attempt{Layer::calls, "reading our memory", [](const Scene& s) { return !reads_memory(s); }},
    Attempt{Layer::calls, "a signal to us", [](const Scene& s) { return ::kill(s.owner, 0) != 0; }},
    Attempt{Layer::calls, "a mode for everybody",
            [](const Scene& s) { return ::chmod(s.own_file.c_str(), 0777) != 0; }},
    Attempt{Layer::calls, "a new namespace", [](const Scene&) { return ::unshare(CLONE_NEWUSER) != 0; }},
    Attempt{Layer::descriptors, "an open file of ours",
            [](const Scene& s) { return (::fcntl(s.inherited, F_GETFD) & FD_CLOEXEC) != 0; }},
    Attempt{Layer::limits, "the limits", [](const Scene&) { return limits_hold(); }},
    Attempt{Layer::account, "the user", [](const Scene& s) { return !s.own_user || ::geteuid() != 0; }},
    Attempt{Layer::lifetime, "the end with us", [](const Scene&) { return lifetime_holds(); }},
    Attempt{Layer::privileges, "the privileges of programs",
            [](const Scene&) { return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1; }},
    Attempt{Layer::calls, "starting a program", [](const Scene&) { return !starts_program(); }}};

static_assert(kAttempts.size() < 64);
constexpr std::uint64_t kAllHeld = (std::uint64_t{1} << kAttempts.size()) - 1;

struct Answer {
  Layer unclosed = Layer::none;
  std::uint64_t held = 0;
};

[[noreturn]] void attempt_all(const Fence& fence, const Scene& scene, int out) {
  Answer answer;
  answer.unclosed = fence.close_around();
  for (std::size_t i = 0; answer.unclosed == Layer::none && i < kAttempts.size(); ++i) {
    if (kAttempts[i].held(scene)) answer.held |= std::uint64_t{1} << i;
  }
  [[maybe_unused]] const ssize_t sent = ::write(out, &answer, sizeof answer);
  ::_exit(0);
}

Scene make_scene(const TempFolder& folder, const Account& account) {
  Scene scene;
  scene.own = folder.path() + "/own";
  scene.own_file = scene.own + "/file";
  scene.own_link = scene.own + "/link";
  scene.outside = folder.path() + "/outside";
  scene.canary = scene.outside + "/canary";
  scene.fresh = scene.outside + "/fresh";
  scene.environment = kairon::format("/proc/{}/environ", ::getpid());
  scene.owner = ::getpid();
  scene.own_user = account.change;
  bool good = ::mkdir(scene.own.c_str(), 0700) == 0 && ::mkdir(scene.outside.c_str(), 0700) == 0 &&
              file::write_atomic(scene.canary, kCanary, 0600, file::Durability::cached).ok();
  if (account.change)
    good = good && ::chmod(folder.path().c_str(), 0711) == 0 &&
           ::chown(scene.own.c_str(), account.uid, account.gid) == 0 &&
           ::chown(scene.outside.c_str(), account.uid, account.gid) == 0 &&
           ::chown(scene.canary.c_str(), account.uid, account.gid) == 0;
  if (!good) throw environment_error(kairon::format("cannot write in {}: {}", folder.path(), file::last_error()));
  return scene;
}

/// A socket that every user may connect to, in a folder that is short enough for its name.
file::Descriptor listen_at(Scene& scene, const Account& account) {
  file::Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const std::string path = scene.outside + "/s";
  scene.listener.sun_family = AF_UNIX;
  std::strncpy(scene.listener.sun_path, path.c_str(), sizeof scene.listener.sun_path - 1);
  const auto* address = reinterpret_cast<const sockaddr*>(&scene.listener);
  const bool good = path.size() < sizeof scene.listener.sun_path && listener &&
                    ::bind(listener.get(), address, sizeof scene.listener) == 0 && ::listen(listener.get(), 1) == 0 &&
                    (!account.change || ::chown(path.c_str(), account.uid, account.gid) == 0);
  if (!good) throw environment_error(kairon::format("cannot listen at {}: {}", path, file::last_error()));
  return listener;
}

std::string judge(const Answer& answer, const Scene& scene) {
  if (answer.unclosed != Layer::none)
    return kairon::format("its layer {} cannot be closed here", layer_name(answer.unclosed));
  if (answer.held != kAllHeld) {
    for (std::size_t i = 0; i < kAttempts.size(); ++i) {
      if ((answer.held >> i & 1U) == 0)
        return kairon::format("its layer {} does not hold: {}", layer_name(kAttempts[i].layer), kAttempts[i].what);
    }
  }
  const Result<std::string> canary = file::read(scene.canary);
  if (!canary.ok() || *canary != kCanary)
    return kairon::format("its layer {} does not hold: truncating a file outside", layer_name(Layer::files));
  return {};
}

/// The temp folder, unless its path leaves no room for a socket's name.
std::string scene_parent() {
  constexpr std::size_t kRoom = 60;
  return environment::temp_root().size() < kRoom ? std::string() : "/tmp";
}

std::string try_fence() {
  const Account account = server_account();
  const TempFolder folder("fence", scene_parent());
  Scene scene = make_scene(folder, account);
  const file::Descriptor listener = listen_at(scene, account);
  const file::Descriptor inherited(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
  scene.inherited = inherited.get();
  const Fence fence({{"/bin/true"}, {}, {{scene.own, PathUse::own}}, account});
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return kairon::format("cannot make a pipe: {}", file::last_error());
  const file::Descriptor in(ends[0]);
  file::Descriptor out(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return kairon::format("fork: {}", file::last_error());
  if (child == 0) attempt_all(fence, scene, out.get());
  out.reset();
  pollfd wait{in.get(), POLLIN, 0};
  Answer answer;
  const bool said = ::poll(&wait, 1, kPatience) > 0 &&
                    ::read(in.get(), &answer, sizeof answer) == static_cast<ssize_t>(sizeof answer);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  if (!said) return kairon::format("its layer {} does not hold: the test gave no answer", layer_name(Layer::calls));
  return judge(answer, scene);
}

}  // namespace

std::string broken_fence() {
  try {
    return try_fence();
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    return error.message().text;
  }
}

Error fence_error(const std::string& why) {
  return environment_error(kairon::format("the fence around the trial server does not hold, so no SQL is run: {}", why),
                           "set KAIRON_TEST_DATABASE_URL to a server for trials, or, for SQL that you trust: git "
                           "config kairon.gate.fence off");
}

void require_fence() {
  static bool holds = false;
  if (holds) return;
  if (const std::string why = broken_fence(); !why.empty()) throw fence_error(why);
  holds = true;
}

}  // namespace kairon::postgres
