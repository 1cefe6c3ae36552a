#include "install/replaced.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "install/ci_jobs.h"
#include "install/git_config.h"
#include "install/sites.h"
#include "support/repository.h"

using namespace kairon;
using install::CiForm;

namespace {

constexpr const char* kOff = "# retired by Kairon Gate, `kairon hooks uninstall` brings it back";

std::string with_mark(std::string text) {
  for (std::size_t at = text.find("MARK"); at != std::string::npos; at = text.find("MARK")) text.replace(at, 4, kOff);
  return text;
}

const install::Replaced* job(const std::vector<install::Replaced>& jobs, const std::string& name) {
  const auto hit = std::find_if(jobs.begin(), jobs.end(), [&](const auto& one) { return one.name == name; });
  return hit == jobs.end() ? nullptr : &*hit;
}

}  // namespace

TEST_CASE("without_jobs turns GitHub's jobs off, with_jobs brings them back") {
  const std::string workflow =
      "on: push\n"
      "jobs:  # all of them\n"
      "  test:\n"
      "    runs-on: ubuntu-latest\n"
      "  deploy: # to production\n"
      "    # with care\n"
      "    runs-on: ubuntu-latest\n"
      "    if: github.ref == 'refs/heads/main'\n"
      "  long:\n"
      "    if: >-\n"
      "      github.ref == 'refs/heads/main' &&\n"
      "      github.actor != 'bot'\n"
      "    runs-on: ubuntu-latest\r\n"
      "  notify:\n"
      "    runs-on: ubuntu-latest";
  const std::string off = install::without_jobs(
      CiForm::github, workflow, {{"deploy", "if: false"}, {"long", "if: false"}, {"notify", "if: false"}});
  CHECK(off.find("  test:\n    runs-on") != std::string::npos);
  CHECK(off.find(with_mark("    if: false MARK: if: github.ref")) != std::string::npos);
  CHECK(off.find(with_mark("    if: false MARK: if: >-\n      MARK: github.ref")) != std::string::npos);
  CHECK(off.find(with_mark("  notify:\n    if: false MARK\n")) != std::string::npos);
  CHECK(install::with_jobs(off) == workflow);
  CHECK(install::without_jobs(CiForm::github, workflow, {{"no such job", "if: false"}}) == workflow);
}

TEST_CASE("without_jobs turns GitLab's jobs off in the form that they have") {
  const std::string file =
      "stages: [test, deploy]\n"
      "deploy:prod:\n"
      "  stage: deploy\n"
      "  rules:\n"
      "  - if: $CI_COMMIT_BRANCH == \"main\"\n"
      "\n"
      "    # by hand\n"
      "    when: manual\n"
      "  script: [./deploy.sh]\n"
      "old:\n"
      "  only:\n"
      "    - main\n"
      "  script:\n"
      "    - ./deploy.sh\n";
  const std::string off = install::without_jobs(
      CiForm::gitlab, file, {{"deploy:prod", "rules: [{when: never}]"}, {"old", "only: {variables: [$NEVER]}"}});
  CHECK(off == with_mark("stages: [test, deploy]\n"
                         "deploy:prod:\n"
                         "  stage: deploy\n"
                         "  rules: [{when: never}] MARK: rules:\n"
                         "  MARK: - if: $CI_COMMIT_BRANCH == \"main\"\n"
                         "\n"
                         "    # by hand\n"
                         "    MARK: when: manual\n"
                         "  script: [./deploy.sh]\n"
                         "old:\n"
                         "  only: {variables: [$NEVER]} MARK: only:\n"
                         "    MARK: - main\n"
                         "  script:\n"
                         "    - ./deploy.sh\n"));
  CHECK(install::with_jobs(off) == file);
}

TEST_CASE("replaced_jobs finds what deploys in GitLab, with templates, includes and needs") {
  const test::Repository repository;
  const std::string api = "curl -X PUT -d @x \"$N8N/api/v1/workflows/1\"\n";
  repository.write("scripts/deploy.sh", "#!/bin/sh\n" + api);
  repository.write("package.json", R"({"scripts":{"push":"node tools/push.mjs","test":"jest"}})");
  repository.write("tools/push.mjs", "await fetch(base + '/api/v1/workflows', {method: 'POST'})\n");
  repository.write("Makefile", "test:\n\tjest\nship: test\n\t./scripts/deploy.sh\n");
  repository.write(".gitlab-ci.yml",
                   "include:\n  - local: /ci/more.yml\n"
                   "stages: [test, deploy]\n"
                   ".ship:\n  only: [main]\n  script:\n    - ./scripts/deploy.sh\n"
                   ".steps: &steps\n  - make ship\n"
                   "test:\n  script: [npm test, make test, cat package.json]\n"
                   "extended:\n  extends: .ship\n"
                   "anchored:\n  script: *steps\n"
                   "referring:\n  script:\n    - !reference [.ship, script]\n"
                   "by-npm:\n  script: npm run push\n"
                   "smoke:\n  needs: [extended]\n  script: ./smoke.sh\n"
                   "save:\n  script: curl $N8N/api/v1/workflows >saved.json\n"
                   "shared: \n  rules: &main\n    - if: $X\n  script: make ship\n"
                   "other:\n  rules: *main\n  script: npm test\n"
                   "flow: {script: make ship}\n");
  repository.write("ci/more.yml", "included:\n  script: docker exec n8n n8n import:workflow --input=x\n");
  const auto found = install::replaced_jobs({repository.path(), {"n8n-workflows"}});
  REQUIRE(job(found, "extended") != nullptr);
  CHECK(job(found, "extended")->reason == "deploys workflows (scripts/deploy.sh)");
  CHECK(job(found, "extended")->off == "only: {variables: [$KAIRON_GATE_RETIRED]}");
  REQUIRE(job(found, "anchored") != nullptr);
  CHECK(job(found, "anchored")->reason == "deploys workflows (Makefile: ship)");
  CHECK(job(found, "anchored")->off == "rules: [{when: never}]");
  CHECK(job(found, "referring") != nullptr);
  REQUIRE(job(found, "by-npm") != nullptr);
  CHECK(job(found, "by-npm")->reason == "deploys workflows (package.json: push)");
  REQUIRE(job(found, "smoke") != nullptr);
  CHECK(job(found, "smoke")->reason == "needs extended");
  REQUIRE(job(found, "included") != nullptr);
  CHECK(job(found, "included")->path == "ci/more.yml");
  for (const char* name : {"test", "save", "other", ".ship", ".steps"}) CHECK(job(found, name) == nullptr);
  // An anchor that another job uses, and a job on one line, are for a person.
  REQUIRE(job(found, "shared") != nullptr);
  CHECK(job(found, "shared")->off.empty());
  REQUIRE(job(found, "flow") != nullptr);
  CHECK(job(found, "flow")->off.empty());

  const std::string before = repository.read(".gitlab-ci.yml");
  install::retire_jobs(repository.path(), found);
  CHECK(repository.read(".gitlab-ci.yml") != before);
  for (const auto& left : install::replaced_jobs({repository.path(), {"n8n-workflows"}})) CHECK(left.off.empty());
  CHECK(install::restore_jobs(repository.path()) == std::vector<std::string>{".gitlab-ci.yml", "ci/more.yml"});
  CHECK(repository.read(".gitlab-ci.yml") == before);
}

TEST_CASE("replaced_hooks looks through husky's folder of calls") {
  const test::Repository repository;
  repository.write(".husky/_/pre-push", "#!/bin/sh\n. \"${0%/*}/h\"\n");
  repository.write(".husky/pre-push", "n8n import:workflow --separate --input=n8n-workflows/\n");
  std::filesystem::permissions(repository.path() + "/.husky/_/pre-push", std::filesystem::perms::owner_all);
  static_cast<void>(install::ask_git(repository.path(), {"config", "core.hooksPath", ".husky/_"}));
  const auto trees = install::work_trees(repository.path());
  REQUIRE(!trees.empty());
  const auto found = install::replaced_hooks(trees.front(), {repository.path(), {"n8n-workflows"}});
  REQUIRE(found.size() == 1);
  CHECK(found.front().path == ".husky/pre-push");
  CHECK(found.front().reason == "deploys n8n-workflows");
}
