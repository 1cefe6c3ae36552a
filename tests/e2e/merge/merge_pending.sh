#!/usr/bin/env bash
# After a merge that brought a migration, the developer's own database is looked at, or brought up to
# date when [kairon] postMerge = apply; a merge that brought a collision of numbers says so.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
seed
git config kairon.env-dev.database 'host=/nonexistent dbname=dev'
git checkout -q -b side
mkdir -p db/migrations
echo 'CREATE TABLE IF NOT EXISTS public.a (id bigint PRIMARY KEY);' >db/migrations/001_a.sql
echo 'DROP TABLE IF EXISTS public.a;' >db/migrations/001_a_rollback.sql
git add . && git commit -q --no-verify -m a
git checkout -q main
run git merge -q --no-edit side
[[ $status == 0 ]] || fail 'the merge failed'
mentions 'migrations came in; the state of the dev database'
git config kairon.postMerge apply
git checkout -q side
echo 'CREATE TABLE IF NOT EXISTS public.b (id bigint PRIMARY KEY);' >db/migrations/002_b.sql
echo 'DROP TABLE IF EXISTS public.b;' >db/migrations/002_b_rollback.sql
git add . && git commit -q --no-verify -m b
git checkout -q main
run git merge -q --no-edit side
mentions 'they are applied to the dev database'

# Both sides took the number 003.
git config --unset kairon.env-dev.database
git checkout -q side
echo 'CREATE TABLE IF NOT EXISTS public.c (id bigint PRIMARY KEY);' >db/migrations/003_c.sql
echo 'DROP TABLE IF EXISTS public.c;' >db/migrations/003_c_rollback.sql
git add . && git commit -q --no-verify -m c
git checkout -q main
echo 'CREATE TABLE IF NOT EXISTS public.d (id bigint PRIMARY KEY);' >db/migrations/003_d.sql
echo 'DROP TABLE IF EXISTS public.d;' >db/migrations/003_d_rollback.sql
git add . && git commit -q --no-verify -m d
run git merge -q --no-edit --no-verify side
mentions 'migration/collision'
