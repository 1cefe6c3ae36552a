#!/usr/bin/env bash
# kairon init --adopt under lefthook and pre-commit: commands that check or deploy the same files are turned off in the
# manager's file, the others run, a push deploys nothing, and uninstall brings all of them back.
set -euo pipefail
# shellcheck source=tests/support/hook_managers.sh
. "$(dirname "$0")/../../support/hook_managers.sh"
managed=
! fetch_managers || managed=lefthook
! command -v pre-commit >/dev/null || managed="$managed pre-commit"
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
for variable in $(compgen -e KAIRON_ || true); do unset "$variable"; done
install_suite
export PATH="$prefix/bin:$PATH"
ran() { cat "$work/ran" 2>/dev/null || true; }

# begin NAME: a repository with a workflow, a remote and two scripts of its own, one of which deploys.
begin() {
  new_repository "$1"
  git init -q --bare "$work/$1.git" && git remote add origin "$work/$1.git"
  add_good_workflow
  mkdir -p scripts && rm -f "$work/ran"
  printf '#!/bin/sh\necho deployed >>%s/ran\n: curl -X PUT "$URL/api/v1/workflows/1"\n' "$work" >scripts/deploy.sh
  printf '#!/bin/sh\necho tested >>%s/ran\n' "$work" >scripts/test.sh
  chmod +x scripts/*.sh
}
# commits_and_pushes: a change of a workflow, through the hooks.
commits_and_pushes() {
  rm -f "$work/ran"
  sed -i 's/"versionId": "[^"]*"//; s/^{$/{ /' n8n-workflows/Receive_Message.json
  echo "$RANDOM$RANDOM" >>README.md && git add -A
  expect 0 git commit -q -m "a change"
  expect 0 git push -q origin HEAD
}

lefthook_story() {
  begin with-lefthook
  cat >lefthook.yml <<'YML'
pre-commit:
  commands:
    pinned:
      glob: "n8n-workflows/*.json"
      run: "! grep -q pinData n8n-workflows/*.json"
pre-push:
  commands:
    test:
      run: ./scripts/test.sh
    deploy:
      run: ./scripts/deploy.sh
YML
  cp lefthook.yml "$work/lefthook.yml"
  export LEFTHOOK_BIN=$lefthook
  expect 0 "$lefthook" install
  git add -A && git commit -q --no-verify -m first && git push -q --no-verify -u origin HEAD
  expect 0 kairon init --adopt
  expect_said 'lefthook.yml:3: pre-commit: pinned: works on n8n-workflows'
  expect_said 'lefthook.yml:10: pre-push: deploy: deploys workflows (scripts/deploy.sh)'
  expect_silent_about 'pre-push: test'
  expect 0 git commit -q -m 'Adopt Kairon Gate'
  expect 0 git push -q origin HEAD
  commits_and_pushes
  expect_equal "$(ran)" tested
  expect 0 kairon hooks uninstall
  expect_said 'lefthook.yml: its retired commands and jobs run again; commit the file'
  cmp -s lefthook.yml "$work/lefthook.yml" || fail 'uninstall does not restore lefthook.yml'
  git add -A && git commit -q -m back
  commits_and_pushes
  expect_equal "$(ran | sort | tr '\n' ' ')" 'deployed tested '
}

pre_commit_story() {
  begin with-pre-commit
  local push=pre-push
  # Debian 12 has a pre-commit from before 3.2, whose stages have other names.
  case $(pre-commit --version) in 'pre-commit '[0-2].* | 'pre-commit 3.'[01].*) push=push ;; esac
  cat >.pre-commit-config.yaml <<YML
repos:
- repo: local
  hooks:
  - id: test
    name: Test
    entry: scripts/test.sh
    language: script
    always_run: true
    stages: [$push]
  - id: deploy
    name: Deploy
    entry: scripts/deploy.sh
    language: script
    always_run: true
    stages: [$push]
YML
  cp .pre-commit-config.yaml "$work/config.yaml"
  expect 0 pre-commit install --hook-type pre-commit --hook-type pre-push
  git add -A && git commit -q --no-verify -m first && git push -q --no-verify -u origin HEAD
  expect 0 kairon init --adopt
  expect_said '.pre-commit-config.yaml:10: hook deploy: deploys workflows (scripts/deploy.sh)'
  expect 0 git commit -q -m 'Adopt Kairon Gate'
  expect 0 git push -q origin HEAD
  commits_and_pushes
  expect_equal "$(ran)" tested
  expect 0 kairon hooks uninstall
  cmp -s .pre-commit-config.yaml "$work/config.yaml" || fail 'uninstall does not restore .pre-commit-config.yaml'
}

[[ $managed != *lefthook* ]] || lefthook_story
[[ $managed != *pre-commit* ]] || pre_commit_story

# --- A colleague clones the repository, as its README says, and only installs the hooks ---
begin colleague
write_hook .githooks/pre-push 'sh "$(git rev-parse --show-toplevel)/scripts/deploy.sh"'
git add -A && git commit -q -m first && git push -q -u origin HEAD
git clone -q "$work/colleague.git" "$work/other" && cd "$work/other"
git config core.hooksPath .githooks
expect 0 kairon hooks install
expect_said '.githooks/pre-push: deploys workflows (scripts/deploy.sh); it still runs after the gate: kairon init --adopt retires it'
expect 0 kairon hooks uninstall
printf '[kairon]\n\truleset = n8n\n' >.kairon && git add -A && git commit -q -m 'Adopt Kairon Gate'
expect 0 kairon hooks install
expect_said '.githooks/pre-push: deploys workflows (scripts/deploy.sh); it does not run any more'
expect 0 kairon hooks install
expect_silent_about 'does not run any more'
commits_and_pushes
expect_equal "$(ran)" ''
expect 0 kairon hooks uninstall
commits_and_pushes
expect_equal "$(ran)" deployed

[[ $managed == *lefthook*pre-commit* ]] || { finish && echo "skipped: lefthook from npm or pre-commit is missing" && exit 77; }
finish
