#include "base/file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/temp.h"

using namespace kairon;

namespace {

/// What the next fsync(2) calls are told to; empty: nothing listens.
std::function<void(bool is_folder)>& listener() {
  static std::function<void(bool)> listening;
  return listening;
}

}  // namespace

/// In place of the C library's, for this test program.
extern "C" int fsync(int fd) {
  struct stat info {};
  if (listener() && ::fstat(fd, &info) == 0) listener()(S_ISDIR(info.st_mode));
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

TEST_CASE("write_atomic: the file is on the disk before it gets its name, and then the name is") {
  const TempFolder folder("file-test");
  const std::string path = folder.path() + "/kept";
  REQUIRE(file::write_atomic(path, "old").ok());
  std::vector<std::string> order;
  listener() = [&](bool is_folder) {
    order.push_back((is_folder ? "folder, named " : "file, named ") + file::read(path).value());
  };
  CHECK(file::write_atomic(path, "new", 0600).ok());
  CHECK(order == std::vector<std::string>{"file, named old", "folder, named new"});
  order.clear();
  CHECK(file::write_atomic(path, "newer", 0600, file::Durability::cached).ok());
  CHECK(order.empty());
  listener() = nullptr;
  CHECK(file::read(path).value() == "newer");
  CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0600));
}

TEST_CASE("write_atomic replaces neither a pipe nor a device") {
  const TempFolder folder("file-test");
  const std::string pipe = folder.path() + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_FALSE(file::write_atomic(pipe, "new").ok());
  struct stat info {};
  REQUIRE(::lstat(pipe.c_str(), &info) == 0);
  CHECK(S_ISFIFO(info.st_mode));
}

TEST_CASE("write_atomic in the current folder, and where nothing can be written") {
  const TempFolder folder("file-test");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  CHECK(file::write_atomic("kept", "here").ok());
  std::filesystem::current_path(before);
  CHECK(file::read(folder.path() + "/kept").value() == "here");
  CHECK_FALSE(file::write_atomic(folder.path() + "/nowhere/kept", "x").ok());
  CHECK_FALSE(file::sync_folder(folder.path() + "/nowhere").ok());
  CHECK(file::sync_folder(folder.path()).ok());
}

TEST_CASE("read: what is too large is said in words") {
  const TempFolder folder("file-test");
  const std::string path = folder.path() + "/f";
  REQUIRE(file::write_atomic(path, std::string(11, 'x')).ok());
  CHECK(*file::read(path, 11) == std::string(11, 'x'));
  const auto refused = file::read(path, 10);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().text == path + ": larger than 10 bytes");
  CHECK_FALSE(refused.failure().remedy.empty());
  CHECK(file::too_large((std::size_t{32} << 20U) + 1).text == "larger than 32 MiB");
}

TEST_CASE("fill_standard_descriptors: a file opened later is not stdin") {
  const file::Descriptor kept(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  REQUIRE(kept);
  ::close(STDIN_FILENO);
  file::fill_standard_descriptors();
  const file::Descriptor next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK(next.get() > STDERR_FILENO);
  char byte = 0;
  CHECK(::read(STDIN_FILENO, &byte, 1) == 0);
  REQUIRE(::dup2(kept.get(), STDIN_FILENO) == STDIN_FILENO);
}

TEST_CASE("a file of a work tree is read without following links out of it") {
  const TempFolder folder("tree");
  const std::string top = folder.path() + "/top";
  std::filesystem::create_directories(top + "/a/b");
  REQUIRE(file::write_atomic(folder.path() + "/secret", "secret").ok());
  REQUIRE(file::write_atomic(top + "/a/b/f", "content").ok());
  std::filesystem::create_symlink(folder.path() + "/secret", top + "/link");
  std::filesystem::create_directory_symlink(folder.path(), top + "/out");
  std::filesystem::create_directory_symlink(top + "/a", top + "/inside");
  CHECK(file::read_below(top, "a/b/f").value() == "content");
  CHECK(file::read_below(top, "link").failure().text == "link: a symbolic link, which is not followed");
  CHECK(file::read_below(top, "out/secret").failure().text == "out/secret: a symbolic link, which is not followed");
  for (const char* path : {"inside/b/f", "../secret", "a/../../secret", "/etc/passwd", "", "a//b/f", "a/b", "none"})
    CHECK_FALSE(file::read_below(top, path).ok());
  CHECK(file::read_below(top, "a/b/f", 3).failure().text == "a/b/f: larger than 3 bytes");
}
