#pragma once
#include <git2.h>
#include <git2/sys/repository.h>

#include <memory>
#include <string>

namespace kairon::git {

/// Frees what libgit2 gave us.
template <typename T, void (*Free)(T*)>
struct Freer {
  void operator()(T* handle) const noexcept { Free(handle); }
};
template <typename T, void (*Free)(T*)>
using Handle = std::unique_ptr<T, Freer<T, Free>>;

using Repository = Handle<git_repository, git_repository_free>;
using Object = Handle<git_object, git_object_free>;
using Tree = Handle<git_tree, git_tree_free>;
using Commit = Handle<git_commit, git_commit_free>;
using Reference = Handle<git_reference, git_reference_free>;
using ReferenceIterator = Handle<git_reference_iterator, git_reference_iterator_free>;
using Diff = Handle<git_diff, git_diff_free>;
using Database = Handle<git_odb, git_odb_free>;
using DatabaseObject = Handle<git_odb_object, git_odb_object_free>;
using Walk = Handle<git_revwalk, git_revwalk_free>;
using Config = Handle<git_config, git_config_free>;
using ConfigIterator = Handle<git_config_iterator, git_config_iterator_free>;

/// Calls a libgit2 function that hands its result out through its first parameter:
/// into(repository, git_repository_open_ext, path, flags, ceilings). Returns libgit2's code.
template <typename T, void (*Free)(T*), typename Function, typename... Args>
int into(Handle<T, Free>& handle, Function function, Args... args) {
  T* raw = nullptr;
  const int code = function(&raw, args...);
  handle.reset(code == 0 ? raw : nullptr);
  return code;
}

/// Starts libgit2 once per process with the settings that every user of it here needs.
void start_library();

/// libgit2's last message, "unknown error" when there is none.
[[nodiscard]] std::string library_error();

/// An object id as 40 lower-case digits.
[[nodiscard]] std::string hex_of(const git_oid& oid);

}  // namespace kairon::git
