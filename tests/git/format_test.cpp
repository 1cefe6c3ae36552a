// Formats that libgit2 cannot read: git is asked, and nothing is left out.
#include "git/both.h"

using namespace kairon;
using namespace kairon::test;

namespace {

/// What open() chooses by itself answers as the git process does.
void expect_same_as_git(const Lines& expected, const std::string& implementation) {
  const auto source = git::open();
  REQUIRE(source != nullptr);
  CHECK(shown(source->staged_changes({})) == expected);
  CHECK(source->implementation() == implementation);
  const auto process = open_with("git");
  CHECK(shown(process->staged_changes({})) == expected);
  CHECK(names(source->index_entries({})) == names(process->index_entries({})));
  for (const auto& entry : source->index_entries({})) CHECK(source->read_blob(entry.oid, 1000).ok());
}

}  // namespace

TEST_CASE("split index") {
  const Repository repository;
  repository.commit("a.json", "one");
  repository.git({"update-index", "--split-index"});
  repository.write("b.json", "two");
  repository.git({"add", "."});
  expect_same_as_git({"A b.json 100644"}, "libgit2+git");
}

TEST_CASE("sparse index") {
  const Repository repository;
  repository.commit("in/a.json", "one");
  repository.commit("out/b.json", "one");
  repository.git({"sparse-checkout", "init", "--cone", "--sparse-index"});
  repository.git({"sparse-checkout", "set", "in"});
  repository.write("in/c.json", "two");
  repository.git({"add", "."});
  expect_same_as_git({"A in/c.json 100644"}, "libgit2+git");
}

TEST_CASE("an index without a checksum") {
  const Repository repository;
  repository.commit("a.json", "one");
  repository.write("b.json", "two");
  repository.git({"add", "."});
  std::string index = repository.read(".git/index");
  index.replace(index.size() - 20, 20, std::string(20, '\0'));
  repository.write(".git/index", index);
  const auto source = git::open();
  REQUIRE(source != nullptr);
  CHECK(shown(source->staged_changes({})) == Lines{"A b.json 100644"});
}

TEST_CASE("index version 4, untracked cache") {
  const Repository repository;
  repository.git({"config", "index.version", "4"});
  repository.git({"config", "core.untrackedCache", "true"});
  repository.commit("long/path/to/a.json", "one");
  repository.write("long/path/to/b.json", "two");
  repository.git({"add", "."});
  expect_staged({"A long/path/to/b.json 100644"});
}

TEST_CASE("sha256") {
  const Repository repository({"--object-format=sha256"});
  repository.write("a.json", "one");
  repository.git({"add", "."});
  expect_same_as_git({"A a.json 100644"}, "git");
  repository.git({"commit", "--quiet", "-m", "x"});
  repository.write("b.json", "");
  repository.git({"add", "."});
  expect_same_as_git({"A b.json 100644"}, "git");
  const auto source = git::open();
  CHECK(source->resolve_commit("HEAD").value().size() == 64);
  CHECK(shown(source->tree_changes("", "HEAD", {})) == Lines{"A a.json 100644"});
}

TEST_CASE("objectFormat=sha1 spelled out") {
  const Repository repository;
  repository.git({"config", "core.repositoryformatversion", "1"});
  repository.git({"config", "extensions.objectFormat", "sha1"});
  repository.write("a.json", "one");
  repository.git({"add", "."});
  const auto source = git::open();
  REQUIRE(source != nullptr);
  CHECK(shown(source->staged_changes({})) == Lines{"A a.json 100644"});
}

TEST_CASE("extensions that do not change what is read") {
  const Repository repository;
  repository.git({"config", "core.repositoryformatversion", "1"});
  repository.git({"config", "extensions.worktreeConfig", "true"});
  repository.git({"config", "extensions.preciousObjects", "true"});
  repository.git({"config", "extensions.partialClone", "origin"});
  repository.write("a.json", "one");
  repository.git({"add", "."});
  expect_staged({"A a.json 100644"});
}

TEST_CASE("a large index is read in place") {
  const Repository repository;
  std::string list;
  const std::string blob = repository.git({"hash-object", "-w", "--", ".git/HEAD"});
  for (int i = 0; i < 3001; ++i) list += format("100644 {}\tmany/{:05}.json\n", blob, i);
  repository.write(repository.outside() + "/list", list);
  const auto fed = process::run({.argv = {"git", "update-index", "--index-info"},
                                 .folder = repository.path(),
                                 .environment = std::nullopt,
                                 .input = list});
  REQUIRE(fed.ok());
  const auto source = git::open();
  const Lines folder = {"many/00007.json"};
  CHECK(source->implementation() == "libgit2");
  CHECK(shown(source->staged_changes(folder)) == Lines{"A many/00007.json 100644"});
  CHECK(names(source->index_entries(folder)) == folder);
  CHECK(source->implementation() == "libgit2");
  CHECK(source->staged_changes({}).size() == 3001);
  CHECK(source->implementation() == "libgit2");
  CHECK(source->read_blob(blob, 1000).value() == repository.read(".git/HEAD"));
}

TEST_CASE("a partial clone fetches a blob that is missing, and says so when it cannot") {
  const Repository origin;
  origin.git({"config", "uploadpack.allowFilter", "true"});
  origin.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
  origin.commit("a.json", "one");
  origin.commit("a.json", "two");
  const Repository clone({}, Repository::Init::no);
  clone.git({"clone", "--quiet", "--filter=blob:none", "--no-checkout", "file://" + origin.path(), "."});
  const auto source = git::open();
  REQUIRE(source != nullptr);
  const auto entries = source->tree_entries("HEAD~1", {});
  REQUIRE(entries.size() == 1);
  SUBCASE("the origin is there") { CHECK(source->read_blob(entries.front().oid, 100).value() == "one"); }
  SUBCASE("the origin is gone") {
    clone.git({"remote", "set-url", "origin", "file:///nowhere/at/all"});
    bool refused = false;
    try {
      refused = !source->read_blob(entries.front().oid, 100).ok();
    } catch (const Error& error) {
      refused = error.code() == ExitCode::environment;
    }
    CHECK(refused);
  }
}
