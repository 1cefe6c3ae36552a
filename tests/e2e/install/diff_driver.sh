#!/usr/bin/env bash
# kairon hooks install --diff: git diff, git log -p and git show speak of nodes; uninstall puts back what was.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

mkdir -p "$sandbox/prefix it's/bin" "$sandbox/prefix it's/libexec/kairon"
cp "$build/kairon" "$sandbox/prefix it's/bin/"
cp -r "$sandbox/hooks" "$sandbox/prefix it's/libexec/kairon/hooks"
kairon="$sandbox/prefix it's/bin/kairon"

seed
echo "*.png binary" >.git/info/attributes
run "$kairon" hooks status
mentions 'git diff: workflow files are compared as text; `kairon hooks install --diff` changes that'
passes "$kairon" hooks install --diff
mentions "git diff compares n8n-workflows/*.json node by node"
passes "$kairon" hooks install --diff
[[ $(grep -c 'diff=kairon' .git/info/attributes) == 1 ]] || fail "installed twice, written twice"
git config --global --unset core.hooksPath
run "$kairon" hooks status
mentions 'OK   git diff: workflow files are compared node by node'
run "$kairon" doctor --offline
mentions 'git diff: workflow files are compared node by node'
mv .git/info/attributes "$sandbox/attributes"
run "$kairon" hooks status
mentions 'info/attributes names no workflow file'
mv "$sandbox/attributes" .git/info/attributes
git config diff.kairon.command "'/gone it'\\''s/kairon' diff --driver"
ends_with 1 "$kairon" hooks status
mentions "the driver's program /gone it's/kairon is gone: git diff of a workflow fails"
passes "$kairon" hooks install --diff

sed -i 's/"End"/"Finish"/g' n8n-workflows/A.json
passes git diff
mentions '> End -> Finish  (noOp)'
passes git diff --stat
mentions '1 file changed'
git add .
passes git diff --cached
mentions '> End -> Finish  (noOp)'
git commit -qm rename
passes git log -p -1
mentions '+node Finish (noOp)'
mentions '-node End (noOp)'
passes git show HEAD
mentions '+node Finish (noOp)'
[[ $output != *position* ]] || fail "git show speaks of positions"

# New, deleted, renamed, broken, binary, a name with blanks: git diff never fails.
good B >"n8n-workflows/B b.json"
git mv n8n-workflows/A.json n8n-workflows/C.json
git add .
run git diff --cached -M
[[ $status == 0 ]] || fail "git diff of renamed files"
mentions 'new, 2 nodes'
printf '{' >n8n-workflows/C.json
run git diff
[[ $status == 0 ]] || fail "git diff of broken JSON"
mentions 'invalid JSON'
printf '\0\377' >n8n-workflows/C.json
run git diff
[[ $status == 0 ]] || fail "git diff of bytes"
mentions 'binary content'
rm n8n-workflows/C.json
run git diff
[[ $status == 0 ]] || fail "git diff of a deleted file"

# A patch is a patch all the same.
git reset -q --hard
passes git format-patch -1 --stdout
mentions '"Finish"'

passes "$kairon" hooks uninstall
mentions 'as text again'
[[ $(cat .git/info/attributes) == "*.png binary" ]] || fail "the attributes of others were changed"
[[ -z $(git config --get-regexp '^diff\.kairon' || true) ]] || fail "the driver's settings are still there"
passes git show HEAD
mentions '"Finish"'
ends_with 2 "$kairon" hooks install --global --diff
