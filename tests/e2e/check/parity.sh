#!/usr/bin/env bash
# One judge: every row is a state of a repository, and every door that applies gives the same findings and exit
# status for it. Prints the table. PARITY='name name' runs only these rows.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
export KAIRON_SKIP=trial,deploy,smoke
kairon=$build/kairon
hooks=$sandbox/hooks
zeros=0000000000000000000000000000000000000000
# Put together here, so that this file holds none.
token=ghp_$(printf '%s' q7Rk2Vb9Xc4Nd8Ls1Wm6 Tz3Hy5Jf0Gp2Ke7A)
fixtures=$here/../fixtures/rules

# --- The published state that each row starts from ---
seed
cp "$fixtures"/call/deleted/bad/{Report.json,removed/Store.json} n8n-workflows/
mkdir -p db/migrations docs
echo 'create table shop.orders (id bigint primary key);' >db/migrations/001_init.sql
echo 'select 1;' >db/migrations/001_init_rollback.sql
printf 'API_URL=\n' >.env.example
echo text >docs/readme.md
git add -A && git commit -q --no-verify -m base
git init -q --bare "$sandbox/remote.git" && git remote add origin "$sandbox/remote.git"
git push -q --no-verify origin main
template=$PWD

# --- What the rows are made of ---
leaky() { good "$1" | sed "s/\"position\": \[200, 0\], \"parameters\": {}/\"position\": [200, 0], \"parameters\": {\"note\": \"$token\"}/"; }
pinned() { good "$1" | sed 's/"active": false/"active": false, "pinData": {"Start": [{"json": {"a": 1}}]}/'; }
stage() { git add -A; }
migration() {
  printf '%s\n' "$2" >"db/migrations/$1.sql"
  echo 'select 1;' >"db/migrations/$1_rollback.sql"
}
# commit MESSAGE: what is staged, around every hook, also when an object is missing.
commit() {
  local tree parents=()
  tree=$(git write-tree --missing-ok)
  ! git rev-parse -q --verify HEAD >/dev/null || parents=(-p HEAD)
  git update-ref HEAD "$(git commit-tree "$tree" -m "$1" "${parents[@]}")"
}
# history: what is staged becomes a commit of its own, below the one that is judged.
history() { stage && commit history; }
# settings TEXT: .kairon.
settings() { printf '%b' "$1" >.kairon; }
baseline() {
  "$kairon" check --write-baseline known.json >/dev/null 2>&1 || true
  settings '[kairon]\n\tbaseline = known.json\n'
}
# lose OBJECT: it is no longer in the repository.
lose() { rm -f ".git/objects/${1:0:2}/${1:2}"; }

# --- The doors ---
# through DOOR COMMAND...: notes its exit status and its findings, one a line, positions included.
declare -A statuses found
through() {
  local door=$1
  shift
  run "$@"
  statuses[$door]=$status
  found[$door]=$(grep -aE ':[0-9]+:[0-9]+: (error|warning)\[|^(kairon: )?error: ' <<<"$output" | sed -E 's/^kairon: (error: )/\1/' | sort || true)
}
push_lines() { printf 'refs/heads/main %s refs/heads/main %s\n' "$(git rev-parse HEAD)" "$1"; }
pre_push() { push_lines "$1" | "$hooks/pre-push" origin "$sandbox/remote.git"; }

# pre_receive OLD: as on a server that has OLD, with what is pushed in quarantine.
pre_receive() {
  local head objects
  head=$(git rev-parse HEAD)
  objects=$(git rev-parse --path-format=absolute --git-path objects)
  rm -rf "$sandbox/remote.git/kairon"  # no verdicts of other rows
  export GIT_DIR=$sandbox/remote.git GIT_ALTERNATE_OBJECT_DIRECTORIES=$objects
  if [[ $1 == "$zeros" ]]; then git update-ref -d refs/heads/main; else git update-ref refs/heads/main "$1"; fi
  cd "$GIT_DIR" && printf '%s %s refs/heads/main\n' "$1" "$head" | GIT_DIR=. "$build/pre-receive"
}

failures=0 rows=0
complain() {
  failures=$((failures + 1))
  printf '  FAILED: %s\n' "$*"
}

# agree WANTED DOOR...: all have that exit status, and the findings of the first.
agree() {
  local wanted=$1 first=$2 door
  shift
  for door in "$@"; do
    [[ ${statuses[$door]} == "$wanted" ]] || complain "$door ended with ${statuses[$door]}, not $wanted"
    [[ ${found[$door]} == "${found[$first]}" ]] ||
      complain "$door and $first differ:" $'\n'"$(diff <(echo "${found[$first]}") <(echo "${found[$door]}") || true)"
  done
}

# row NAME COMMIT RANGE PUSH [BASE]: the function row_NAME has staged something; these are the exit statuses of the
# doors of a commit, of a range and of a push; - where a door does not apply. Equal statuses want equal findings.
# BASE is what the range and the push start from, the published commit unless told.
row() {
  local name=$1 at_commit=$2 at_range=$3 at_push=$4 base=${5:-published} from
  [[ -z ${PARITY:-} || " $PARITY " == *" $name "* ]] || return 0
  rows=$((rows + 1))
  statuses=() found=()
  rm -rf "$sandbox/row" && cp -a "$template" "$sandbox/row" && cd "$sandbox/row"
  from=$(git rev-parse HEAD)
  "row_$name" >"$sandbox/made" 2>&1 || { status=$? output=$(cat "$sandbox/made"); fail "row $name cannot be made"; }
  if [[ $at_commit != - ]]; then
    for door in pre-commit pre-merge-commit pre-applypatch; do through "$door" "$hooks/$door"; done
    through check--staged "$kairon" check --staged
    agree "$at_commit" pre-commit pre-merge-commit pre-applypatch check--staged
  fi
  if [[ $at_range != - ]]; then
    if [[ $base != published ]] || ! git diff --cached --quiet 2>/dev/null; then commit judged; fi
    case $base in
      published) base=$from ;;
      empty-tree) base=$(git hash-object -t tree /dev/null) ;;
      zeros) base=$zeros ;;
      absent) base="" ;;
    esac
    through range "$kairon" check --range "$base..HEAD"
    agree "$at_range" range
    through check--push "$kairon" check --push "${base/$(git hash-object -t tree /dev/null)/}..HEAD"
    if [[ $base == "$from" ]]; then
      through pre-push pre_push "$from"
      through pre-receive pre_receive "$from"
    else
      git update-ref -d refs/remotes/origin/main
      through pre-push pre_push "$zeros"
      through pre-receive pre_receive "$zeros"
    fi
    agree "$at_push" check--push pre-push pre-receive
    [[ $at_range != "$at_push" ]] || agree "$at_push" range check--push
    [[ $at_commit == - || $at_commit != "$at_range" ]] || agree "$at_range" pre-commit range
  fi
  local said=""
  for door in pre-commit check--staged range check--push pre-push pre-receive; do
    [[ -z ${statuses[$door]:-} ]] || said+="$door ${statuses[$door]}  "
  done
  printf '%-26s %s\n' "$name" "$said"
}

# shellcheck source=tests/support/parity_rows.sh
. "$here/../support/parity_rows.sh"
printf '%s rows, %s failures\n' "$rows" "$failures"
[[ $failures == 0 && ( -n ${PARITY:-} || $rows -ge 40 ) ]]
