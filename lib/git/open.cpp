#include <sys/stat.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "git/git_process.h"
#include "git/libgit2_source.h"
#include "git/paths.h"
#include "git/process_source.h"
#include "git/source.h"

namespace kairon::git {

namespace {

enum class Implementation { best, libgit2, git };

Implementation wanted_implementation() {
  const std::string name = environment::get("KAIRON_GIT_SOURCE").value_or("");
  if (name.empty()) return Implementation::best;
  if (name == "libgit2") return Implementation::libgit2;
  if (name == "git") return Implementation::git;
  throw usage_error(format("KAIRON_GIT_SOURCE is '{}'", text::printable(name)),
                    "set it to libgit2 or git, or unset it");
}

bool is_ours(const std::string& path) {
  struct stat info {};
  return path.empty() || (::stat(path.c_str(), &info) == 0 && info.st_uid == ::geteuid());
}

/// A repository of somebody else is git's to judge (safe.directory, SUDO_UID, GIT_DIR given): its
/// configuration is as good as ours once it is opened.
void check_owner(const GitSource& source, const std::string& start) {
  if (is_ours(source.git_dir()) && is_ours(source.top())) return;
  static_cast<void>(GitProcess(start).must({"rev-parse", "--git-dir"}));
}

}  // namespace

Known known_to(const std::string& remote) {
  Known known;
  if (!remote.empty()) known.refs.push_back("refs/remotes/" + remote + "/");
  return known;
}

std::vector<Oid> GitSource::new_commits(const std::string& tip, std::span<const Oid> hidden,
                                        const std::string& remote) {
  Known known = known_to(remote);
  known.commits.assign(hidden.begin(), hidden.end());
  std::vector<Oid> commits;
  for (NewCommit& commit : new_history(std::vector<std::string>{tip}, known)) commits.push_back(std::move(commit.oid));
  return commits;
}

std::unique_ptr<GitSource> open(const std::string& start, Network network) {
  const Implementation wanted = wanted_implementation();
  if (wanted == Implementation::git) return ProcessSource::find(start, network);
  Result<std::unique_ptr<Libgit2Source>> source = Libgit2Source::open(start, network);
  if (source.ok()) {
    check_owner(**source, start);
    return std::move(source).value();
  }
  if (!has_repository_traces(start)) return nullptr;
  if (wanted == Implementation::libgit2) {
    throw environment_error(format("libgit2 cannot open the repository: {}", source.failure().text),
                            "unset KAIRON_GIT_SOURCE");
  }
  return ProcessSource::find(start, network);
}

}  // namespace kairon::git
