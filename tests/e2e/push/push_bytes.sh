#!/usr/bin/env bash
# Every byte that leaves is searched: files of any path, object keys, base64, messages, tags, notes, names of
# files, trees and blobs pushed by themselves, and environment files.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
seed
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
passes git push -q origin main
published=$(git rev-parse HEAD)
# Put together here, so that this file holds none.
token=ghp_$(printf '%s' q7Rk2Vb9Xc4Nd8Ls1Wm6 Tz3Hy5Jf0Gp2Ke7A)

# refused WHAT RULE REF...: the push is blocked, names the rule, and does not print the secret.
refused() {
  local what=$1 rule=$2
  shift 2
  run git push -q origin "$@"
  [[ $status != 0 ]] || fail "pushed: $what"
  mentions "error[$rule]"
  [[ $output != *"$token"* ]] || fail "the secret was printed: $what"
}
again() { git reset -q --hard "$published"; }
save() { git add -A && git commit -q --no-verify -m "$1"; }

mkdir -p docs && echo "token: $token" >docs/setup.md && save docs
refused 'a file of another folder' secret/github main
for end in range push; do
  run "$build/kairon" check "--$end" "$published..HEAD"
  [[ $status == 1 ]] || fail "check --$end passed a leak"
  mentions 'docs/setup.md:1:8: error[secret/github]'
done
git rm -q docs/setup.md && save 'taken out'
refused 'a file that a later commit took out' secret/github main
run "$build/kairon" check --range "$published..HEAD"
[[ $status == 1 ]] || fail 'check --range passed a leak that was taken out again'
again

good K | sed "s/\"parameters\": {}/\"parameters\": {\"$token\": 1}/" >n8n-workflows/K.json
grep -q "$token" n8n-workflows/K.json || fail 'the key was not planted'
save key
refused 'an object key' secret/github main
again

echo "blob: $(printf 'x %s' "$token" | base64 -w0)" >mock.yaml && save mock
refused 'base64' secret/github main
again

# Windows' text, and a file that does not fit into the memory that a push may take.
printf '\xff\xfe' >docs.txt
printf 'token: %s\r\n' "$token" | iconv -f ASCII -t UTF-16LE >>docs.txt && save wide
refused 'UTF-16' secret/github main
again
{ yes 'some words of a very large file' || true; } | head -c 300000000 >huge.txt
printf '\ntoken: %s\n' "$token" >>huge.txt
{ yes 'the rest of it' || true; } | head -c 5000000 >>huge.txt
line=$(($(head -c 300000000 huge.txt | wc -l) + 2))
save huge
refused 'a file of 300 MB' secret/github main
mentions "huge.txt:$line:8: error[secret/github]"
again

git commit -q --no-verify --allow-empty -m "use $token"
refused 'a commit message' secret/github main
again

git tag -a v1 -m "use $token"
refused 'a tag message' secret/github v1
git tag -d v1 >/dev/null

git notes add -m "use $token"
refused 'a note' secret/github refs/notes/commits
git notes remove 2>/dev/null

blob=$(echo "use $token" | git hash-object -w --stdin)
git update-ref refs/odd/blob "$blob"
refused 'a blob' secret/github refs/odd/blob
tree=$(printf '100644 blob %s\tname.txt\n' "$blob" | git mktree)
git update-ref refs/odd/tree "$tree"
refused 'a tree' secret/github refs/odd/tree

echo x >"$token.txt" && save name
refused 'the name of a file' secret/github main
again

printf 'DB_PASSWORD=hunter2hunter2\n' >.env && git add -f .env && save env
refused 'an environment file' secret/env-file main
git mv -f .env .env.example && save example
refused 'an environment file that became an example' secret/env-file main
again
printf 'DB_PASSWORD=your-password\n' >.env.example && git add -f .env.example && save example
printf 'a = "%s"  # kairon: allow secret/github revoked\n' "$token" >allowed.py && save allowed
passes git push -q origin main
