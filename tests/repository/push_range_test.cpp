#include "repository/push_range.h"

#include <doctest/doctest.h>

#include <random>

#include "base/error.h"
#include "git/both.h"

using namespace kairon;
using namespace kairon::test;
using repository::parse_push_lines;

namespace {

const std::string kOne(40, '1');
const std::string kZero(40, '0');

std::string line(const std::string& a, const std::string& b, const std::string& c, const std::string& d) {
  return a + " " + b + " " + c + " " + d + "\n";
}

}  // namespace

TEST_CASE("parse_push_lines") {
  SUBCASE("several refs, a deletion, a 64-digit id") {
    const std::string long_id(64, 'a');
    const auto lines = parse_push_lines(line("refs/heads/a", kOne, "refs/heads/a", kZero) +
                                        line("(delete)", kZero, "refs/heads/x", kOne) +
                                        line("HEAD", long_id, "refs/heads/b", long_id));
    REQUIRE(lines.size() == 3);
    CHECK(lines[1].local_ref == "(delete)");
    CHECK(repository::is_zero(lines[1].local_oid));
    CHECK(lines[2].local_oid == long_id);
  }
  SUBCASE("nothing to push") { CHECK(parse_push_lines("").empty()); }
  SUBCASE("what was typed may hold blanks") {
    CHECK(parse_push_lines(line("main@{1 day ago}", kOne, "refs/heads/m", kOne))[0].local_ref == "main@{1 day ago}");
  }
  SUBCASE("anything else is refused, never passed over") {
    CHECK_THROWS_AS(static_cast<void>(parse_push_lines("refs/heads/a\n")), Error);
    CHECK_THROWS_AS(static_cast<void>(parse_push_lines(line("a", "123", "b", kOne))), Error);
    CHECK_THROWS_AS(static_cast<void>(parse_push_lines("\n")), Error);
  }
}

TEST_CASE("random bytes on stdin are refused or parsed, never more") {
  std::mt19937 random(7);  // NOLINT: the same bytes in every run
  const std::string seed = line("refs/heads/a", kOne, "refs/heads/a", kZero);
  for (int round = 0; round < 2000; ++round) {
    std::string text = seed + seed;
    for (int i = 0; i < 4; ++i) text[random() % text.size()] = static_cast<char>(random() % 256);
    try {
      const std::size_t count = parse_push_lines(text).size();
      CHECK(count <= 6);
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::environment);
    }
  }
}

TEST_CASE("parse_receive_lines") {
  const auto lines =
      repository::parse_receive_lines(kZero + " " + kOne + " refs/heads/a\n" + kOne + " " + kZero + " refs/heads/b\n");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].local_oid == kOne);
  CHECK(lines[0].remote_oid == kZero);
  CHECK(lines[0].remote_ref == "refs/heads/a");
  CHECK(repository::is_zero(lines[1].local_oid));
  for (const std::string& bad : {kOne + "\n", kOne + " " + kOne + " \n", kOne + " x refs/heads/a\n", std::string("\n")})
    CHECK_THROWS_AS(static_cast<void>(repository::parse_receive_lines(bad)), Error);
}

TEST_CASE("the nearest known commit of several tips, along first parents") {
  const repository::NewHistory history({{"d", "c"}, {"c", "b"}, {"x", "c"}, {"r", ""}});
  CHECK(history.nearest_known("d") == "b");
  CHECK(history.nearest_known("x") == "b");
  CHECK(history.nearest_known("c") == "b");
  CHECK(history.nearest_known("b") == "b");
  CHECK(history.nearest_known("r").empty());
  CHECK(history.has("x"));
  CHECK_FALSE(history.has("b"));
}

TEST_CASE("resolve_pushed: branches, tags of tags, other objects, deletions, unknown old ids") {
  const Repository made;
  const std::string one = made.commit("a", "1");
  const std::string two = made.commit("a", "2");
  made.git({"update-ref", "refs/remotes/origin/main", one});
  made.git({"tag", "-a", "-m", "x", "tag", two});
  made.git({"tag", "-a", "-m", "x", "of-tag", "tag"});
  const std::string tag = made.git({"rev-parse", "of-tag"});
  const std::string tree = made.git({"rev-parse", "HEAD^{tree}"});
  with_both([&](git::GitSource& source) {
    const auto refs = repository::resolve_pushed(
        source,
        parse_push_lines(line("main", two, "refs/heads/main", kZero) + line("of-tag", tag, "refs/tags/of-tag", kZero) +
                         line("t", tree, "refs/odd/t", kZero) + line("(delete)", kZero, "refs/heads/x", one) +
                         line("main", two, "refs/heads/other", kOne) + line("old", one, "refs/heads/old", kZero)),
        git::known_to("origin"));
    REQUIRE(refs.size() == 4);
    for (const std::size_t i : {0U, 1U, 2U}) {
      CHECK(refs[i].tip == two);
      CHECK(refs[i].base == one);
      CHECK(refs[i].brings_commits);
    }
    CHECK(refs[3].base == one);
    CHECK_FALSE(refs[3].brings_commits);
  });
}

TEST_CASE("a URL stands for the remotes that have it") {
  const Repository made;
  made.git({"remote", "add", "origin", "https://example.org/a.git"});
  made.git({"remote", "add", "short", "my:a.git"});
  made.git({"remote", "add", "elsewhere", "https://example.org/b.git"});
  made.git({"remote", "set-url", "--push", "elsewhere", "https://example.org/a.git"});
  made.git({"remote", "add", "third", "https://example.org/c.git"});
  made.git({"config", "url.https://example.org/.insteadOf", "my:"});
  with_both([](git::GitSource& source) {
    if (source.implementation() != "git") return;
    CHECK(source.remotes_with_url("https://example.org/a.git") == Lines{"origin", "short"});
    CHECK(source.remotes_with_url("git@example.org:a.git") == Lines{"origin", "short"});
    CHECK(source.remotes_with_url("ssh://me@example.org/a") == Lines{"origin", "short"});
    const std::string url = "https://example.org/c.git";
    CHECK(repository::known_to_push(source, url, url).refs ==
          Lines{"refs/remotes/" + url + "/", "refs/remotes/third/"});
    CHECK(repository::known_to_push(source, "third", url).refs == Lines{"refs/remotes/third/"});
    // It is fetched from b.git and pushed to a.git, which is origin's.
    CHECK(repository::known_to_push(source, "elsewhere", "https://example.org/a.git").refs ==
          Lines{"refs/remotes/origin/", "refs/remotes/short/"});
    CHECK(repository::known_to_push(source, "", "").refs.empty());
  });
}
