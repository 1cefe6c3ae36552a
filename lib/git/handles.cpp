#include "git/handles.h"

#include <array>
#include <string>

#include "git/source.h"

namespace kairon::git {

namespace {

struct Library {
  Library() {
    git_libgit2_init();
    // Whether the repository's owner is to be trusted is git's to decide: open() asks it. libgit2
    // 1.5 refuses what git accepts (safe.directory from -c, GIT_CONFIG_COUNT or with a wildcard).
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    // Formats that libgit2 reads correctly once it does not stumble over their names.
    std::array<const char*, 4> names = {"worktreeconfig", "preciousobjects", "relativeworktrees", "partialclone"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names.data(), names.size());
    // git itself does not hash what it reads either; zlib's checksum stays.
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
  }
  ~Library() { git_libgit2_shutdown(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

}  // namespace

void start_library() { static const Library kLibrary; }

std::string library_version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  git_libgit2_version(&major, &minor, &patch);
  return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

std::string library_error() {
  const git_error* error = git_error_last();
  return error != nullptr && error->message != nullptr ? error->message : "unknown error";
}

std::string hex_of(const git_oid& oid) {
  std::array<char, 41> digits{};
  git_oid_tostr(digits.data(), digits.size(), &oid);
  return digits.data();
}

}  // namespace kairon::git
