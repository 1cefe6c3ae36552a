// What is staged, in every situation in which git runs a hook.
#include <filesystem>

#include "git/both.h"

using namespace kairon;
using namespace kairon::test;

TEST_CASE("plain changes") {
  const Repository repository;
  repository.commit("a.json", "one");
  repository.write("b.json", "two");
  repository.git({"add", "."});
  repository.write("a.json", "changed but not staged");
  expect_staged({"A b.json 100644"});
  with_both([](git::GitSource& source) {
    const auto changes = source.staged_changes({});
    REQUIRE(changes.size() == 1);
    const auto content = source.read_blob(changes.front().after.oid, 100);
    REQUIRE(content.ok());
    CHECK(*content == "two");
    CHECK(names(source.index_entries({})) == Lines{"a.json", "b.json"});
  });
}

TEST_CASE("an unborn branch") {
  const Repository repository;
  expect_staged({});
  repository.write("a.json", "one");
  repository.git({"add", "."});
  expect_staged({"A a.json 100644"});
  with_both([](git::GitSource& source) {
    CHECK(source.head_ref() == "refs/heads/main");
    CHECK_FALSE(source.resolve_commit("HEAD"));
  });
}

TEST_CASE("folders restrict, literally") {
  const Repository repository;
  for (const char* name : {"flows/a.json", "flows/deep/b.json", "flows-old/c.json", "f*/d.json", "top.json"}) {
    repository.write(name, name);
  }
  repository.git({"add", "."});
  expect_staged({"A flows/a.json 100644", "A flows/deep/b.json 100644"}, {"flows"});
  expect_staged({"A flows/a.json 100644", "A flows/deep/b.json 100644"}, {"flows/"});
  expect_staged({"A f*/d.json 100644"}, {"f*"});
  expect_staged({"A flows/a.json 100644", "A top.json 100644"}, {"top.json", "flows/a.json"});
  expect_staged({}, {"nowhere"});
  with_both([](git::GitSource& source) {
    const Lines one = {"flows-old"};
    CHECK(names(source.index_entries(one)) == Lines{"flows-old/c.json"});
    const Lines root = {"flows", "."};
    CHECK(source.index_entries(root).size() == 5);
  });
}

TEST_CASE("the index that git hands over") {
  const Repository repository;
  repository.commit("a.json", "one");
  repository.commit("b.json", "one");
  repository.write("a.json", "two");
  repository.write("b.json", "two");
  repository.git({"add", "b.json"});
  SUBCASE("GIT_INDEX_FILE relative, as in a plain commit") {
    const Variable index("GIT_INDEX_FILE", ".git/index");
    expect_staged({"M b.json 100644->100644"});
  }
  SUBCASE("commit -a: index.lock") {
    std::filesystem::copy_file(".git/index", ".git/index.lock");
    const Variable index("GIT_INDEX_FILE", repository.path() + "/.git/index.lock");
    repository.git({"update-index", "a.json", "b.json"});
    expect_staged({"M a.json 100644->100644", "M b.json 100644->100644"});
  }
  SUBCASE("commit FILE: next-index without the other staged files") {
    const Variable index("GIT_INDEX_FILE", repository.path() + "/.git/next-index-17.lock");
    repository.git({"read-tree", "HEAD"});
    repository.git({"update-index", "a.json"});
    expect_staged({"M a.json 100644->100644"});
  }
  SUBCASE("from a subfolder") {
    std::filesystem::create_directories("deep/er");
    repository.enter("deep/er");
    expect_staged({"M b.json 100644->100644"});
    with_both([&](git::GitSource& source) { CHECK(names(source.index_entries({})) == Lines{"a.json", "b.json"}); });
  }
}

TEST_CASE("amend shows the delta to HEAD") {
  const Repository repository;
  repository.commit("a.json", "one");
  repository.write("a.json", "two");
  repository.git({"add", "."});
  repository.git({"commit", "--quiet", "--amend", "-m", "x"});
  expect_staged({});
}

TEST_CASE("a merge in progress") {
  const Repository repository;
  repository.commit("a.json", "base");
  repository.git({"checkout", "--quiet", "-b", "other"});
  repository.commit("a.json", "theirs");
  repository.commit("new.json", "theirs");
  repository.git({"checkout", "--quiet", "main"});
  repository.commit("a.json", "ours");
  CHECK(repository.try_git({"merge", "other"}) == 1);
  expect_staged({"U a.json", "A new.json 100644"});
  with_both([](git::GitSource& source) { CHECK(names(source.index_entries({})) == Lines{"new.json"}); });
  repository.write("a.json", "both");
  repository.git({"add", "a.json"});
  expect_staged({"M a.json 100644->100644", "A new.json 100644"});
}

TEST_CASE("odd names") {
  const Repository repository;
  const Lines odd = {"\xff\xfe.json",    " lead.json",  "a\nb.json",  "\"q\".json",
                     "back\\slash.json", "sp ace.json", "t\tab.json", "\xc3\xbc\xe2\x9c\x93.json",
                     "*.json",           "-dash.json",  ":colon.json"};
  for (const std::string& name : odd) repository.write("flows/" + name, name);
  repository.git({"add", "."});
  with_both([&](git::GitSource& source) {
    const auto changes = source.staged_changes({});
    CHECK(changes.size() == odd.size());
    for (const auto& change : changes) {
      const auto content = source.read_blob(change.after.oid, 1000);
      REQUIRE(content.ok());
      CHECK("flows/" + *content == change.path);
    }
    const Lines one = {"flows/a\nb.json", "flows/*.json"};
    CHECK(shown(source.staged_changes(one)) == Lines{"A flows/*.json 100644", "A flows/a\nb.json 100644"});
  });
}

TEST_CASE("renames, deletions, types, modes") {
  const Repository repository;
  repository.commit("old.json", "a long enough content to be seen as a rename by those who look for renames");
  repository.commit("gone.json", "gone");
  repository.commit("link.json", "file");
  repository.commit("run.json", "x");
  repository.commit("folder.json", "a file that becomes a folder");
  repository.git({"mv", "old.json", "new.json"});
  repository.git({"rm", "--quiet", "gone.json", "folder.json"});
  repository.remove("link.json");
  std::filesystem::create_symlink("new.json", "link.json");
  std::filesystem::permissions("run.json", std::filesystem::perms::owner_all);
  repository.write("folder.json/inner.json", "y");
  repository.git({"add", "."});
  expect_staged({"D folder.json", "A folder.json/inner.json 100644", "D gone.json", "T link.json 100644->120000",
                 "A new.json 100644", "D old.json", "M run.json 100644->100755"});
}

TEST_CASE("gitlinks and links become files and back") {
  const Repository repository;
  const std::string commit = repository.commit("a.json", "one");
  repository.git({"update-index", "--add", "--cacheinfo", "160000," + commit + ",sub"});
  expect_staged({"A sub 160000"});
  repository.git({"commit", "--quiet", "-m", "sub"});
  repository.git({"rm", "--quiet", "--cached", "sub"});
  repository.write("sub", "now a file");
  repository.git({"add", "sub"});
  expect_staged({"T sub 160000->100644"});
}

TEST_CASE("intent to add is not staged") {
  const Repository repository;
  repository.commit("a.json", "one");
  repository.commit("kept.json", "kept");
  repository.commit("empty.json", "");
  repository.write("later.json", "later");
  repository.git({"add", "--intent-to-add", "later.json"});
  expect_staged({});
  with_both([](git::GitSource& source) {
    CHECK(names(source.index_entries({})) == Lines{"a.json", "empty.json", "kept.json"});
  });
  repository.git({"rm", "--quiet", "--cached", "kept.json", "empty.json"});
  repository.git({"add", "--intent-to-add", "kept.json", "empty.json"});
  expect_staged({"D empty.json", "D kept.json"});
}

TEST_CASE("names that differ in case are two files even when core.ignorecase says otherwise") {
  const Repository repository;
  repository.git({"config", "core.ignorecase", "true"});
  const std::string blob = repository.git({"hash-object", "-w", "-t", "blob", "--", ".git/HEAD"});
  for (const char* name : {"a.json", "A.json", "b.json"}) {
    repository.git({"update-index", "--add", "--cacheinfo", "100644," + blob + "," + name});
  }
  expect_staged({"A A.json 100644", "A a.json 100644", "A b.json 100644"});
}

TEST_CASE("user settings that change what git prints") {
  const Repository repository;
  for (const char* setting : {"core.quotePath=true", "diff.renames=copies", "diff.noprefix=true", "diff.external=false",
                              "core.abbrev=4", "diff.ignoreSubmodules=all", "color.ui=always", "diff.relative=true"}) {
    const std::string text = setting;
    repository.git({"config", text.substr(0, text.find('=')), text.substr(text.find('=') + 1)});
  }
  repository.commit("deep/a.json", "one");
  repository.commit("b.json", "some text that would be found again");
  repository.git({"mv", "b.json", "\xc3\xbc.json"});
  repository.write("deep/a.json", "two");
  repository.git({"add", "."});
  repository.enter("deep");
  expect_staged({"D b.json", "M deep/a.json 100644->100644", "A \xc3\xbc.json 100644"});
}

TEST_CASE("one source shows HEAD of one moment, and reads it once") {
  const Repository repository;
  const std::string first = repository.commit("a.json", "one");
  const auto source = open_with("libgit2");
  CHECK(source->resolve_commit("HEAD") == first);
  // What would be read again is missing now.
  repository.remove(".git/refs/heads/main");
  CHECK(source->resolve_commit("HEAD") == first);
  CHECK(source->head_ref() == "refs/heads/main");
  CHECK(source->staged_changes({}).empty());
  CHECK(source->implementation() == "libgit2");
}
