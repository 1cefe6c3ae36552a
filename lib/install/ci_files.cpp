#include "install/ci_files.h"

#include "base/text.h"

namespace kairon::install {

namespace {

constexpr std::string_view kWorkflow = R"yaml(# Written by `kairon ci init`.
# The gate of the hooks, where --no-verify cannot help. Change it as you like; `kairon ci init --force`
# writes it anew.
name: kairon

on:
  push:
    branches: ["@BRANCH@"]
  pull_request:

permissions:
  contents: read
  security-events: write # findings appear under Security > Code scanning

concurrency:
  group: kairon-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}

env:
  KAIRON_GATE_SOURCE: @SOURCE@
  KAIRON_GATE_REF: "@REF@"@PACKAGE@
  # What is checked: from where the branch was (push) or is to go (pull request) to what is checked out.
  BASE: ${{ github.event.pull_request.base.sha || github.event.before }}

jobs:
@GATE@  check:
@NEEDS@    runs-on: ubuntu-24.04
    timeout-minutes: 30
    strategy:
      fail-fast: false
      matrix:
        shard: [@SHARDS@]
    env:
      SHARD: ${{ matrix.shard }}
    steps:
@PREPARE@@NODES@      - name: Check
        run: |
          set -euo pipefail
          what=(--all)
          if git rev-parse -q --verify "$BASE^{commit}" >/dev/null; then what=(--range "$BASE..HEAD"); fi
          status=0
          kairon check "${what[@]}" --shard "$SHARD" --format sarif >kairon.sarif || status=$?
          kairon check "${what[@]}" --shard "$SHARD" --format github || true
          (
            echo "### kairon check, part $SHARD"
            echo '```'
            kairon check "${what[@]}" --shard "$SHARD" --statistics 2>&1 || true
            echo '```'
          ) >>"$GITHUB_STEP_SUMMARY"
          exit "$status"
      - name: Upload the findings
        if: ${{ !cancelled() && hashFiles('kairon.sarif') != '' && !github.event.pull_request.head.repo.fork }}
        # A private repository takes it only with Code Security; the findings are annotations all the same.
        continue-on-error: true
        uses: github/codeql-action/upload-sarif@v4
        with:
          sarif_file: kairon.sarif
          category: kairon-${{ strategy.job-index }}

  migrations:
@NEEDS@    runs-on: ubuntu-24.04
    timeout-minutes: 30
    steps:
@PREPARE@      - name: Try the migrations on a throw-away PostgreSQL
        run: |
          set -euo pipefail
          if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
            sudo apt-get update -q && sudo apt-get install -y -q postgresql
          fi
          if git rev-parse -q --verify "$BASE^{commit}" >/dev/null; then
            kairon migrate test --push "$BASE..HEAD"
          elif [ -d "@MIGRATIONS@" ]; then
            kairon migrate test --push "..HEAD" # nobody knows what was there: all of them are new
          fi

@SMOKE@  # What the pull request does to the workflows: a picture and the findings as one comment, and a page.
  changes:
    if: ${{ github.event_name == 'pull_request' }}
@NEEDS@    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read
      pull-requests: write
    steps:
@PREPARE@      - name: Draw the change
        run: |
          set -euo pipefail
          git rev-parse -q --verify "$BASE^{commit}" >/dev/null || exit 0
          kairon diff "$BASE...HEAD" --format html >kairon-diff.html
          echo "<!-- kairon diff -->" >kairon-diff.md
          kairon diff "$BASE...HEAD" --format markdown >>kairon-diff.md
          cat kairon-diff.md >>"$GITHUB_STEP_SUMMARY"
      - name: Attach the page
        uses: actions/upload-artifact@v4
        with:
          name: kairon-diff
          path: kairon-diff.html
          if-no-files-found: ignore
      - name: Comment, or update the comment
        # The token of a fork's pull request, and Dependabot's, may only read.
        if: ${{ !github.event.pull_request.head.repo.fork && github.actor != 'dependabot[bot]' }}
        env:
          GH_TOKEN: ${{ github.token }}
          NUMBER: ${{ github.event.pull_request.number }}
        run: |
          set -euo pipefail
          [ -s kairon-diff.md ] || exit 0
          comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
          mine='.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- kairon diff -->"))) | .id'
          ids=$(gh api --paginate "$comments" --jq "$mine")
          if [ -n "$ids" ]; then
            gh api -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/${ids%%[!0-9]*}" -F body=@kairon-diff.md --silent
          else
            gh api -X POST "$comments" -F body=@kairon-diff.md --silent
          fi
)yaml";

/// The first job builds the suite and fetches the node descriptions, so that those after it, which run at one time,
/// find both in the cache.
constexpr std::string_view kGate = R"yaml(  gate:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    steps:
@PREPARE@@NODES@
)yaml";

constexpr std::string_view kNodes = R"yaml(      - name: n8n's node descriptions
        run: |
          set -euo pipefail
          # [kairon] n8nVersion; without it the rules that need the descriptions are off
          version=$(git config --file .kairon kairon.n8nVersion || true)
          if [ -n "$version" ] && ! kairon catalogue status | grep -qF " $version "; then
            kairon catalogue update --npm "$version"
          fi
)yaml";

/// Where no dev server is: an n8n and a PostgreSQL that exist for this job alone.
constexpr std::string_view kSmoke = R"yaml(  smoke:
@NEEDS@    runs-on: ubuntu-24.04
    timeout-minutes: 30
    steps:
@PREPARE@      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - name: Smoke tests on a throw-away n8n
        run: |
          set -euo pipefail
          if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
            sudo apt-get update -q && sudo apt-get install -y -q postgresql
          fi
          status=0
          kairon smoke local --format junit >kairon-smoke.xml || status=$?
          (
            echo "### what the smoke tests executed"
            echo '```'
            kairon check --coverage
            echo '```'
          ) >>"$GITHUB_STEP_SUMMARY" || true
          exit "$status"
      - name: Attach the results
        if: ${{ !cancelled() }}
        uses: actions/upload-artifact@v4
        with:
          name: kairon-smoke
          path: kairon-smoke.xml
          if-no-files-found: ignore

)yaml";

/// The first steps of every job.
constexpr std::string_view kPrepare = R"yaml(      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
          persist-credentials: false
      - name: Keep the built suite
        uses: actions/cache@v4
        with:
          path: |
            ~/.local/share/kairon-gate
            ~/.cache/kairon
          key: kairon-gate-${{ runner.os }}-${{ env.KAIRON_GATE_REF }}-${{ github.run_id }}
          restore-keys: kairon-gate-${{ runner.os }}-${{ env.KAIRON_GATE_REF }}-
      - name: Install Kairon Gate
        run: |
@INSTALL@
)yaml";

/// Built once and kept; a build is good for exactly the commit it was made of.
constexpr std::string_view kInstall = R"sh(set -euo pipefail
: "${KAIRON_GATE_SOURCE:?set the repository variable KAIRON_GATE_SOURCE to the url of Kairon Gate}"
git clone -q --depth 1 ${KAIRON_GATE_REF:+--branch "$KAIRON_GATE_REF"} -- "$KAIRON_GATE_SOURCE" "$RUNNER_TEMP/kairon-gate"
cd "$RUNNER_TEMP/kairon-gate"
prefix=$HOME/.local/share/kairon-gate
commit=$(git rev-parse HEAD)
if [ "$(cat "$prefix/commit" 2>/dev/null)" = "$commit" ]; then
  ./install.sh --packages-only
else
  ./install.sh --no-demo --prefix "$prefix"
  echo "$commit" >"$prefix/commit"
fi
echo "$prefix/bin" >>"$GITHUB_PATH"
)sh";

/// With a package nothing is built.
constexpr std::string_view kInstallPackage = R"sh(set -euo pipefail
curl -fsSL --retry 3 -o "$RUNNER_TEMP/kairon.deb" -- "$KAIRON_GATE_PACKAGE"
sudo apt-get update -q
sudo apt-get install -y -q "$RUNNER_TEMP/kairon.deb"
)sh";

constexpr std::string_view kPreCommit =
    R"yaml(# For .pre-commit-config.yaml (pre-commit and prek); kairon must be installed (./install.sh).
# pre-commit install --hook-type pre-commit --hook-type pre-push
minimum_pre_commit_version: 3.2.0
repos:
  - repo: @SOURCE@
    rev: @REF@
    hooks:
      - id: kairon
        stages: [pre-commit]
      - id: kairon-push
        stages: [pre-push]
)yaml";

constexpr std::string_view kGitLab =
    R"yaml(# For .gitlab-ci.yml.@NOTE@
kairon:
  image: debian:12
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == "@BRANCH@"
  variables:
    GIT_DEPTH: "0"
    XDG_CACHE_HOME: $CI_PROJECT_DIR/.kairon-gate/cache@VARIABLES@
  cache:
    key: kairon-gate-$KAIRON_GATE_REF
    paths: [.kairon-gate]
  before_script:
    - apt-get update -q && apt-get install -y -q git ca-certificates curl postgresql
@INSTALL@
    # [kairon] n8nVersion; without it the rules that need n8n's node descriptions are off
    - version=$(git config --file .kairon kairon.n8nVersion || true)
    - if [ -n "$version" ] && ! kairon catalogue status | grep -qF " $version "; then kairon catalogue update --npm "$version"; fi
  script:
    - base=${CI_MERGE_REQUEST_DIFF_BASE_SHA:-$CI_COMMIT_BEFORE_SHA}
    - what=--all; if git rev-parse -q --verify "$base^{commit}" >/dev/null; then what="--range $base..HEAD"; fi
    - kairon check $what --format gitlab >gl-code-quality-report.json || true
    - kairon check $what --format junit >kairon-junit.xml || true
    - kairon check $what
    - if [ -d "@MIGRATIONS@" ]; then kairon migrate test --push "$(git rev-parse -q --verify "$base^{commit}" || true)..HEAD"; fi
@SMOKE@  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit: kairon-junit.xml
)yaml";

/// Built once and kept, as long as the suite's commit is the same.
constexpr std::string_view kGitLabBuild =
    R"yaml(    - git clone -q --depth 1 ${KAIRON_GATE_REF:+--branch "$KAIRON_GATE_REF"} -- "$KAIRON_GATE_SOURCE" /tmp/kairon-gate
    - built=$(git -C /tmp/kairon-gate rev-parse HEAD)
    - if [ "$(cat .kairon-gate/commit 2>/dev/null)" = "$built" ]; then (cd /tmp/kairon-gate && ./install.sh --packages-only); else (cd /tmp/kairon-gate && ./install.sh --no-demo --prefix "$CI_PROJECT_DIR/.kairon-gate") && echo "$built" >.kairon-gate/commit; fi
    - export PATH="$CI_PROJECT_DIR/.kairon-gate/bin:$PATH")yaml";

constexpr std::string_view kGitLabPackage =
    R"yaml(    - curl -fsSL --retry 3 -o /tmp/kairon.deb -- "$KAIRON_GATE_PACKAGE"
    - apt-get install -y -q /tmp/kairon.deb)yaml";

constexpr std::string_view kLefthook = R"yaml(# For lefthook.yml; kairon must be installed (./install.sh).
pre-commit:
  commands:
    kairon:
      run: kairon check --staged
pre-push:
  commands:
    kairon:
      # git's lines about the refs come on stdin
      run: $(dirname "$(readlink -f "$(command -v kairon)")")/../libexec/kairon/hooks/pre-push {0}
      use_stdin: true
)yaml";

std::string indented(std::string_view script, std::string_view by) {
  std::string out;
  for (const std::string_view line : text::lines(script)) {
    if (!out.empty()) out += '\n';
    if (!line.empty()) out += std::string(by) + std::string(line);
  }
  return out;
}

std::string replaced(std::string_view text, std::string_view name, std::string_view value) {
  return text::replace_all(text, name, value);
}

/// The content of a double-quoted YAML scalar.
std::string yaml_text(std::string_view value) {
  return text::replace_all(text::replace_all(text::printable(value), "\\", "\\\\"), "\"", "\\\"");
}

std::string shard_list(int shards) {
  std::string list;
  for (int i = 1; i <= shards; ++i) {
    if (i > 1) list += ", ";
    list += "\"" + std::to_string(i) + "/" + std::to_string(shards) + "\"";
  }
  return list;
}

std::string source_expression(const std::string& source) {
  if (source.empty()) return "${{ vars.KAIRON_GATE_SOURCE }}";
  // Within an expression a quote is written twice; GitHub docs: "Evaluate expressions", literals.
  return "${{ vars.KAIRON_GATE_SOURCE || '" + text::replace_all(text::printable(source), "'", "''") + "' }}";
}

}  // namespace

std::string ci_workflow(const CiPlan& plan) {
  const bool builds = plan.package.empty();
  std::string out = replaced(kWorkflow, "@GATE@", builds ? kGate : "");
  out = replaced(out, "@SMOKE@", plan.smoke ? kSmoke : "");
  out = replaced(out, "@NEEDS@", builds ? "    needs: gate\n" : "");
  out = replaced(out, "@PREPARE@", kPrepare);
  out = replaced(out, "@NODES@", kNodes);
  out = replaced(out, "@INSTALL@", indented(builds ? kInstall : kInstallPackage, "          "));
  out = replaced(out, "@PACKAGE@",
                 plan.package.empty() ? "" : "\n  KAIRON_GATE_PACKAGE: \"" + yaml_text(plan.package) + "\"");
  out = replaced(out, "@BRANCH@", yaml_text(plan.branch));
  out = replaced(out, "@SHARDS@", shard_list(plan.shards));
  out = replaced(out, "@REF@", yaml_text(plan.ref));
  out = replaced(out, "@MIGRATIONS@", plan.migrations);
  return replaced(out, "@SOURCE@", source_expression(plan.source));
}

std::string pre_commit_snippet(const CiPlan& plan) {
  const std::string source = plan.source.empty() ? "URL-OF-KAIRON-GATE" : plan.source;
  const std::string out = replaced(kPreCommit, "@SOURCE@", source);
  return replaced(out, "@REF@", plan.ref.empty() ? "COMMIT-OR-TAG" : plan.ref);
}

std::string gitlab_snippet(const CiPlan& plan) {
  const bool builds = plan.package.empty();
  std::string variables = builds ? "\n    KAIRON_GATE_REF: \"" + yaml_text(plan.ref) + "\"" : "";
  if (builds && !plan.source.empty()) variables += "\n    KAIRON_GATE_SOURCE: \"" + yaml_text(plan.source) + "\"";
  if (!builds) variables = "\n    KAIRON_GATE_PACKAGE: \"" + yaml_text(plan.package) + "\"";
  const bool asks = builds && plan.source.empty();
  constexpr std::string_view kSmokeLines =
      "    # n8n from npm, on a PostgreSQL that exists for this job alone\n"
      "    - apt-get install -y -q nodejs npm\n"
      "    - kairon smoke local --format junit >kairon-smoke.xml\n";
  std::string out = replaced(kGitLab, "@INSTALL@", builds ? kGitLabBuild : kGitLabPackage);
  out = replaced(out, "@SMOKE@", plan.smoke ? kSmokeLines : "");
  out = replaced(out, "@NOTE@", asks ? " Set the CI/CD variable KAIRON_GATE_SOURCE to the URL of Kairon Gate." : "");
  out = replaced(out, "@VARIABLES@", variables);
  out = replaced(out, "@BRANCH@", yaml_text(plan.branch));
  return replaced(out, "@MIGRATIONS@", plan.migrations);
}

std::string lefthook_snippet() { return std::string(kLefthook); }

}  // namespace kairon::install
