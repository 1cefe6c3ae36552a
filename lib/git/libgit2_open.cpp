
#include "base/environment.h"
#include "git/libgit2_source.h"

namespace kairon::git {

namespace {

std::string without_slash(const char* path) {
  std::string out = path != nullptr ? path : "";
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

bool has_own_worktree_setting(git_repository* repository) {
  Config config;
  Config snapshot;
  if (into(config, git_repository_config, repository) != 0) return false;
  const char* value = nullptr;
  return into(snapshot, git_config_snapshot, config.get()) == 0 &&
         git_config_get_string(&value, snapshot.get(), "core.worktree") == 0;
}

/// The top of the work tree by git's rules (git(1), GIT_WORK_TREE): the variable; with GIT_DIR
/// alone core.worktree, else the current folder; else what discovery found.
std::string find_top(git_repository* repository) {
  if (const auto variable = environment::get("GIT_WORK_TREE")) return real_path(*variable);
  if (git_repository_is_bare(repository) != 0) return "";
  if (environment::get("GIT_DIR") && !has_own_worktree_setting(repository)) return real_path(".");
  return real_path(without_slash(git_repository_workdir(repository)));
}

}  // namespace

Result<std::unique_ptr<Libgit2Source>> Libgit2Source::open(const std::string& start, Network network) {
  start_library();
  Repository repository;
  {
    // libgit2 1.5 refuses GIT_WORK_TREE; find_top() reads it.
    const environment::Hidden work_tree("GIT_WORK_TREE");
    const environment::Hidden implicit("GIT_IMPLICIT_WORK_TREE");
    // It would be read at once, however large it is; usable_index() opens it when it is asked for.
    const environment::Hidden index("GIT_INDEX_FILE");
    const char* path = start.empty() ? "." : start.c_str();
    const unsigned flags = GIT_REPOSITORY_OPEN_FROM_ENV;
    const bool from_variable = environment::get("GIT_DIR").has_value();
    const char* ceilings = nullptr;
    const int code = into(repository, git_repository_open_ext, from_variable ? nullptr : path, flags, ceilings);
    if (code != 0) return Failure{library_error()};
  }
  Places places;
  places.start = start;
  places.network = network;
  places.top = find_top(repository.get());
  places.git_dir = real_path(without_slash(git_repository_path(repository.get())));
  places.common_dir = real_path(without_slash(git_repository_commondir(repository.get())));
  return std::make_unique<Libgit2Source>(std::move(repository), std::move(places));
}

}  // namespace kairon::git
