#include "repository/published.h"

#include <doctest/doctest.h>

#include "support/repository.h"

using namespace kairon;

namespace {

std::string published() {
  const auto source = git::open();
  return repository::published_commit(*source, config::load(source.get()));
}

std::string remote_main() {
  const auto source = git::open();
  return repository::remote_deploy_branch(*source, config::load(source.get())).value_or("");
}

void add_remote(const test::Repository& repository, const std::string& name) {
  const std::string folder = repository.outside() + "/" + std::to_string(std::hash<std::string>()(name)) + ".git";
  repository.git({"init", "-q", "--bare", folder});
  repository.git({"remote", "add", name, folder});
}

}  // namespace

TEST_CASE("without a remote nothing is published") {
  const test::Repository repository({"-b", "main"});
  CHECK(published().empty());
  repository.commit("a", "1");
  CHECK(published().empty());
  CHECK(remote_main().empty());
  add_remote(repository, "origin");
  CHECK(published().empty());  // it has nothing yet
}

TEST_CASE("the only remote may have any name") {
  const test::Repository repository({"-b", "main"});
  for (const char* name : {"upstream", "team/production", "o"}) {
    CAPTURE(name);
    const std::string first = repository.commit("a", name);
    add_remote(repository, name);
    repository.git({"push", "-q", name, "main"});
    repository.commit("b", name);
    CHECK(published() == first);
    CHECK(remote_main() == first);
    repository.git({"pack-refs", "--all"});
    CHECK(published() == first);
    repository.git({"remote", "remove", name});
  }
}

TEST_CASE("several remotes: the newest of what any of them has") {
  const test::Repository repository({"-b", "main"});
  add_remote(repository, "origin");
  add_remote(repository, "upstream");
  repository.commit("a", "1");
  repository.git({"push", "-q", "origin", "main"});
  const std::string second = repository.commit("a", "2");
  repository.git({"push", "-q", "upstream", "main"});
  const std::string third = repository.commit("a", "3");
  CHECK(published() == second);
  repository.git({"push", "-q", "origin", "main"});
  repository.commit("a", "4");
  CHECK(published() == third);
  repository.git({"pack-refs", "--all"});
  CHECK(published() == third);
}

TEST_CASE("a branch of its own: what the remote has of it, else of the deploy branch") {
  const test::Repository repository({"-b", "main"});
  add_remote(repository, "upstream");
  const std::string main = repository.commit("a", "1");
  repository.git({"push", "-q", "upstream", "main"});
  repository.git({"checkout", "-q", "-b", "topic"});
  const std::string topic = repository.commit("a", "2");
  CHECK(published() == main);
  repository.git({"push", "-q", "upstream", "topic"});
  repository.commit("a", "3");
  CHECK(published() == topic);
  repository.git({"checkout", "-q", "--detach"});
  CHECK(published() == main);
}

TEST_CASE("a remote that has neither branch: the nearest commit that it has at all") {
  const test::Repository repository({"-b", "main"});
  add_remote(repository, "origin");
  const std::string first = repository.commit("a", "1");
  repository.git({"push", "-q", "origin", "main:refs/heads/develop"});
  const std::string second = repository.commit("a", "2");
  repository.git({"push", "-q", "origin", "main:refs/heads/trial"});
  repository.commit("a", "3");
  CHECK(published() == second);
}

TEST_CASE("the deploy branch's remote is the one that git knows for it") {
  const test::Repository repository({"-b", "main"});
  for (const char* name : {"origin", "fork", "upstream"}) add_remote(repository, name);
  const std::string first = repository.commit("a", "1");
  repository.git({"push", "-q", "origin", "main"});
  const std::string second = repository.commit("a", "2");
  repository.git({"push", "-q", "upstream", "main"});
  const std::string third = repository.commit("a", "3");
  repository.git({"push", "-q", "fork", "main"});
  CHECK(remote_main() == first);
  repository.git({"config", "branch.main.remote", "upstream"});
  CHECK(remote_main() == second);
  repository.git({"config", "--unset", "branch.main.remote"});
  repository.git({"remote", "remove", "origin"});
  CHECK(remote_main().empty());  // which of the two is not said
  repository.git({"remote", "remove", "upstream"});
  CHECK(remote_main() == third);
}
