#!/usr/bin/env bash
# kairon hooks: linked work trees, submodules, upgrade, uninstall, and what status must notice.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
install_suite

# --- A repository with a linked work tree and a submodule: all are gated ---
new_repository library
git commit -q --allow-empty -m one
new_repository main
git submodule --quiet add "$work/library" modules/library
git commit -q -m "a submodule"
git worktree add -q "$work/linked"
expect 1 "$kairon" hooks status
expect_said "is not gated"
expect 0 "$kairon" hooks install --repo .
expect 0 "$kairon" hooks install --repo "$work/linked"
expect_said "already gated"
expect 0 "$kairon" hooks status
expect_said "$work/linked is gated"
expect_said "$work/main/modules/library is gated"
for folder in "$work/main" "$work/linked" "$work/main/modules/library"; do
  cd "$folder"
  add_good_workflow
  expect 0 git commit -q -m "good"
  break_workflow
  expect 1 git commit -q -m "broken"
  expect_said "error[connection/missing-node]"
  expect_said "n8n-workflows/Receive_Message.json:"
done

# --- A work tree with a configuration of its own ---
cd "$work/main"
git config extensions.worktreeConfig true
mkdir "$work/own-hooks" && write_hook "$work/own-hooks/commit-msg" 'echo own commit-msg'
git -C "$work/linked" config --worktree core.hooksPath "$work/own-hooks"
expect 1 "$kairon" hooks status
expect_said "overwritten with $work/own-hooks"
expect 0 "$kairon" hooks install
expect 0 "$kairon" hooks status
cd "$work/linked"
expect 1 git commit -q -m "broken"
expect_said "error[connection/missing-node]"
git reset -q --hard
expect 0 git commit --allow-empty -m "empty"
expect_said "own commit-msg"
cd "$work/main"
expect 0 "$kairon" hooks uninstall
expect_equal "$(git -C "$work/linked" config core.hooksPath)" "$work/own-hooks"
expect_equal "$(git config core.hooksPath || true)" ""
expect_equal "$(git -C modules/library config core.hooksPath || true)" ""

# --- What git passes over in silence, status must notice ---
new_repository watched
"$kairon" hooks install >/dev/null
chmod a-x "$hooks/pre-push"
expect 1 "$kairon" hooks status
expect_said "pre-push is not executable"
expect_said "chmod +x $hooks/pre-push"
chmod a+x "$hooks/pre-push"
expect 0 "$kairon" hooks status

rm "$hooks/post-commit"
expect 1 "$kairon" hooks status
expect_said "post-commit is missing"
install_suite
expect 0 "$kairon" hooks status

chmod u+w "$hooks/post-merge" && echo '#!/bin/sh' >"$hooks/post-merge" && chmod +x "$hooks/post-merge"
expect 1 "$kairon" hooks status
expect_said "post-checkout was overwritten by another tool"
install_suite
expect 0 "$kairon" hooks status

git config core.hooksPath .husky/_
expect 1 "$kairon" hooks status
expect_said "relative to each work tree"
git config core.hooksPath /nowhere/hooks
expect 1 "$kairon" hooks status
expect_said "does not exist: git runs no hook, silently"
git config core.hooksPath "$work/own-hooks"
expect 1 "$kairon" hooks status --format json
expect_equal "$(printf '%s' "$output" | jq -r '.summary.fail')" 1
expect 1 "$kairon" doctor
expect_said "overwritten with $work/own-hooks"
expect 0 "$kairon" hooks uninstall
expect_equal "$(git config core.hooksPath)" "$work/own-hooks"
git config --unset core.hooksPath

"$kairon" hooks install >/dev/null
write_hook .git/hooks/pre-auto-gc 'exit 0'
expect 1 "$kairon" hooks status
expect_said "the earlier hook pre-auto-gc is not run"
expect 0 "$kairon" hooks install
expect 0 "$kairon" hooks status

# --- Wrong use ---
expect 2 "$kairon" hooks
expect 2 "$kairon" hooks instal
expect 2 "$kairon" hooks install --repo "$work/nowhere"
mkdir "$work/empty"
expect 3 "$kairon" hooks install --repo "$work/empty"
expect_said "not a git repository"
expect 3 "$build_dir/kairon" hooks install
expect_said "install.sh"
finish
