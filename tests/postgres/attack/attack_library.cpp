// What a hostile repository could upload as a large object and LOAD: the code below runs in a server process before
// PostgreSQL looks at the library. It reads the name of an attack and its targets from the file `attack` in the
// data folder, tries it, and writes `open` or `held` to the file `answer`.
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <sched.h>
#include <spawn.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Targets {
  char outside[256];   // a folder that is not the server's
  char canary[300];    // a file in it
  char fresh[300];     // a file that is not there yet
  char listener[300];  // a unix socket
  int port;            // of 127.0.0.1
};

bool made(int fd) {
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

bool worked(long result) { return result >= 0; }

bool meets(int family, const sockaddr* address, socklen_t size, int type = SOCK_STREAM) {
  const int fd = ::socket(family, type, 0);
  const bool good = fd >= 0 && ::connect(fd, address, size) == 0;
  if (fd >= 0) ::close(fd);
  return good;
}

/// A name such as X11's, to which the user's programs connect.
bool takes_abstract_name(const Targets&) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const int size = std::snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "kairon-attack-%d", ::getpid());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const bool taken = fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address),
                                       static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1U) +
                                           static_cast<socklen_t>(size)) == 0;
  if (fd >= 0) ::close(fd);
  return taken;
}

sockaddr_in loopback(const Targets& t) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(t.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sockaddr_un named(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, std::strlen(path) < sizeof address.sun_path ? std::strlen(path) : 0);
  return address;
}

bool connects_tcp(const Targets& t) {
  const sockaddr_in address = loopback(t);
  return meets(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

bool connects_unix(const Targets& t) {
  const sockaddr_un address = named(t.listener);
  return meets(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

bool sends_udp(const Targets& t) {
  const sockaddr_in address = loopback(t);
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  return fd >= 0 && ::sendto(fd, "x", 1, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 1;
}

/// MSG_FASTOPEN connects without connect(2).
bool connects_by_sendto(const Targets& t) {
  const sockaddr_in address = loopback(t);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  return fd >= 0 &&
         ::sendto(fd, "x", 1, MSG_FASTOPEN, reinterpret_cast<const sockaddr*>(&address), sizeof address) >= 0;
}

bool binds_tcp(const Targets&) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  return fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool starts(char** argv) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execv(argv[0], argv);
    ::_exit(77);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool starts_true(const Targets&) {
  char name[] = "/bin/true";
  char* argv[] = {name, nullptr};
  return starts(argv);
}

bool starts_shell(const Targets& t) {
  char command[400];
  std::snprintf(command, sizeof command, "echo x > %s", t.fresh);
  return std::system(command) == 0;  // NOLINT: that is the attack
}

bool spawns(const Targets&) {
  char name[] = "/bin/true";
  char* argv[] = {name, nullptr};
  pid_t child = 0;
  int status = 0;
  return ::posix_spawn(&child, name, nullptr, nullptr, argv, environ) == 0 && ::waitpid(child, &status, 0) == child &&
         WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool starts_from_memory(const Targets&) {
  const int copy = static_cast<int>(::syscall(SYS_memfd_create, "x", 0));
  const int source = ::open("/bin/true", O_RDONLY);
  char buffer[65536];
  ssize_t size = 0;
  while (source >= 0 && (size = ::read(source, buffer, sizeof buffer)) > 0)
    if (::write(copy, buffer, static_cast<size_t>(size)) != size) return false;
  char name[] = "true";
  char* argv[] = {name, nullptr};
  const pid_t child = copy < 0 ? -1 : ::fork();
  if (child == 0) {
    ::syscall(SYS_execveat, copy, "", argv, environ, AT_EMPTY_PATH);
    ::_exit(77);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// The server's own program may be executed by Landlock's rules, not by the filter.
bool starts_postgres(const Targets&) {
  char path[300];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof path - 1);
  if (size < 0) return false;
  path[size] = '\0';
  char version[] = "--version";
  char* argv[] = {path, version, nullptr};
  return starts(argv);
}

bool lists(const char* path) {
  DIR* folder = ::opendir(path);
  if (folder != nullptr) ::closedir(folder);
  return folder != nullptr;
}

bool signals_everybody(const Targets&) { return ::kill(-1, 0) == 0; }

bool enters_namespace(const Targets&) { return ::unshare(CLONE_NEWUSER) == 0; }

bool clones_namespace(const Targets&) {
  const long child = ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return child > 0;
}

bool truncates(const Targets& t) {
  static_cast<void>(!::truncate(t.canary, 0));
  struct stat info {};
  return ::stat(t.canary, &info) == 0 && info.st_size == 0;
}

bool sets_mode(const Targets& t, mode_t mode) {
  static_cast<void>(!::chmod(t.canary, mode));
  struct stat info {};
  return ::stat(t.canary, &info) == 0 && (info.st_mode & 07777U) == mode;
}

/// Leaves a process behind that no longer belongs to the server; its number is what the test looks for.
bool leaves_a_process(const Targets&) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    const pid_t grandchild = ::fork();
    if (grandchild != 0) {
      std::FILE* out = std::fopen("left", "we");
      if (out != nullptr) std::fprintf(out, "%d", grandchild);
      if (out != nullptr) std::fclose(out);
      ::_exit(0);
    }
    for (;;) ::pause();
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child;
}

struct Attack {
  const char* name;
  bool (*opens)(const Targets&);
};

const Attack kAttacks[] = {
    {"leaves a process behind", leaves_a_process},
    {"reads a file", [](const Targets& t) { return made(::open(t.canary, O_RDONLY)); }},
    {"reads a file by its raw call",
     [](const Targets& t) { return made(static_cast<int>(::syscall(SYS_openat, AT_FDCWD, t.canary, O_RDONLY, 0))); }},
    {"overwrites a file", [](const Targets& t) { return made(::open(t.canary, O_WRONLY | O_TRUNC)); }},
    {"creates a file", [](const Targets& t) { return made(::open(t.fresh, O_WRONLY | O_CREAT, 0600)); }},
    {"truncates a file", truncates},
    {"opens a file to everybody", [](const Targets& t) { return sets_mode(t, 0777); }},
    {"closes a file to its owner", [](const Targets& t) { return sets_mode(t, 0); }},
    {"renames a file", [](const Targets& t) { return ::rename(t.canary, t.fresh) == 0; }},
    {"removes a file", [](const Targets& t) { return ::unlink(t.canary) == 0; }},
    {"links a file into its folder", [](const Targets& t) { return ::link(t.canary, "linked") == 0; }},
    {"makes a symbolic link outside", [](const Targets& t) { return ::symlink("/", t.fresh) == 0; }},
    {"makes a symbolic link in its folder", [](const Targets& t) { return ::symlink(t.canary, "sym") == 0; }},
    {"makes a folder", [](const Targets& t) { return ::mkdir(t.fresh, 0700) == 0; }},
    {"makes a named pipe", [](const Targets& t) { return ::mkfifo(t.fresh, 0600) == 0; }},
    {"changes a file's times", [](const Targets& t) { return ::utimes(t.canary, nullptr) == 0; }},
    {"marks a file", [](const Targets& t) { return ::setxattr(t.canary, "user.x", "x", 1, 0) == 0; }},
    {"watches a folder",
     [](const Targets& t) {
       const int fd = static_cast<int>(::syscall(SYS_inotify_init1, 0));
       return fd >= 0 && worked(::syscall(SYS_inotify_add_watch, fd, t.outside, 0x100));
     }},
    {"lists /proc", [](const Targets&) { return lists("/proc"); }},
    {"lists the root folder", [](const Targets&) { return lists("/"); }},
    {"lists the home folder's parent", [](const Targets&) { return lists("/home"); }},
    {"reads its own environment", [](const Targets&) { return made(::open("/proc/self/environ", O_RDONLY)); }},
    {"reads shared memory of others", [](const Targets&) { return lists("/dev/shm"); }},
    {"starts a program", starts_true},
    {"starts a shell", starts_shell},
    {"spawns a program", spawns},
    {"starts a program from memory", starts_from_memory},
    {"starts the server's program again", starts_postgres},
    {"connects to a TCP port", connects_tcp},
    {"connects to a TCP port by sendto", connects_by_sendto},
    {"listens on a TCP port", binds_tcp},
    {"sends a datagram", sends_udp},
    {"connects to a unix socket", connects_unix},
    {"takes a name without a file", takes_abstract_name},
    {"opens a netlink socket", [](const Targets&) { return made(::socket(AF_NETLINK, SOCK_RAW, 0)); }},
    {"opens a socket to the host", [](const Targets&) { return made(::socket(AF_VSOCK, SOCK_STREAM, 0)); }},
    {"opens a unix datagram socket", [](const Targets&) { return made(::socket(AF_UNIX, SOCK_DGRAM, 0)); }},
    {"uses io_uring",
     [](const Targets&) {
       char parameters[256] = {};
       return made(static_cast<int>(::syscall(SYS_io_uring_setup, 4, parameters)));
     }},
    {"signals every process", signals_everybody},
    {"enters a user namespace", enters_namespace},
    {"clones into a user namespace", clones_namespace},
    {"lets itself be traced", [](const Targets&) { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }},
    {"opens a process",
     [](const Targets&) { return made(static_cast<int>(::syscall(SYS_pidfd_open, ::getppid(), 0))); }},
    {"makes a key ring", [](const Targets&) { return worked(::syscall(SYS_keyctl, 1, nullptr, 0, 0, 0)); }},
    {"makes a message queue", [](const Targets&) { return worked(::msgget(IPC_PRIVATE, 0600)); }},
    {"makes a file in memory",
     [](const Targets&) { return made(static_cast<int>(::syscall(SYS_memfd_create, "x", 0))); }},
    {"changes its personality", [](const Targets&) { return worked(::syscall(SYS_personality, 0x0040000UL)); }},
    {"raises its limit of files",
     [](const Targets&) {
       const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
       return ::setrlimit(RLIMIT_FSIZE, &all) == 0;
     }},
};

bool read_line(std::FILE* file, char* target, int size) {
  if (std::fgets(target, size, file) == nullptr) return false;
  target[std::strcspn(target, "\n")] = '\0';
  return true;
}

[[gnu::constructor]] void run_attack() {
  std::FILE* order = std::fopen("attack", "re");
  if (order == nullptr) return;
  char name[128];
  char port[16];
  Targets targets{};
  const bool whole = read_line(order, name, sizeof name) && read_line(order, targets.outside, sizeof targets.outside) &&
                     read_line(order, targets.listener, sizeof targets.listener) && read_line(order, port, sizeof port);
  std::fclose(order);
  if (!whole) return;
  targets.port = std::atoi(port);  // NOLINT: written by the test
  std::snprintf(targets.canary, sizeof targets.canary, "%s/canary", targets.outside);
  std::snprintf(targets.fresh, sizeof targets.fresh, "%s/fresh", targets.outside);
  const char* answer = "unknown";
  for (const Attack& attack : kAttacks)
    if (std::strcmp(attack.name, name) == 0) answer = attack.opens(targets) ? "open" : "held";
  std::FILE* out = std::fopen("answer", "we");
  if (out == nullptr) return;
  std::fputs(answer, out);
  std::fclose(out);
}

}  // namespace

/// The names of all attacks, for the test that loads the library itself.
extern "C" const char* kairon_attack_name(unsigned index) {
  return index < sizeof kAttacks / sizeof *kAttacks ? kAttacks[index].name : nullptr;
}
