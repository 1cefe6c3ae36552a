#!/usr/bin/env bash
# Hooks that stood before the gate run after it with git's arguments, stdin and exit status.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/../install/installed.sh"
install_suite

record='echo "$(basename "$0"): $*" >>"$(git rev-parse --git-common-dir)/../../record"'
record_input='sed "s/^/stdin: /" >>"$(git rev-parse --git-common-dir)/../../record"'
read_record() { cat "$work/record" 2>/dev/null && rm -f "$work/record"; }

# --- Hooks in .git/hooks, of every kind ---
git init -q --bare "$work/remote.git"
new_repository plain
git remote add origin "$work/remote.git"
for name in pre-commit prepare-commit-msg commit-msg post-checkout pre-merge-commit post-commit pre-rebase; do
  write_hook .git/hooks/$name "$record"
done
for name in pre-push post-rewrite; do write_hook .git/hooks/$name "$record" "$record_input"; done
expect 0 "$kairon" hooks install
expect_said "commit-msg"
expect_equal "$(git config core.hooksPath)" "$hooks"

echo a >a && git add a
expect 0 git commit -m one
expect_equal "$(read_record)" "pre-commit: 
prepare-commit-msg: .git/COMMIT_EDITMSG message
commit-msg: .git/COMMIT_EDITMSG
post-commit: "

expect 0 git checkout -q -b side
expect_equal "$(read_record)" "post-checkout: $(git rev-parse HEAD) $(git rev-parse HEAD) 1"

tip=$(git rev-parse HEAD)
expect 0 git push origin main side
expect_equal "$(read_record | sort)" "pre-push: origin $work/remote.git
stdin: refs/heads/main $tip refs/heads/main 0000000000000000000000000000000000000000
stdin: refs/heads/side $tip refs/heads/side 0000000000000000000000000000000000000000"

expect 0 git commit -q --amend -m two
expect_equal "$(read_record | grep -A1 post-rewrite)" "post-rewrite: amend
stdin: $tip $(git rev-parse HEAD)"

# --- The exit status counts ---
write_hook .git/hooks/commit-msg 'echo refused by commit-msg; exit 1'
expect 1 git commit --allow-empty -m three
expect_said "refused by commit-msg"
write_hook .git/hooks/commit-msg "exit 0"
write_hook .git/hooks/pre-commit 'echo refused by pre-commit; exit 7'
expect 1 git commit --allow-empty -m three
expect_said "refused by pre-commit"
expect 7 git hook run pre-commit
rm .git/hooks/pre-commit
write_hook .git/hooks/pre-push 'echo refused by pre-push; exit 1'
git commit -q --allow-empty -m four
expect 1 git push origin side
expect_said "refused by pre-push"

# --- A script without "#!", one that never reads stdin, one whose interpreter is missing ---
printf 'echo no interpreter line\n' >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit
expect 0 git commit --allow-empty -m five
expect_said "no interpreter line"
write_hook .git/hooks/pre-push "exit 0"
expect 0 git push origin side:four
printf '#!/nowhere/interpreter\n' >.git/hooks/pre-commit
expect 1 git commit --allow-empty -m six
expect_said "cannot be started"
rm .git/hooks/pre-commit

# --- Ours blocks first: the earlier hook does not run then ---
write_hook .git/hooks/pre-commit "$record"
add_good_workflow && expect 0 git commit -m "workflows"
rm -f "$work/record"
break_workflow
expect 1 git commit -m "broken"
expect_said "connection/missing-node"
expect_equal "$(read_record | grep -c pre-commit || true)" 0

# --- husky: a relative core.hooksPath with shims that look at $0 ---
new_repository husky
git config core.hooksPath .husky/_
write_hook .husky/pre-commit "$record"
write_hook .husky/commit-msg "$record"
for name in pre-commit commit-msg; do
  write_hook .husky/_/$name '[ -f "$(dirname "$0")/../$(basename "$0")" ] || exit 0' 'sh "$(dirname "$0")/../$(basename "$0")" "$@"'
done
expect 0 "$kairon" hooks install
expect_equal "$(git config kairon.previousHooksPath)" ".husky/_"
git add -A
rm -f "$work/record"
mkdir sub && cd sub
expect 0 git commit -m one
expect_equal "$(read_record)" "pre-commit: 
commit-msg: .git/COMMIT_EDITMSG"
cd ..
expect 0 "$kairon" hooks uninstall
expect_equal "$(git config core.hooksPath)" ".husky/_"
expect_equal "$(git config --get-regexp '^kairon' || true)" ""

# --- git-lfs: hooks that ask for the git-lfs program, and tell when it is missing ---
new_repository lfs
git remote add origin "$work/remote.git"
mkdir "$work/bin" && write_hook "$work/bin/git-lfs" 'echo "git-lfs $*" >>"'"$work"'/record"; [ "$1" != pre-push ] || '"sed 's/^/lfs: /' >>$work/record"
for name in pre-push post-checkout post-commit post-merge; do
  write_hook .git/hooks/$name 'command -v git-lfs >/dev/null 2>&1 || { echo "git-lfs was not found" >&2; exit 2; }' "git lfs $name \"\$@\""
done
expect 0 "$kairon" hooks install
rm -f "$work/record"
export PATH=$work/bin:$PATH
git commit -q --allow-empty -m one
expect 0 git push origin main:lfs
expect_equal "$(read_record)" "git-lfs post-commit
git-lfs pre-push origin $work/remote.git
lfs: refs/heads/main $(git rev-parse HEAD) refs/heads/lfs 0000000000000000000000000000000000000000"

# --- A global hooksPath of the user, which a local one hides ---
new_repository inherited
write_hook "$HOME/my-hooks/commit-msg" "$record"
# shellcheck disable=SC2088 # git expands it
git config --global core.hooksPath '~/my-hooks'
expect 0 "$kairon" hooks install
rm -f "$work/record"
expect 0 git commit --allow-empty -m one
expect_equal "$(read_record)" "commit-msg: .git/COMMIT_EDITMSG"
expect 0 "$kairon" hooks uninstall
expect_equal "$(git config --local core.hooksPath || true)" ""

# --- --global: every repository, and what it had itself ---
git config --global --unset core.hooksPath
expect 0 "$kairon" hooks install --global
new_repository everywhere
write_hook .git/hooks/commit-msg "$record"
rm -f "$work/record"
add_good_workflow
expect 0 git commit -m one
expect_equal "$(read_record)" "commit-msg: .git/COMMIT_EDITMSG"
break_workflow
expect 1 git commit -m two
expect 0 "$kairon" hooks uninstall --global
expect_equal "$(git config --global core.hooksPath || true)" ""

# --- A hook manager's script that calls the gate by name, which would call it again, and so on ---
new_repository circle
write_hook .git/hooks/pre-commit "echo round >>$work/rounds" "exec $hooks/pre-commit"
add_good_workflow
expect 0 timeout 120 git -c core.hooksPath="$hooks" commit -q -m one
expect_equal "$(wc -l <"$work/rounds")" 1
break_workflow
expect 1 timeout 120 .git/hooks/pre-commit
finish
