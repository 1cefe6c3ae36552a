// What is read from an index file itself.
#include <filesystem>

#include "base/file.h"
#include "git/both.h"
#include "git/index_header.h"
#include "git/index_list.h"

using namespace kairon;
using namespace kairon::test;

namespace {

std::string index_of(const Repository& repository) { return repository.path() + "/.git/index"; }

/// The tree as git makes it; afterwards the cache tree is up to date.
std::string written_tree(const Repository& repository) { return repository.git({"write-tree"}); }

}  // namespace

TEST_CASE("the tree of an index, in each version of the format") {
  for (const std::string version : {"2", "3", "4"}) {
    CAPTURE(version);
    const Repository repository;
    repository.write("a", "one");
    repository.write("deep/er/b", "two");
    repository.write("deep/" + std::string(5000, 'n').replace(200, 1, "/").replace(400, 1, "/").substr(0, 600),
                     "three");
    for (int i = 0; i < 20; ++i) repository.write(std::string(static_cast<std::size_t>(i + 1), 'p'), "padding");
    repository.git({"update-index", "--index-version", version});
    repository.git({"add", "."});
    CHECK_FALSE(git::index_tree(index_of(repository), 40));
    CHECK(git::index_tree(index_of(repository), 40) == std::nullopt);
    const std::string tree = written_tree(repository);
    CHECK(git::index_tree(index_of(repository), 40) == tree);
    repository.write("deep/er/b", "changed");
    repository.git({"add", "."});
    CHECK_FALSE(git::index_tree(index_of(repository), 40));
    CHECK(open_with("git")->staged_tree() != tree);  // git makes the tree, whichever implementation is asked
    CHECK(git::index_tree(index_of(repository), 40) == written_tree(repository));
  }
}

namespace {

/// "MODE ID STAGE\tPATH", as `git ls-files --stage` prints an entry.
Lines shown_entries(const std::string& path, const Lines& folders = {}) {
  Lines lines;
  const std::string bytes = file::read(path).value();
  const auto list = git::IndexList::read(bytes, 20);
  if (!list) return {"not understood"};
  for (const git::IndexItem& item : list->below(folders)) {
    const git::Entry entry = git::entry_of(item);
    lines.push_back(format("{:06o} {} {}\t{}", entry.mode, entry.oid, item.stage, entry.path));
  }
  return lines;
}

Lines listed(const Repository& repository, const Lines& folders = {}) {
  Lines arguments{"ls-files", "--stage"};
  arguments.insert(arguments.end(), folders.begin(), folders.end());
  Lines lines;
  const std::string output = repository.git(arguments);
  for (const std::string_view line : text::lines(output)) lines.emplace_back(line);
  return lines;
}

}  // namespace

TEST_CASE("entries as git lists them, in each version of the format") {
  for (const std::string version : {"2", "3", "4"}) {
    CAPTURE(version);
    const Repository repository;
    repository.commit("both", "base");
    repository.git({"checkout", "--quiet", "-b", "theirs"});
    repository.commit("both", "theirs");
    repository.git({"checkout", "--quiet", "main"});
    repository.commit("both", "ours");
    CHECK(repository.try_git({"merge", "--quiet", "theirs"}) == 1);
    repository.git({"update-index", "--index-version", version});
    for (const std::string name : {"a/b", "a/bc", "a/b-c", "aa", "zz/y/x"}) repository.write(name, name);
    repository.write("far/" + std::string(200, 'n') + "/" + std::string(150, 'm'), "long");
    repository.git({"add", "a", "aa", "zz", "far"});
    std::filesystem::create_symlink("aa", repository.path() + "/link");
    std::filesystem::permissions(repository.path() + "/aa", std::filesystem::perms::owner_exec,
                                 std::filesystem::perm_options::add);
    repository.git({"add", "link", "aa"});
    repository.write("later", "later");
    repository.git({"add", "--intent-to-add", "later"});
    CHECK(shown_entries(index_of(repository)) == listed(repository));
    CHECK(shown_entries(index_of(repository), {"a", "zz/y"}) == listed(repository, {"a", "zz/y"}));
    const std::string bytes = file::read(index_of(repository)).value();
    const auto list = git::IndexList::read(bytes, 20);
    REQUIRE(list->below(Lines{"later"}).size() == 1);
    CHECK(list->below(Lines{"later"})[0].intent);
  }
}

TEST_CASE("what only git understands is left to it") {
  const Repository repository;
  repository.commit("a", "one");
  repository.git({"update-index", "--split-index"});
  CHECK(shown_entries(index_of(repository)) == Lines{"not understood"});
  const std::string whole = file::read(index_of(repository)).value();
  // Cut where an extension begins, the rest looks whole: the checksum, which map() compares, tells.
  const std::string cut = repository.path() + "/cut";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    REQUIRE(file::write_atomic(cut, whole.substr(0, size)));
    CHECK_FALSE(git::IndexBytes::map(cut).ok());
  }
  std::string newer = whole;
  newer[7] = 5;
  CHECK_FALSE(git::IndexList::read(newer, 20));
}

TEST_CASE("a file that is cut short or damaged has no tree") {
  const Repository repository;
  repository.write("a", "one");
  repository.write("b/c", "two");
  repository.git({"add", "."});
  written_tree(repository);
  const std::string whole = file::read(index_of(repository)).value();
  const std::string path = repository.path() + "/cut";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    REQUIRE(file::write_atomic(path, whole.substr(0, size)));
    const auto tree = git::index_tree(path, 40);
    // Only the checksum is missing: the rest stands.
    if (size + 20 < whole.size()) CHECK_FALSE(tree);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x7F);
    REQUIRE(file::write_atomic(path, damaged));
    static_cast<void>(git::index_tree(path, 40));
  }
  CHECK_FALSE(git::index_tree(repository.path() + "/none", 40));
}

TEST_CASE("without the checksum, a cut takes no entry away unseen") {
  for (const std::string version : {"2", "4"}) {
    CAPTURE(version);
    const Repository repository;
    for (const std::string name : {"a/b", "a/c", "d/e/f", "g"}) repository.write(name, name);
    repository.git({"update-index", "--index-version", version});
    repository.git({"add", "."});
    written_tree(repository);
    const std::string whole = file::read(index_of(repository)).value();
    const std::string cut = repository.path() + "/cut";
    const Lines entries = shown_entries(index_of(repository));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      REQUIRE(file::write_atomic(cut, whole.substr(0, size), 0600, file::Durability::cached));
      const Lines now = shown_entries(cut);
      CHECK((now == entries || now == Lines{"not understood"}));
    }
  }
}

TEST_CASE("an index that is not in order is left to git") {
  const Repository repository;
  for (const std::string name : {"a", "b"}) repository.write(name, name);
  repository.git({"add", "."});
  std::string bytes = file::read(index_of(repository)).value();
  CHECK(git::IndexList::read(bytes, 20));
  bytes[bytes.find(std::string("a\0", 2), 12)] = 'c';
  CHECK_FALSE(git::IndexList::read(bytes, 20));
}

TEST_CASE("the tree that the index keeps, in both implementations") {
  const Repository repository;
  repository.commit("a", "one");
  repository.write("deep/b", "two");
  repository.git({"add", "."});
  with_both([](git::GitSource& source) { CHECK(source.kept_tree() == std::nullopt); });
  const std::string tree = written_tree(repository);
  with_both([&](git::GitSource& source) { CHECK(source.kept_tree() == tree); });
  // Folders are compared by these ids, and only what is below another one is read.
  repository.write("deep/er/c", "three");
  repository.git({"add", "."});
  written_tree(repository);
  with_both([](git::GitSource& source) {
    CHECK(shown(source.staged_changes({})) == Lines{"A deep/b 100644", "A deep/er/c 100644"});
    CHECK(shown(source.staged_changes(Lines{"deep/er"})) == Lines{"A deep/er/c 100644"});
  });
}

TEST_CASE("sha256") {
  const Repository repository({"--object-format=sha256"});
  repository.write("a", "one");
  repository.git({"add", "."});
  const std::string tree = written_tree(repository);  // git keeps it in the index
  CHECK(git::index_tree(index_of(repository), 64) == tree);
}

TEST_CASE("a stamp tells content, not when it was written") {
  const Repository repository;
  repository.write("a", "one");
  repository.git({"add", "."});
  const std::string stamp = git::index_stamp(index_of(repository));
  CHECK_FALSE(stamp.empty());
  std::filesystem::copy_file(index_of(repository), repository.path() + "/copy");
  CHECK(git::index_stamp(repository.path() + "/copy") == stamp);
  repository.write("a", "two");
  repository.git({"add", "."});
  CHECK(git::index_stamp(index_of(repository)) != stamp);
  CHECK(git::index_stamp(repository.path() + "/none").empty());
}
