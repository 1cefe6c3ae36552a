#!/usr/bin/env bash
# In a partial clone a commit fetches nothing: it names what is missing and how to get it. A push may fetch.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
printf "[kairon]\n  workflows = n8n-workflows/*.json\n  workflows = far/*.json\n" >.kairon
mkdir far
good Far >far/Far.json
git add . && git commit -q --no-verify -m far
git config uploadpack.allowFilter true
git config uploadpack.allowAnySHA1InWant true
far=$(git rev-parse HEAD:far/Far.json)

# Sparse: what is not checked out is in the index all the same, and its content was not fetched.
git clone -q --filter=blob:none --sparse "file://$PWD" "$sandbox/partial"
cd "$sandbox/partial"
git sparse-checkout set n8n-workflows
is_missing() { git rev-list --objects --missing=print --all | grep -qx "?$far"; }
is_missing || fail 'the clone is not partial'
good Near >n8n-workflows/Near.json
git add n8n-workflows/Near.json

ends_with 1 git commit -q -m near
[[ $output != *"git fsck"* ]] || fail 'a partial clone is not damaged'
mentions 'is not in this partial clone, and a commit uses no network'
mentions 'help: git cat-file -e '
is_missing || fail 'the commit fetched'
# Whoever allows a transport to git does not allow it to the hook.
GIT_ALLOW_PROTOCOL='file' ends_with 1 git commit -q -m near
is_missing || fail 'the commit fetched by GIT_ALLOW_PROTOCOL'

# The remedy works as printed, one file after the other.
for _ in 1 2 3 4 5 6; do
  run git commit -q -m near
  [[ $status != 0 ]] || break
  remedy=$(sed -n 's/^help: \(git cat-file -e [0-9a-f]*\) fetches it.*/\1/p' <<<"$output")
  [[ $remedy ]] || fail 'no remedy to follow'
  $remedy
done
[[ $status == 0 ]] || fail 'the remedy does not help'
is_missing && fail 'committed without what it judges by'

# A push from a clone that lacks the same file fetches it, and is judged.
git clone -q --filter=blob:none --no-checkout "file://$sandbox/work" "$sandbox/other"
cd "$sandbox/other"
is_missing || fail 'the other clone is not partial'
passes git push -q origin HEAD:refs/heads/second
mentions 'stage 0'
is_missing && fail 'the push was not judged by the file'
true
