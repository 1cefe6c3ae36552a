// Where the repository is: work trees, variables, formats, and when it is broken.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "git/both.h"

using namespace kairon;
using namespace kairon::test;

namespace {

void expect_places(const std::string& top, const std::string& git_dir, const std::string& common_dir) {
  with_both([&](git::GitSource& source) {
    CHECK(source.top() == top);
    CHECK(source.git_dir() == git_dir);
    CHECK(source.common_dir() == common_dir);
  });
}

}  // namespace

TEST_CASE("a plain repository, from its top and from a subfolder") {
  const Repository repository;
  const std::string dir = repository.path() + "/.git";
  expect_places(repository.path(), dir, dir);
  std::filesystem::create_directories("a/b");
  repository.enter("a/b");
  expect_places(repository.path(), dir, dir);
}

TEST_CASE("a start folder other than the current one") {
  const Repository repository;
  repository.write("sub/a.json", "x");
  repository.git({"add", "."});
  std::filesystem::current_path("/");
  with_both(
      [&](git::GitSource& source) {
        CHECK(source.top() == repository.path());
        CHECK(shown(source.staged_changes({})) == Lines{"A sub/a.json 100644"});
      },
      repository.path() + "/sub");
}

TEST_CASE("a linked worktree has its own index") {
  const Repository repository;
  repository.commit("a.json", "one");
  const std::string linked = repository.outside() + "/linked";
  repository.git({"worktree", "add", "--quiet", linked});
  repository.write(linked + "/b.json", "two");
  repository.git({"add", "."}, linked);
  repository.enter(linked);
  expect_places(linked, repository.path() + "/.git/worktrees/linked", repository.path() + "/.git");
  expect_staged({"A b.json 100644"});
  SUBCASE("as git starts a hook there") {
    const Variable dir("GIT_DIR", repository.path() + "/.git/worktrees/linked");
    const Variable index("GIT_INDEX_FILE", repository.path() + "/.git/worktrees/linked/index");
    expect_places(linked, repository.path() + "/.git/worktrees/linked", repository.path() + "/.git");
    expect_staged({"A b.json 100644"});
  }
}

TEST_CASE("a submodule") {
  const Repository repository;
  const Repository inner;
  inner.commit("i.json", "inner");
  repository.git({"submodule", "--quiet", "add", inner.path(), "sub"});
  const std::string sub = repository.path() + "/sub";
  repository.write("sub/new.json", "new");
  repository.git({"add", "."}, sub);
  repository.enter("sub");
  expect_places(sub, repository.path() + "/.git/modules/sub", repository.path() + "/.git/modules/sub");
  expect_staged({"A new.json 100644"});
  const Variable dir("GIT_DIR", repository.path() + "/.git/modules/sub");
  expect_places(sub, repository.path() + "/.git/modules/sub", repository.path() + "/.git/modules/sub");
}

TEST_CASE("--git-dir and --work-tree") {
  const Repository repository;
  const std::string elsewhere = repository.outside() + "/elsewhere";
  repository.write(elsewhere + "/e.json", "e");
  repository.git({"--git-dir=.git", "--work-tree=" + elsewhere, "add", elsewhere + "/e.json"});
  repository.enter(elsewhere);
  const std::string dir = repository.path() + "/.git";
  const Variable git_dir("GIT_DIR", dir);
  SUBCASE("both") {
    const Variable tree("GIT_WORK_TREE", ".");
    expect_places(elsewhere, dir, dir);
    expect_staged({"A e.json 100644"});
    with_both([](git::GitSource&) { CHECK(::getenv("GIT_WORK_TREE") != nullptr); });
  }
  SUBCASE("GIT_DIR alone makes the current folder the top") { expect_places(elsewhere, dir, dir); }
}

TEST_CASE("--separate-git-dir") {
  const Repository repository({}, Repository::Init::no);
  const std::string dir = repository.outside() + "/apart.git";
  repository.git({"init", "--quiet", "--separate-git-dir", dir});
  repository.write("a.json", "x");
  repository.git({"add", "."});
  expect_places(repository.path(), dir, dir);
  const Variable git_dir("GIT_DIR", dir);
  expect_places(repository.path(), dir, dir);
  expect_staged({"A a.json 100644"});
}

TEST_CASE("a bare repository") {
  const Repository repository({"--bare"});
  expect_places("", repository.path(), repository.path());
  with_both([](git::GitSource& source) { CHECK(source.index_entries({}).empty()); });
}

TEST_CASE("alternates") {
  const Repository origin;
  origin.commit("a.json", "one");
  const Repository clone({}, Repository::Init::no);
  clone.git({"clone", "--quiet", "--shared", origin.path(), "."});
  clone.write("b.json", "two");
  clone.git({"add", "."});
  expect_staged({"A b.json 100644"});
  with_both([](git::GitSource& source) {
    const auto entries = source.tree_entries("HEAD", {});
    REQUIRE(entries.size() == 1);
    CHECK(source.read_blob(entries.front().oid, 100).value() == "one");
  });
}

TEST_CASE("no repository") {
  const TempFolder folder("empty");
  const Repository repository({}, Repository::Init::no);
  std::filesystem::current_path(folder.path());
  CHECK(git::open() == nullptr);
  const Variable forced("KAIRON_GIT_SOURCE", "git");
  CHECK(git::open() == nullptr);
}

TEST_CASE("a forced implementation must be one that exists") {
  const Repository repository;
  const Variable forced("KAIRON_GIT_SOURCE", "svn");
  CHECK(code_of([] { static_cast<void>(git::open()); }) == ExitCode::usage);
}

namespace {

/// Opens and asks what is staged: both must end in Error(environment), in every implementation.
void expect_unreadable() {
  for (const char* implementation : {"", "libgit2", "git"}) {
    CAPTURE(implementation);
    const Variable forced("KAIRON_GIT_SOURCE", implementation);
    CHECK(code_of([] {
            const auto source = git::open();
            REQUIRE(source != nullptr);
            static_cast<void>(source->staged_changes({}));
          }) == ExitCode::environment);
  }
}

}  // namespace

TEST_CASE("what cannot be read is an error, never an empty answer") {
  const Repository repository;
  repository.commit("a.json", "one");
  repository.commit("b.json", "one");
  repository.write("b.json", "two");
  repository.git({"add", "."});
  SUBCASE("a missing HEAD") { repository.remove(".git/HEAD"); }
  SUBCASE("a broken HEAD") { repository.write(".git/HEAD", "nonsense\n"); }
  SUBCASE("a broken branch") { repository.write(".git/refs/heads/main", "nonsense\n"); }
  SUBCASE("an empty branch file") { repository.write(".git/refs/heads/main", ""); }
  SUBCASE("a branch whose commit is missing") {
    repository.write(".git/refs/heads/main", "1234567890123456789012345678901234567890\n");
  }
  SUBCASE("a truncated index") { repository.write(".git/index", repository.read(".git/index").substr(0, 60)); }
  SUBCASE("an index cut short so that git takes it for a shorter one") {
    // git 2.39 answers with status 0 here: the entries' padding reads as empty names.
    repository.commit("a", "one");
    repository.write("b", "two");
    repository.git({"add", "."});
    repository.write(".git/index", repository.read(".git/index").substr(0, 80));
  }
  SUBCASE("one flipped byte") {
    std::string index = repository.read(".git/index");
    index[60] = static_cast<char>(index[60] ^ 1);
    repository.write(".git/index", index);
  }
  SUBCASE("an index of garbage") { repository.write(".git/index", std::string(200, 'x')); }
  SUBCASE("an index that is a folder") {
    repository.remove(".git/index");
    std::filesystem::create_directory(".git/index");
  }
  SUBCASE("a missing tree") {
    const std::string tree = repository.git({"rev-parse", "HEAD^{tree}"});
    repository.remove(".git/objects/" + tree.substr(0, 2) + "/" + tree.substr(2));
  }
  SUBCASE("an unknown format") { repository.git({"config", "core.repositoryformatversion", "99"}); }
  SUBCASE("GIT_DIR to nowhere") {
    const Variable dir("GIT_DIR", "/nonexistent/dir");
    expect_unreadable();
    return;
  }
  expect_unreadable();
}

TEST_CASE("somebody else's repository is git's to judge") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can give a folder away");
    return;
  }
  const Repository repository;
  repository.write("a.json", "x");
  repository.git({"add", "."});
  for (const auto& entry : {repository.path(), repository.path() + "/.git"}) {
    REQUIRE(::chown(entry.c_str(), 12345, 12345) == 0);
  }
  expect_unreadable();
  repository.git({"config", "--global", "safe.directory", "*"});
  expect_staged({"A a.json 100644"});
}
