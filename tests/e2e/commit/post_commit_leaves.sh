#!/usr/bin/env bash
# post-commit leaves by itself when the commit is what pre-commit judged, and starts post-merge whenever it is not sure.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
seed
rm "$sandbox/hooks/post-merge"
cat >"$sandbox/hooks/post-merge" <<SCRIPT
#!/bin/bash
touch "$sandbox/started"
exec -a "$sandbox/hooks/post-commit" "$build/post-merge" "\$@"
SCRIPT
chmod +x "$sandbox/hooks/post-merge"

# leaves WHAT COMMAND...: post-merge is not started. looks: it is.
leaves() {
  local what=$1
  shift
  rm -f "$sandbox/started"
  passes "$@"
  [[ ! -e $sandbox/started ]] || fail "post-merge was started: $what"
}
looks() {
  local what=$1
  shift
  rm -f "$sandbox/started"
  passes "$@"
  [[ -e $sandbox/started ]] || fail "post-merge was not started: $what"
}
change() { echo "$RANDOM $RANDOM" >other && git add other; }

change
leaves 'a plain commit' git commit -q -m x
echo more >>other
leaves 'commit -a' git commit -q -a -m x
echo more >>other
looks 'commit FILE, whose index has no cache tree' git commit -q -m x other
change
leaves 'an amended commit' git commit -q --amend -m x
git checkout -q --detach && change
leaves 'a detached HEAD' git commit -q -m x
git checkout -q -b side && change
leaves 'a branch' git commit -q -m x
git worktree add -q "$sandbox/linked" -b linked && cd "$sandbox/linked" && change
leaves 'a linked work tree' git commit -q -m x
cd "$sandbox/work"

change
looks 'a commit that no hook saw' git commit -q --no-verify -m x
change && git commit -q -m x && git pack-refs --all && git repack -adq
GIT_INDEX_FILE=.git/index looks 'a packed branch' "$sandbox/hooks/post-commit"
git config kairon.previousHooksPath nowhere && change
looks 'an earlier folder of hooks' git commit -q -m x
git config --unset kairon.previousHooksPath
git config include.path nowhere && change
looks 'an included configuration' git commit -q -m x
git config --unset include.path
printf '#!/bin/sh\ntouch "%s/earlier"\n' "$sandbox" >.git/hooks/post-commit && chmod +x .git/hooks/post-commit && change
looks 'an earlier post-commit' git commit -q -m x
[[ -e $sandbox/earlier ]] || fail 'the earlier hook was not run'
rm .git/hooks/post-commit

# A merge brings in migrations that nobody here judged.
git checkout -q -b other-side HEAD~1 && change && git commit -q -m x && git checkout -q side
git merge -q --no-commit other-side >/dev/null 2>&1 || git checkout -q --ours other && git add other
looks 'a merge' git commit -q -m merged
new_repo "$sandbox/sha256" --object-format=sha256
good A >n8n-workflows/A.json && git add .
looks 'sha256' git commit -q -m x

# Damaged or strange: never silently passed.
cd "$sandbox/work"
change && git commit -q -m x
for note in '' x "$(git rev-parse 'HEAD~1^{tree}')" "$(git rev-parse 'HEAD^{tree}' | cut -c1-39)"; do
  printf '%s\n' "$note" >.git/kairon/judged
  looks "the note '$note'" "$sandbox/hooks/post-commit"
done
ends_with 3 env -i PATH="$PATH" bash -c "cp '$build/post-commit' '$sandbox/alone' && '$sandbox/alone'"
mentions 'run install.sh again'
