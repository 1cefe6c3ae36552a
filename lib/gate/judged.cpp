#include "gate/judged.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

namespace kairon::gate {

namespace {

std::string note_path(const std::string& git_dir) { return git_dir + "/kairon/judged"; }

/// The parent process, never to be mixed up with a later one of its number: that and the time it
/// began (proc(5), /proc/PID/stat, field 22). "" when it cannot be known.
std::string parent_identity() {
  const std::string pid = std::to_string(::getppid());
  const auto stat = file::read("/proc/" + pid + "/stat", 4096);
  if (!stat) return {};
  // Field 2, the program's name in parentheses, may hold blanks and parentheses itself.
  std::size_t at = stat.value().rfind(')');
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = stat.value().find(' ', at + 1);
  if (at == std::string::npos) return {};
  return pid + stat.value().substr(at, stat.value().find(' ', at + 1) - at);
}

}  // namespace

void note_judged(const std::string& git_dir) {
  const std::string parent = parent_identity();
  if (parent.empty()) return;
  ::mkdir((git_dir + "/kairon").c_str(), 0777);
  // A torn note equals none, so this needs no temp file: every commit pays for it.
  const file::Descriptor note(::open(note_path(git_dir).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (note.get() >= 0) static_cast<void>(file::write_all(note.get(), parent));
}

bool was_judged(const std::string& git_dir) {
  const auto note = file::read(note_path(git_dir), 4096);
  ::unlink(note_path(git_dir).c_str());
  return note && !note.value().empty() && note.value() == parent_identity();
}

}  // namespace kairon::gate
