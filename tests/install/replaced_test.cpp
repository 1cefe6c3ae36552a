#include "install/replaced.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "install/ci_jobs.h"
#include "install/git_config.h"
#include "install/sites.h"
#include "install/yaml_lines.h"
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

TEST_CASE("without_jobs turns GitHub's jobs off, with_retired brings them back") {
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
  CHECK(install::with_retired(off) == workflow);
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
  CHECK(install::with_retired(off) == file);
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
  CHECK(install::restore_files(repository.path()) == std::vector<std::string>{".gitlab-ci.yml", "ci/more.yml"});
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

TEST_CASE("replaced_commands finds what lefthook runs, command by command") {
  const test::Repository repository;
  repository.write("scripts/deploy.sh", "#!/bin/sh\ncurl -X PUT -d @x \"$N8N/api/v1/workflows/1\"\n");
  repository.write("scripts/check.py", "open('n8n-workflows/A.json')\n");
  repository.write("scripts/lint.sh", "#!/bin/sh\njq . \"$@\"\n");
  repository.write(".lefthook/pre-push/send.sh", "#!/bin/sh\nn8n import:workflow --separate --input=n8n-workflows/\n");
  repository.write("lefthook.yml",
                   "skip_output: [meta]\n"
                   "pre-commit:\n"
                   "  parallel: true\n"
                   "  commands:\n"
                   "    eslint:\n"
                   "      glob: \"*.js\"\n"
                   "      run: npx eslint {staged_files}\n"
                   "    format: # the same files, another purpose\n"
                   "      glob: \"n8n-workflows/*.json\"\n"
                   "      run: npx prettier --check {staged_files}\n"
                   "    pinned:\n"
                   "      run: grep -q pinData n8n-workflows/*.json && exit 1\n"
                   "    python:\n"
                   "      run: python3 scripts/check.py\n"
                   "    lint:\n"
                   "      skip:\n"
                   "        - merge\n"
                   "      glob: \"n8n-workflows/*.json\"\n"
                   "      run: scripts/lint.sh {staged_files}\n"
                   "    ours:\n"
                   "      run: kairon check --staged\n"
                   "pre-push:\n"
                   "  scripts:\n"
                   "    \"send.sh\":\n"
                   "      runner: sh\n"
                   "  jobs:\n"
                   "  - run: ./scripts/deploy.sh\n"
                   "  - name: tests\n"
                   "    run: npm test\n"
                   "  - group:\n"
                   "      jobs:\n"
                   "        - run: scripts/deploy.sh\n");
  const install::Watched watched{repository.path(), {"n8n-workflows"}};
  const auto found = install::replaced_commands(watched);
  std::vector<std::string> names;
  for (const auto& one : found) names.push_back(std::to_string(one.line) + " " + one.name);
  CHECK(names == std::vector<std::string>{"11 pre-commit: pinned", "13 pre-commit: python", "15 pre-commit: lint",
                                          "24 pre-push: send.sh", "27 pre-push", "30 pre-push"});
  REQUIRE(job(found, "pre-commit: lint") != nullptr);
  CHECK(job(found, "pre-commit: lint")->reason == "works on n8n-workflows (scripts/lint.sh)");
  CHECK(job(found, "pre-commit: python")->reason == "works on n8n-workflows (scripts/check.py)");
  REQUIRE(job(found, "pre-push: send.sh") != nullptr);
  CHECK(job(found, "pre-push: send.sh")->reason == "deploys n8n-workflows");
  CHECK(job(found, "pre-push")->reason == "deploys workflows (scripts/deploy.sh)");
  CHECK(found.back().off.empty());  // a group is for a person

  const std::string before = repository.read("lefthook.yml");
  install::retire_commands(repository.path(), found);
  const std::string off = repository.read("lefthook.yml");
  CHECK(off.find(with_mark("    pinned:\n      skip: true MARK\n      run: grep")) != std::string::npos);
  CHECK(off.find(with_mark("      skip: true MARK: skip:\n        MARK: - merge\n")) != std::string::npos);
  CHECK(off.find(with_mark("  - run: ./scripts/deploy.sh\n    skip: true MARK\n")) != std::string::npos);
  CHECK(off.find("run: npx eslint {staged_files}\n    format:") != std::string::npos);
  CHECK(install::replaced_commands(watched).size() == 1);
  CHECK(install::restore_files(repository.path()) == std::vector<std::string>{"lefthook.yml"});
  CHECK(repository.read("lefthook.yml") == before);
}

TEST_CASE("replaced_commands finds pre-commit's local hooks, and leaves published ones") {
  const test::Repository repository;
  repository.write("scripts/deploy.sh", "#!/bin/sh\ncurl -X PUT -d @x \"$N8N/api/v1/workflows/1\"\n");
  repository.write(".pre-commit-config.yaml",
                   "repos:\n"
                   "- repo: https://github.com/pre-commit/pre-commit-hooks\n"
                   "  rev: v5.0.0\n"
                   "  hooks:\n"
                   "  - id: check-json\n"
                   "    files: ^n8n-workflows/\n"
                   "- repo: local\n"
                   "  hooks:\n"
                   "  - id: deploy\n"
                   "    name: Deploy\n"
                   "    entry: scripts/deploy.sh\n"
                   "    language: script\n"
                   "    stages: [pre-push]\n"
                   "  - id: pinned\n"
                   "    entry: grep -L pinData\n"
                   "    language: system\n"
                   "    files: ^n8n-workflows/\n"
                   "  - id: pinned-here\n"
                   "    entry: bash -c 'grep -L pinData n8n-workflows/*.json'\n"
                   "    language: system\n");
  const auto found = install::replaced_commands({repository.path(), {"n8n-workflows"}});
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == "hook deploy");
  CHECK(found[0].line == 9);
  CHECK(found[0].reason == "deploys workflows (scripts/deploy.sh)");
  CHECK(found[1].name == "hook pinned-here");
  const std::string before = repository.read(".pre-commit-config.yaml");
  install::retire_commands(repository.path(), found);
  const std::string off = repository.read(".pre-commit-config.yaml");
  CHECK(off.find(with_mark("    stages: [manual] MARK: stages: [pre-push]\n")) != std::string::npos);
  CHECK(off.find(with_mark("  - id: pinned-here\n    stages: [manual] MARK\n")) != std::string::npos);
  CHECK(install::restore_files(repository.path()) == std::vector<std::string>{".pre-commit-config.yaml"});
  CHECK(repository.read(".pre-commit-config.yaml") == before);
}

TEST_CASE("replaced_commands names what it cannot change") {
  const test::Repository repository;
  repository.write("lefthook.toml",
                   "[pre-push.commands.deploy]\nrun = \"n8n import:workflow --input=n8n-workflows/\"\n");
  const auto found = install::replaced_commands({repository.path(), {"n8n-workflows"}});
  REQUIRE(found.size() == 1);
  CHECK(found.front().off.empty());
  CHECK(found.front().path == "lefthook.toml");
}
