#!/usr/bin/env bash
# A real push to a real bare remote: a migration is tried on a throw-away PostgreSQL before it leaves.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
  echo "skipped: PostgreSQL's server is not installed (apt-get install postgresql)"
  exit 77
fi
seed
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
passes git push -q origin main
published=$(git rev-parse HEAD)

mkdir -p db/migrations
cat >db/migrations/001_note.sql <<'SQL'
CREATE TABLE IF NOT EXISTS public.note (id bigint PRIMARY KEY, body text NOT NULL);
COMMENT ON TABLE public.note IS 'what was noted';
SQL
echo 'DROP TABLE IF EXISTS public.note;' >db/migrations/001_note_rollback.sql
git add . && git commit -q --no-verify -m good
good=$(git rev-parse HEAD)
passes git push -q origin main
[[ $output != *'passed before'* ]] || fail 'the first push was answered from memory'

# To another branch of the same remote: the same commits are not tried again, until something that decides changes.
again() { passes "$sandbox/hooks/pre-push" origin url <<<"refs/heads/x $good refs/heads/x $published"; }
again && mentions 'passed before for these commits'
git config kairon.missingExtensions stub
again && mentions 'trial of the migrations: passed ('
git config --unset kairon.missingExtensions
KAIRON_POSTGRES_BIN=/nonexistent run "$sandbox/hooks/pre-push" origin url <<<"refs/heads/x $good refs/heads/x $published"
[[ $status == 3 ]] || fail "without a server: exit $status instead of 3"
published=$(git rev-parse HEAD)

# The rollback forgets the comment: only a server can tell.
echo "COMMENT ON TABLE public.note IS 'every note';" >db/migrations/002_comment.sql
echo 'COMMENT ON TABLE public.note IS NULL;' >db/migrations/002_comment_rollback.sql
git add . && git commit -q --no-verify -m bad
run git push origin main
[[ $status != 0 ]] || fail 'a migration was pushed whose rollback does not restore the comment'
[[ $(git -C "$sandbox/remote.git" rev-parse main) == "$published" ]] || fail 'the remote moved'
mentions comment

# KAIRON_SKIP says so and lets it through once.
KAIRON_SKIP=trial run git push --dry-run origin main
[[ $status == 0 ]] || fail 'KAIRON_SKIP=trial did not skip the trial'
mentions "skipped"

echo "COMMENT ON TABLE public.note IS 'what was noted';" >db/migrations/002_comment_rollback.sql
git add . && git commit -q --no-verify -m mended
passes git push -q origin main

# The same on a server that the developer names; the named database stays as it is.
bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | sort -V | tail -1)")
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups) && chmod 755 "$sandbox"; fi
mkdir -m 777 "$sandbox/pg"
trap '"${as[@]}" "$bin/pg_ctl" -D "$sandbox/pg/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$sandbox"' EXIT
"${as[@]}" "$bin/initdb" -D "$sandbox/pg/data" -U postgres -A trust --no-sync >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$sandbox/pg/data" -w -l "$sandbox/pg/log" -o "-c listen_addresses= -c unix_socket_permissions=0777 -k $sandbox/pg -c fsync=off" start >/dev/null
psql -X -q -d "host=$sandbox/pg user=postgres dbname=postgres" -c 'CREATE ROLE tester LOGIN CREATEDB'
export KAIRON_TEST_DATABASE_URL="host=$sandbox/pg user=tester dbname=postgres"
published=$(git rev-parse HEAD)
echo "COMMENT ON COLUMN public.note.body IS 'text';" >db/migrations/003_body.sql
echo 'SELECT 1;' >db/migrations/003_body_rollback.sql
git add . && git commit -q --no-verify -m 'forgets the comment'
run git push origin main
[[ $status != 0 ]] || fail 'a migration was pushed whose rollback forgets a comment on a column'
[[ $(git -C "$sandbox/remote.git" rev-parse main) == "$published" ]] || fail 'the remote moved'
mentions 'comment table column public.note.body'
mentions 'scratch database on'
echo 'COMMENT ON COLUMN public.note.body IS NULL;' >db/migrations/003_body_rollback.sql
git add . && git commit -q --no-verify -m mended
passes git push -q origin main
