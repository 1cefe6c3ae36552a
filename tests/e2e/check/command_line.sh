#!/usr/bin/env bash
# What is typed wrong is said, never passed over; a report that did not arrive is not a success.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

kairon=$build/kairon

# refuses WANTED_TEXT ARGUMENTS...: a usage error that mentions the text.
refuses() {
  ends_with 2 "$kairon" "${@:2}"
  mentions "$1"
}

new_workflows() {
  mkdir -p n8n-workflows db/migrations
  good Store >n8n-workflows/Store.json
  printf 'SET lock_timeout = %s;\nSET statement_timeout = %s;\nCREATE TABLE public.t (id bigint PRIMARY KEY);\n' "'2s'" "'9s'" \
    >db/migrations/001_t.sql
  echo 'DROP TABLE public.t;' >db/migrations/001_t_rollback.sql
}

# --- Words and values ---
new_workflows
refuses "unexpected argument 'here'" doctor here
refuses "unexpected argument 'more'" rules node more
refuses "unexpected argument 'b'" migrate status b
refuses 'migrate new "add tags"' migrate new add tags
refuses '--repo DIR' hooks install .
refuses 'did you mean kairon migrate status?' migrate statu
refuses 'kairon hooks install, uninstall or status' hooks
refuses 'did you mean kairon ops install?' ops instal
refuses 'did you mean kairon catalogue update?' catalogue updat
refuses 'use text, json, sarif, github, gitlab or junit' check --format xml
refuses 'did you mean sarif?' check --format sarf
refuses 'use text, json or junit' migrate up --format xml
refuses 'did you mean prod?' smoke prodd
refuses 'did you mean prod?' deploy prodd
refuses 'did you mean staging?' health stagin
refuses 'dev, staging or prod' backup nowhere
refuses '--staged cannot be used with --range' check --staged --range HEAD..HEAD
refuses '--all cannot be used with PATH' check --all n8n-workflows
refuses 'leave out PATH' check --coverage n8n-workflows
refuses '--pre-commit cannot be used with --lefthook' ci init --pre-commit --lefthook
refuses 'did you mean Store?' new test Stroe
refuses 'did you mean Store?' explain --shape Stroe Start
refuses 'call/by-id, call/cycle' explain call

# --- An option of another sub-command, which might be the one that says "change nothing" ---
refuses '--dry-run does not go with kairon deploy pull' deploy pull Store --dry-run
refuses '--dry-run does not go with kairon restore credentials' restore credentials - --dry-run
refuses '--dry-run does not go with kairon migrate new' migrate new tags --dry-run
refuses '--push does not go with kairon migrate up' migrate up --push HEAD..HEAD
refuses '--format junit goes with test' migrate up --format junit
refuses '--verify goes with kairon backup list' backup --verify
refuses '--from goes with kairon catalogue update' catalogue --from /tmp
refuses '--stdin-filename goes with -' check --stdin-filename a.json

# --- A help page for each sub-command, with its own options ---
for command in backup catalogue ci deploy hooks migrate new ops restore; do
  passes "$kairon" "$command" --help
  subcommands=$(sed -n '/^Commands:/,/^Options:/s/^  \([a-z]\{1,\}\).*/\1/p' <<<"$output")
  [[ -n $subcommands ]] || fail "$command lists no sub-commands"
  for one in $subcommands; do
    passes "$kairon" "$command" "$one" --help
    mentions "Usage: kairon $command $one"
    page=$output
    passes "$kairon" help "$command" "$one"
    [[ $output == "$page" ]] || fail "kairon help $command $one is another page"
  done
done
passes "$kairon" migrate up --help
mentions '--lock-timeout'
[[ $output != *--push* ]] || fail "the page of up lists an option of test"
passes "$kairon" migrate --help
mentions 'up, down: how long one attempt waits for a lock'

# --- Quiet: findings and errors stay, hints go ---
run "$kairon" check
mentions 'kairon: '
for quiet in before after; do
  [[ $quiet == before ]] && run "$kairon" -q check || run "$kairon" check -q
  [[ $output != *'kairon: '* ]] || fail "-q prints hints: $output"
  mentions 'no findings in 3 files'
done
ends_with 2 "$kairon" -q check nowhere.json
mentions 'no such file or folder'

# --- What stdin holds: by itself, or in the place of a file ---
bad Store >"$sandbox/edited.json"
run "$kairon" check - <"$sandbox/edited.json"
[[ $status == 1 ]] || fail "a broken workflow on stdin passes"
mentions 'stdin.json:'
mentions 'error[connection/missing-node]'
run "$kairon" check - <<<'SELECT 1 FROM;'
[[ $status == 1 ]] || fail "broken SQL on stdin passes"
mentions 'stdin.sql:1:'
run "$kairon" check --stdin-filename n8n-workflows/Store.json - <"$sandbox/edited.json"
[[ $status == 1 ]] || fail "a broken workflow on stdin passes in its place"
mentions 'n8n-workflows/Store.json:'
run "$kairon" check --stdin-filename n8n-workflows/Other.json - <n8n-workflows/Store.json
mentions 'n8n-workflows/Other.json'
[[ $output != *'n8n-workflows/Store.json:1'* ]] || fail "other files than the named one are reported"
refuses 'neither a workflow' check --stdin-filename a.txt - </dev/null

run "$kairon" migrate status --database 'postgresql://127.0.0.1:1/shop'
[[ $status == 3 ]] || fail "a server that is not there is no usage error"
mentions 'Connection refused Is the server running'

# --- A place where nothing is ---
mkdir "$sandbox/empty"
run env -C "$sandbox/empty" "$kairon" check
[[ $status == 0 ]] || fail "a check of nothing passes"
mentions 'nothing to check: no workflow (n8n-workflows/*.json)'
run env -C "$sandbox/empty" "$kairon" init
[[ $status == 3 ]] || fail "init needs a repository"
mentions 'git init'
[[ $output != *--repo* ]] || fail "init has no --repo"
run env GIT_DIR=/nowhere "$kairon" check
mentions 'unset GIT_DIR'
printf '[kairon\n' >"$sandbox/broken"
cp .git/config "$sandbox/whole"
git config include.path "$sandbox/broken"
run "$kairon" check
[[ $status == 3 ]] || fail "a broken configuration is no success"
mentions 'correct that file'
cp "$sandbox/whole" .git/config

# --- A result that does not arrive ---
[ -c /dev/full ] || fail "/dev/full is no device on this machine; as root: rm /dev/full; mknod -m 666 /dev/full c 1 7"
lost() {
  status=0
  "$kairon" "$@" >/dev/full 2>"$sandbox/errors" || status=$?
  output=$(<"$sandbox/errors")
}
for words in "check --format json" "check --format sarif" rules "explain call/by-id" --help "ci init --stdout"; do
  # shellcheck disable=SC2086 # several words
  lost $words
  [[ $status == 3 ]] || fail "lost output is no success: $words"
  mentions 'No space left on device'
done
bad Store >n8n-workflows/Store.json
lost check
[[ $status == 1 ]] || fail "what was found stays found"
good Store >n8n-workflows/Store.json
"$kairon" rules | head -n 1 >/dev/null
[[ ${PIPESTATUS[0]} == 0 ]] || fail "a reader that goes away is no failure"

# --- The baseline is named from the top ---
mkdir -p sub
run env -C sub "$kairon" check --write-baseline known.json
mentions "kairon.baseline 'sub/known.json'"
run "$kairon" check --write-baseline "$sandbox/known.json"
mentions 'has to lie in the repository'
rm -r sub

bad Odd >n8n-workflows/$'caf\xe9.json'
run "$kairon" check --write-baseline "$sandbox/known.json"
passes "$kairon" check --baseline "$sandbox/known.json"
rm n8n-workflows/caf*

# --- A file that is too large says so ---
truncate -s 40M n8n-workflows/Large.json
ends_with 3 "$kairon" check
mentions 'Large.json: larger than 32 MiB'
mentions 'pinned data'
git add n8n-workflows/Large.json
run git commit -q -m large
[[ $status != 0 ]] || fail "a file that cannot be judged is not committed"
mentions 'larger than 32 MiB'
[[ $output != *fsck* ]] || fail "nothing is damaged"
git rm -q -f n8n-workflows/Large.json

# --- A .kairon that nothing could work with is not committed by itself ---
git add -A && passes git commit -q -m start
for wrong in 'ruleset = n9n' 'postgresVersion = new' 'baseline = missing.json'; do
  printf '[kairon]\n\t%s\n' "$wrong" >.kairon
  git add .kairon
  run git commit -q -m settings
  [[ $status != 0 ]] || fail "committed: $wrong"
done
printf '[kairon]\n\trulset = n8n\n' >.kairon
git add .kairon
passes git commit -q -m settings
mentions 'did you mean ruleset?'
printf '[kairon]\n\truleset = n8n\n' >.kairon
git add .kairon
passes git commit -q -m settings
mentions 'the gate gets weaker: [kairon] ruleset: kairon -> n8n'

# --- Options before the command ---
cd "$sandbox/work"
passes "$kairon" -C "$sandbox/work" check --statistics
ends_with 2 "$kairon" -C "$sandbox/nowhere" check
ends_with 2 "$kairon" --color sometimes check
bad B >n8n-workflows/B.json
run env -u NO_COLOR "$kairon" --color always check
[[ $output == *$'\033[1;31m'* ]] || fail '--color always gives no colour'
run env -u NO_COLOR CLICOLOR_FORCE=1 "$kairon" check
[[ $output == *$'\033[1;31m'* ]] || fail 'CLICOLOR_FORCE gives no colour'
run env NO_COLOR=1 CLICOLOR_FORCE=1 "$kairon" check
[[ $output != *$'\033['* ]] || fail 'NO_COLOR gives colour'
run "$kairon" -v check
[[ $status == 1 ]] || fail '-v before the command'
ends_with 1 "$kairon" check -v
rm n8n-workflows/B.json

# A program that was not installed: doctor says so once.
run "$kairon" doctor --offline
[[ $(grep -c "no hooks in" <<<"$output") == 1 ]] || fail 'doctor does not name the missing hooks once'
