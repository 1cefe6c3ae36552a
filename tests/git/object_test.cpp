// Trees, blobs and history.
#include <algorithm>

#include "git/both.h"
#include "git/parts.h"

using namespace kairon;
using namespace kairon::test;

TEST_CASE("tree_changes and tree_entries") {
  const Repository repository;
  const std::string first = repository.commit("flows/a.json", "one");
  repository.commit("flows/b.json", "two");
  repository.git({"rm", "--quiet", "flows/a.json"});
  const std::string second = repository.commit("db/c.sql", "three");
  with_both([&](git::GitSource& source) {
    CHECK(shown(source.tree_changes(first, second, {})) ==
          Lines{"A db/c.sql 100644", "D flows/a.json", "A flows/b.json 100644"});
    CHECK(shown(source.tree_changes("", first, {})) == Lines{"A flows/a.json 100644"});
    CHECK(shown(source.tree_changes(first, "", {})) == Lines{"D flows/a.json"});
    CHECK(source.tree_changes("", "", {}).empty());
    const Lines flows = {"flows"};
    CHECK(names(source.tree_entries("HEAD", flows)) == Lines{"flows/b.json"});
    CHECK(names(source.tree_entries("HEAD^{tree}", {})) == Lines{"db/c.sql", "flows/b.json"});
  });
  for (const std::string implementation : {"libgit2", "git"}) {
    const auto source = open_with(implementation);
    CHECK(code_of([&] { static_cast<void>(source->tree_entries("no-such-branch", {})); }) == ExitCode::environment);
    CHECK(code_of([&] { static_cast<void>(source->tree_entries("--output=/tmp/x", {})); }) == ExitCode::environment);
  }
}

TEST_CASE("read_blob") {
  const Repository repository;
  const std::string binary("a\0b\r\nc\n\xff", 8);
  const std::string commit = repository.commit("a.bin", binary);
  repository.commit("empty", "");
  repository.commit("large", std::string(300'000, 'x'));
  const std::string oid = repository.git({"rev-parse", "HEAD:a.bin"});
  const std::string large = repository.git({"rev-parse", "HEAD:large"});
  with_both([&](git::GitSource& source) {
    CHECK(source.read_blob(oid, 8).value() == binary);
    CHECK(source.read_blob(repository.git({"rev-parse", "HEAD:empty"}), 0).value().empty());
    CHECK_FALSE(source.read_blob(oid, 7).ok());
    CHECK_FALSE(source.read_blob(large, 1000).ok());
    CHECK(source.read_blob(large, 300'000).value().size() == 300'000);
    CHECK_FALSE(source.read_blob(commit, 1000).ok());
    CHECK_FALSE(source.read_blob("", 1000).ok());
    CHECK_FALSE(source.read_blob("HEAD:a.bin", 1000).ok());
    CHECK_FALSE(source.read_blob(oid + "\n" + large, 1000).ok());
    CHECK(source.read_blob(oid, 1000).value() == binary);
  });
  for (const std::string implementation : {"libgit2", "git"}) {
    const auto missing = open_with(implementation)->read_blob(std::string(40, '1'), 1000);
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.failure().text.find(std::string(40, '1')) != std::string::npos);
  }
}

TEST_CASE("read_parts: the whole object in order, whatever its size") {
  const Repository repository;
  std::string large;
  for (int i = 0; i < 50'000; ++i) large += format("{}\n", i);
  repository.commit("empty", "");
  repository.commit("large", large);
  with_both([&](git::GitSource& source) {
    for (const std::size_t part : {std::size_t{1000}, std::size_t{65'536}, large.size(), large.size() + 1}) {
      std::string read;
      const auto take = [&](std::string_view bytes) {
        CHECK(bytes.size() <= part);
        read += bytes;
      };
      REQUIRE(git::read_parts(source, repository.git({"rev-parse", "HEAD:large"}), part, take).ok());
      CHECK(read == large);
      REQUIRE(git::read_parts(source, repository.git({"rev-parse", "HEAD:empty"}), part, take).ok());
      CHECK(read == large);
    }
    const auto ignore = [](std::string_view) {};
    CHECK_FALSE(git::read_parts(source, std::string(40, '1'), 1000, ignore).ok());
    CHECK_FALSE(git::read_parts(source, "HEAD:large", 1000, ignore).ok());
    CHECK(source.read_blob(repository.git({"rev-parse", "HEAD:large"}), 1'000'000).value() == large);
  });
}

TEST_CASE("a damaged object is an error of the environment") {
  const Repository repository;
  repository.commit("a.json", "one");
  const std::string oid = repository.git({"rev-parse", "HEAD:a.json"});
  const std::string file = ".git/objects/" + oid.substr(0, 2) + "/" + oid.substr(2);
  const std::string whole = repository.read(file);
  SUBCASE("garbage") {
    repository.remove(file);
    repository.write(file, "not zlib");
  }
  SUBCASE("cut short") {
    repository.remove(file);
    repository.write(file, whole.substr(0, whole.size() / 2));
  }
  SUBCASE("empty") {
    repository.remove(file);
    repository.write(file, "");
  }
  for (const std::string implementation : {"libgit2", "git"}) {
    CAPTURE(implementation);
    const auto source = open_with(implementation);
    CHECK(code_of([&] { static_cast<void>(source->read_blob(oid, 100)); }) == ExitCode::environment);
  }
}

TEST_CASE("resolve_commit") {
  const Repository repository;
  const std::string first = repository.commit("a", "one");
  const std::string second = repository.commit("a", "two");
  repository.git({"tag", "light", first});
  repository.git({"tag", "-a", "-m", "x", "heavy", first});
  repository.git({"tag", "-a", "-m", "x", "nested", "heavy"});
  repository.git({"tag", "blob", "HEAD:a"});
  with_both([&](git::GitSource& source) {
    CHECK(source.resolve_commit("HEAD") == second);
    CHECK(source.resolve_commit("main~1") == first);
    CHECK(source.resolve_commit("light") == first);
    CHECK(source.resolve_commit("heavy") == first);
    CHECK(source.resolve_commit(repository.git({"rev-parse", "nested"})) == first);
    CHECK_FALSE(source.resolve_commit("blob"));
    CHECK_FALSE(source.resolve_commit("nothing"));
    CHECK_FALSE(source.resolve_commit(""));
    CHECK_FALSE(source.resolve_commit("--all"));
    CHECK_FALSE(source.resolve_commit(std::string(40, '1')));
    CHECK_FALSE(source.resolve_commit(std::string(40, '0')));
    CHECK_FALSE(source.resolve_commit("a b"));
  });
}

TEST_CASE("new_commits") {
  const Repository repository;
  const std::string one = repository.commit("a", "one");
  const std::string two = repository.commit("a", "two");
  const std::string three = repository.commit("a", "three");
  repository.git({"tag", "-a", "-m", "x", "heavy", two});
  const std::string tag = repository.git({"rev-parse", "heavy"});
  repository.git({"update-ref", "refs/remotes/origin/main", two});
  repository.git({"symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone"});
  repository.git({"update-ref", "refs/remotes/origin-two/main", three});
  repository.git({"update-ref", "refs/remotes/deep/er/x/y", one});
  with_both([&](git::GitSource& source) {
    CHECK(source.new_commits("main", {}, "") == Lines{three, two, one});
    CHECK(source.new_commits("main", {}, "origin") == Lines{three});
    CHECK(source.new_commits("main", {}, "origin-two").empty());
    CHECK(source.new_commits("main", {}, "deep/er") == Lines{three, two});
    CHECK(source.new_commits("main", {}, "https://example.org/x.git").size() == 3);
    CHECK(source.new_commits("main", {}, "ori*").size() == 3);
    CHECK(source.new_commits("heavy", {}, "") == Lines{two, one});
    const Lines hidden = {one, std::string(40, '1'), "garbage", repository.git({"rev-parse", "HEAD:a"})};
    CHECK(source.new_commits("main", hidden, "") == Lines{three, two});
    const Lines by_tag = {tag};
    CHECK(source.new_commits("main", by_tag, "") == Lines{three});
  });
  for (const std::string implementation : {"libgit2", "git"}) {
    const auto source = open_with(implementation);
    CHECK(code_of([&] { static_cast<void>(source->new_commits(std::string(40, '1'), {}, "")); }) ==
          ExitCode::environment);
  }
}

TEST_CASE("parents and merge_base") {
  const Repository repository;
  const std::string base = repository.commit("a", "base");
  repository.git({"checkout", "--quiet", "-b", "other"});
  const std::string theirs = repository.commit("b", "theirs");
  repository.git({"checkout", "--quiet", "main"});
  const std::string ours = repository.commit("c", "ours");
  repository.git({"merge", "--quiet", "--no-edit", "other"});
  const std::string merge = repository.git({"rev-parse", "HEAD"});
  repository.git({"checkout", "--quiet", "--orphan", "alone"});
  const std::string alone = repository.commit("d", "alone");
  with_both([&](git::GitSource& source) {
    CHECK(source.parents(merge) == Lines{ours, theirs});
    CHECK(source.parents(base).empty());
    CHECK(source.merge_base(ours, theirs) == base);
    CHECK(source.head_ref() == "refs/heads/alone");
  });
  for (const std::string implementation : {"libgit2", "git"}) {
    CHECK_FALSE(open_with(implementation)->merge_base(ours, alone));
  }
  repository.git({"checkout", "--quiet", "--detach"});
  with_both([](git::GitSource& source) { CHECK(source.head_ref().empty()); });
}

TEST_CASE("a shallow clone") {
  const Repository origin;
  for (const char* content : {"1", "2", "3", "4"}) origin.commit("a", content);
  const Repository clone({}, Repository::Init::no);
  clone.git({"clone", "--quiet", "--depth=2", "file://" + origin.path(), "."});
  const std::string fifth = clone.commit("a", "5");
  const std::string third = clone.git({"rev-parse", "HEAD~2"});
  for (const std::string implementation : {"libgit2", "git"}) {
    CAPTURE(implementation);
    const auto source = open_with(implementation);
    CHECK(source->new_commits("HEAD", {}, "origin") == Lines{fifth});
    CHECK(source->new_commits("HEAD", {}, "").size() == 3);
    CHECK(source->parents(third).empty());
    CHECK(source->merge_base(fifth, third) == third);
    CHECK(shown(source->tree_changes("HEAD~1", "HEAD", {})) == Lines{"M a 100644->100644"});
  }
}

TEST_CASE("packed objects and refs") {
  const Repository repository;
  const std::string first = repository.commit("a", "one");
  repository.commit("a", "two");
  repository.git({"gc", "--quiet"});
  with_both([&](git::GitSource& source) {
    CHECK(source.new_commits("main", {}, "").size() == 2);
    CHECK(source.read_blob(source.tree_entries(first, {}).front().oid, 10).value() == "one");
  });
}
