#include "gate/dry_run.h"

#include <doctest/doctest.h>

using namespace kairon;
using gate::DryRun;

namespace {

std::string line(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    text += word;
    text += '\0';
  }
  return text;
}

DryRun dry(std::initializer_list<std::string_view> words) { return gate::dry_run_from(line(words)); }

}  // namespace

TEST_CASE("dry_run_from") {
  CHECK(dry({"git", "push", "origin", "main"}) == DryRun::no);
  CHECK(dry({"git", "push", "--dry-run"}) == DryRun::yes);
  CHECK(dry({"git", "push", "--dry"}) == DryRun::yes);
  CHECK(dry({"git", "push", "origin", "main", "-n"}) == DryRun::yes);
  CHECK(dry({"git", "push", "--delete", "origin", "x"}) == DryRun::no);
  CHECK(dry({"git", "push", "-fn", "origin"}) == DryRun::yes);
  CHECK(dry({"git", "push", "-onothing", "origin"}) == DryRun::no);
  CHECK(dry({"git", "push", "--", "-n"}) == DryRun::no);
  CHECK(dry({"/usr/lib/git-core/git", "-C", "push", "-c", "a.b=c", "push", "-n"}) == DryRun::yes);
  CHECK(dry({"/usr/lib/git-core/git-push", "-n"}) == DryRun::yes);
}

TEST_CASE("values are no options, and the last option counts") {
  CHECK(dry({"git", "push", "-o", "-n", "origin"}) == DryRun::no);
  CHECK(dry({"git", "push", "-fo", "--dry-run", "origin"}) == DryRun::no);
  CHECK(dry({"git", "push", "--push-option", "-n", "origin"}) == DryRun::no);
  CHECK(dry({"git", "push", "--push-option=x", "-n", "origin"}) == DryRun::yes);
  CHECK(dry({"git", "push", "-n", "--no-dry-run"}) == DryRun::no);
  CHECK(dry({"git", "push", "--no-dry-run", "-n"}) == DryRun::yes);
}

TEST_CASE("what is no git push does not tell") {
  CHECK(dry({"git", "-n", "push"}) == DryRun::no);
  CHECK(dry({"git", "pp", "--dry-run"}) == DryRun::unknown);
  CHECK(dry({"git", "hook", "run", "pre-push"}) == DryRun::unknown);
  CHECK(dry({"git", "-C", "push", "fetch", "-n"}) == DryRun::unknown);
  CHECK(dry({"sh", ".husky/pre-push", "push", "-n"}) == DryRun::unknown);
  CHECK(dry({}) == DryRun::unknown);
}

TEST_CASE("dry_run_above: the nearest git push decides") {
  const std::string shell = line({"sh", ".husky/pre-push", "origin"});
  CHECK(gate::dry_run_above({shell, line({"git", "push", "-n"}), line({"bash"})}) == DryRun::yes);
  CHECK(gate::dry_run_above({shell, line({"git", "hook", "run", "pre-push"}), line({"git", "push"})}) == DryRun::no);
  CHECK(gate::dry_run_above({line({"git", "push"}), line({"git", "push", "-n"})}) == DryRun::no);
  CHECK(gate::dry_run_above({line({"git", "push", "--dry-run"}), line({"git", "pp"})}) == DryRun::yes);
  // A git that knows the alias by itself.
  CHECK(gate::dry_run_above({line({"git", "pp"}), line({"bash"})}) == DryRun::unknown);
  CHECK(gate::dry_run_above({shell, line({"git", "pp", "-n"})}) == DryRun::yes);
  CHECK(gate::dry_run_above({shell, "", line({"jgit", "push", "-n"})}) == DryRun::unknown);
  CHECK(gate::dry_run_above({}) == DryRun::unknown);
}
