#include "gate/hook_chain.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/file.h"
#include "base/temp.h"
#include "install/hook_names.h"
#include "install/hooks.h"

namespace {

using namespace kairon;

void put(const std::string& path, unsigned mode) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  REQUIRE(file::write_atomic(path, "#!/bin/sh\n", mode).ok());
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

git::ConfigEntry previous(const std::string& value, int level) {
  return {"kairon", "", "previoushookspath", value, level, "config"};
}

}  // namespace

TEST_CASE("find_chained_hook") {
  const TempFolder temp("test");
  const std::string git_dir = temp.path() + "/git";

  SUBCASE("without a record it is the git dir's own hook") {
    put(git_dir + "/hooks/commit-msg", 0755);
    CHECK(gate::find_chained_hook("commit-msg", {}, git_dir) == git_dir + "/hooks/commit-msg");
    CHECK_FALSE(gate::find_chained_hook("pre-push", {}, git_dir).has_value());
  }
  SUBCASE("a hook that git would skip is skipped") {
    put(git_dir + "/hooks/commit-msg", 0644);
    CHECK_FALSE(gate::find_chained_hook("commit-msg", {}, git_dir).has_value());
    std::filesystem::create_directories(git_dir + "/hooks/pre-push");
    CHECK_FALSE(gate::find_chained_hook("pre-push", {}, git_dir).has_value());
  }
  SUBCASE("the strongest record counts, and then the git dir's own hooks do not") {
    put(git_dir + "/hooks/pre-push", 0755);
    put(temp.path() + "/weak/commit-msg", 0755);
    put(temp.path() + "/strong/commit-msg", 0755);
    const std::vector<git::ConfigEntry> entries = {previous(temp.path() + "/strong", 4),
                                                   previous(temp.path() + "/weak", 2)};
    CHECK(gate::find_chained_hook("commit-msg", entries, git_dir) == temp.path() + "/strong/commit-msg");
    CHECK_FALSE(gate::find_chained_hook("pre-push", entries, git_dir).has_value());
  }
  SUBCASE("another installation of the gate is never called") {
    const std::string other = temp.path() + "/libexec/kairon/hooks";
    put(other + "/pre-commit", 0755);
    const std::vector<git::ConfigEntry> entries = {previous(other, 1)};
    CHECK_FALSE(gate::find_chained_hook("pre-commit", entries, git_dir).has_value());
  }
}

TEST_CASE("hook names") {
  CHECK(install::is_gated_hook("post-rewrite"));
  CHECK_FALSE(install::is_gated_hook("commit-msg"));
  CHECK(install::is_hook_name("update"));
  CHECK(install::is_hook_name("reference-transaction"));
  CHECK(install::is_hook_name("my-own-hook"));
  CHECK_FALSE(install::is_hook_name("pre-commit.sample"));
  CHECK_FALSE(install::is_hook_name("husky"));
  CHECK_FALSE(install::is_hook_name("_"));
  CHECK_FALSE(install::is_hook_name(""));
}

TEST_CASE("hooks_in") {
  const TempFolder temp("test");
  put(temp.path() + "/commit-msg", 0755);
  put(temp.path() + "/pre-push", 0755);
  put(temp.path() + "/pre-rebase", 0644);
  put(temp.path() + "/pre-commit.sample", 0755);
  put(temp.path() + "/helper", 0755);
  CHECK(install::hooks_in(temp.path()) == std::vector<std::string>{"commit-msg", "pre-push"});
  CHECK(install::hooks_in(temp.path() + "/none").empty());
}

TEST_CASE("is_gate_folder") {
  CHECK(install::is_gate_folder("/home/a/.local/libexec/kairon/hooks"));
  CHECK(install::is_gate_folder("/opt/libexec/kairon/hooks/"));
  CHECK_FALSE(install::is_gate_folder(".husky/_"));
  CHECK_FALSE(install::is_gate_folder(""));
}
