#include "git/tree_walk.h"

#include <algorithm>

#include "git/paths.h"

namespace kairon::git {

namespace {

constexpr unsigned kFolder = 0040000;
/// As many folders as a path has room for.
constexpr int kDeepestTree = 4096;

/// Takes an octal number and the space after it from the begin of `rest`; 0 is not a valid mode.
unsigned take_mode(std::string_view& rest) {
  unsigned mode = 0;
  std::size_t used = 0;
  for (; used < rest.size() && rest[used] >= '0' && rest[used] <= '7'; ++used)
    mode = mode * 8 + static_cast<unsigned>(rest[used] - '0');
  if (used >= rest.size() || rest[used] != ' ') return 0;
  rest.remove_prefix(used + 1);
  return mode;
}

}  // namespace

TreeWalk::TreeWalk(git_odb* objects, std::span<const std::string> folders, const Visitor& visitor)
    : objects_(objects), folders_(clean_folders(folders)), visitor_(visitor) {}

TreeWalk::Wanted TreeWalk::wanted(std::string_view path) const {
  if (is_below(path, folders_)) return Wanted::all;
  const auto leads_to = [&](const std::string& folder) {
    return folder.size() > path.size() && folder[path.size()] == '/' && folder.starts_with(path);
  };
  return std::any_of(folders_.begin(), folders_.end(), leads_to) ? Wanted::part : Wanted::nothing;
}

/// A tree is "MODE NAME", NUL and the id's bytes, again and again (gitformat: tree objects), in the order of paths.
bool TreeWalk::walk(const git_oid& tree, Wanted parent) {
  DatabaseObject object;
  if (depth_ > kDeepestTree || into(object, git_odb_read, objects_, &tree) != 0 ||
      git_odb_object_type(object.get()) != GIT_OBJECT_TREE)
    return false;
  std::string_view rest(static_cast<const char*>(git_odb_object_data(object.get())), git_odb_object_size(object.get()));
  const std::size_t own = path_.size();
  while (!rest.empty()) {
    const unsigned mode = take_mode(rest);
    const std::size_t name = rest.find('\0');
    if (mode == 0 || name == std::string_view::npos || rest.size() < name + 1 + GIT_OID_RAWSZ) return false;
    path_.append(rest.substr(0, name));
    const std::string_view id = rest.substr(name + 1, GIT_OID_RAWSZ);
    rest.remove_prefix(name + 1 + GIT_OID_RAWSZ);
    const Wanted how = parent == Wanted::all ? Wanted::all : wanted(path_);
    if (mode != kFolder && how == Wanted::all) visitor_.file(path_, canonical_mode(mode), id);
    if (mode == kFolder && how != Wanted::nothing && !(visitor_.skip && visitor_.skip(path_, id))) {
      git_oid child{};
      git_oid_fromraw(&child, reinterpret_cast<const unsigned char*>(id.data()));  // NOLINT: bytes of another type
      path_ += '/';
      ++depth_;
      if (!walk(child, how)) return false;
      --depth_;
    }
    path_.resize(own);
  }
  return true;
}

}  // namespace kairon::git
