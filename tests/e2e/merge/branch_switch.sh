#!/usr/bin/env bash
# A branch that has no such migration has not deleted it: switching says nothing of it. What both
# branches have must not change.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
migration() {
  mkdir -p db/migrations
  echo "CREATE TABLE IF NOT EXISTS public.$2 (id bigint PRIMARY KEY);" >"db/migrations/$1_$2.sql"
  echo "DROP TABLE IF EXISTS public.$2;" >"db/migrations/$1_$2_rollback.sql"
}
seed
migration 001 a
git add . && git commit -q -m a
git checkout -q -b feature
migration 002 b
git add . && git commit -q -m b
run git checkout -q main
silent
run git checkout -q feature
silent
git checkout -q -b other main
migration 003 c
git add . && git commit -q -m c
run git checkout -q feature
silent

# An own migration that a rebase gives another number was published nowhere.
git checkout -q -b mine main
migration 004 d
git add . && git commit -q -m d
run env GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/' git rebase -q -i main
[[ $status == 0 ]] || fail "the rebase did not begin"
git mv db/migrations/004_d.sql db/migrations/005_d.sql
git mv db/migrations/004_d_rollback.sql db/migrations/005_d_rollback.sql
git commit -q --amend -m d
run git rebase --continue
[[ $status == 0 ]] || fail "the rebase did not end"
[[ $output != *migration/* ]] || fail "took a number that was changed in a rebase for a lost migration"

# The other side changed one that both have.
git checkout -q -b changed main
echo '-- later thought' >>db/migrations/001_a.sql
git commit -q -a --no-verify -m changed 2>/dev/null
git checkout -q main 2>/dev/null
run git checkout -q changed
mentions 'migration/immutable'
