#include "gate/judged.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"

namespace kairon::gate {

namespace {

std::string note_path(const std::string& git_dir) { return git_dir + "/kairon/judged"; }

}  // namespace

void note_judged(const std::string& git_dir, const git::Oid& tree) {
  // Every commit pays for this: a torn note equals none, so there is no temp file, and the rest of a longer one
  // stays after the line end, since some file systems wait for the disk when a file was emptied before.
  const std::string path = note_path(git_dir);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_CLOEXEC;
  file::Descriptor note(::open(path.c_str(), kFlags, 0644));
  if (note.get() < 0 && errno == ENOENT && ::mkdir((git_dir + "/kairon").c_str(), 0777) == 0)
    note = file::Descriptor(::open(path.c_str(), kFlags, 0644));
  if (note.get() >= 0) static_cast<void>(file::write_all(note.get(), tree + "\n"));
}

bool was_judged(const std::string& git_dir, const git::Oid& tree) {
  const auto note = file::read(note_path(git_dir), 4096);
  return note.ok() && !tree.empty() && note->starts_with(tree + "\n");
}

git::Oid tree_of_commit(git::GitSource& source, const git::Oid& commit) {
  constexpr std::size_t kLongestCommit = std::size_t{16} << 20U;
  constexpr std::string_view kHeader = "tree ";
  const auto object = source.read_object(commit, kLongestCommit);
  if (!object.ok() || object->type != git::ObjectType::commit || !object->content.starts_with(kHeader))
    throw environment_error(format("commit {} cannot be read", commit), "run: git fsck");
  return object->content.substr(kHeader.size(), commit.size());
}

}  // namespace kairon::gate
