#include "gate/judged.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/proc_stat.h"

namespace kairon::gate {

namespace {

std::string note_path(const std::string& git_dir) { return git_dir + "/kairon/judged"; }

/// The parent process, never to be mixed up with a later one of its number: that and the time it
/// began (proc(5), /proc/PID/stat, field 22). "" when it cannot be known.
std::string parent_identity() {
  const int parent = ::getppid();
  const std::string begun = proc_stat_field(parent, 22);
  return begun.empty() ? std::string() : std::to_string(parent) + " " + begun;
}

}  // namespace

void note_judged(const std::string& git_dir) {
  const std::string parent = parent_identity();
  if (parent.empty()) return;
  // Every commit pays for this: a torn note equals none, so there is no temp file, and what is left of a longer one
  // stands behind the line end, since some file systems wait for the disk when a file was emptied before.
  const std::string path = note_path(git_dir);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_CLOEXEC;
  file::Descriptor note(::open(path.c_str(), kFlags, 0644));
  if (note.get() < 0 && errno == ENOENT && ::mkdir((git_dir + "/kairon").c_str(), 0777) == 0)
    note = file::Descriptor(::open(path.c_str(), kFlags, 0644));
  if (note.get() >= 0) static_cast<void>(file::write_all(note.get(), parent + "\n"));
}

bool was_judged(const std::string& git_dir) {
  const auto note = file::read(note_path(git_dir), 4096);
  ::unlink(note_path(git_dir).c_str());
  if (!note) return false;
  const std::size_t end = note.value().find('\n');
  return end != std::string::npos && end > 0 && note.value().substr(0, end) == parent_identity();
}

}  // namespace kairon::gate
