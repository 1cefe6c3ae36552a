#!/usr/bin/env bash
# kairon backup on a real server: what is in it, what a killed, full, interrupted or second run leaves.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/support/postgres.sh
. "$here/../support/postgres.sh"
postgres_begin
kairon=${KAIRON_BUILD_DIR:-$here/../../build-debug}/kairon

sql postgres "CREATE ROLE app LOGIN PASSWORD 'hidden-secret'"
sql postgres "CREATE DATABASE shop OWNER app"
sql shop "CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) SELECT md5(i::text) || repeat('x', i % 50) FROM generate_series(1, 30000) i; CREATE TABLE \"Odd name\" (d date) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF \"Odd name\" FOR VALUES FROM ('2020-01-01') TO ('2030-01-01'); INSERT INTO \"Odd name\" VALUES ('2025-05-05')"
mkdir "$folder/r" && cd "$folder/r"
git init -q .
store=$folder/backups/prod
git config kairon.backup.directory "$folder/backups"
git config kairon.env-prod.database "postgresql://app:hidden-secret@/shop?host=$socket"
sql shop 'ALTER TABLE t OWNER TO app; ALTER TABLE "Odd name" OWNER TO app; ALTER TABLE p1 OWNER TO app'
all() { find "$store" -mindepth 1 -maxdepth 1 -name '2*' | sort; }
newest() { all | tail -1; }

# What a good run leaves.
ends_with 0 "$kairon" backup --quiet
[ "$(wc -l <"$folder/out")" = 1 ] || fail '--quiet is not one line'
says 'backup prod: ok'
says '2 tables, 30001 rows'
first=$(newest)
[ "$(stat -c %a "$first" "$first"/* | sort | uniq -c | tr -s ' \n' ' ')" = ' 3 600 1 700 ' ] || fail "modes: $(stat -c '%a %n' "$first" "$first"/*)"
(cd "$first" && sha256sum --quiet -c SHA256SUMS) || fail 'SHA256SUMS does not match'
"$bin/pg_restore" -l "$first/database.dump" | grep -q 'TABLE DATA public t' || fail 'the dump lacks t'
jq -e '.version == 1 and .database.major > 9 and (.database.tables | any(. == ["public.t", 30000])) and .database.schema_sha256 != ""' "$first/manifest.json" >/dev/null || fail 'manifest'
[ "$(cat "$folder/backups/.gitignore")" = '*' ] || fail 'the folder could be committed'
ok 'complete, private, with checksums and a manifest'

# Rows are counted in the dump's own snapshot: writers at work change nothing.
(while :; do sql shop "INSERT INTO t (v) SELECT 'new' FROM generate_series(1, 50)" >/dev/null 2>&1 || exit 0; done) &
writer=$!
rounds=3
for ((i = 0; i < rounds; i++)); do
  ends_with 0 "$kairon" backup
  dump=$(newest)
  counted=$(jq '.database.tables[] | select(.[0] == "public.t")[1]' "$dump/manifest.json")
  dumped=$("$bin/pg_restore" -f - --data-only -t t "$dump/database.dump" | sed -n '/^COPY/,/^\\\.$/p' | wc -l)
  [ "$counted" = "$((dumped - 2))" ] || fail "counted $counted, dumped $((dumped - 2))"
done
kill "$writer" && wait "$writer" 2>/dev/null || true
ok 'rows and dump are of one moment, with a writer at work'

# The password is in no process's arguments.
sql shop "CREATE TABLE big AS SELECT i, repeat(md5(i::text), 20) AS v FROM generate_series(1, 150000) i; ALTER TABLE big OWNER TO app"
# hold: a lock keeps pg_dump waiting, so that there is time to look, until release.
hold() {
  sql shop 'BEGIN; LOCK TABLE big; SELECT pg_sleep(600)' >/dev/null 2>&1 &
  locker=$!
  until [ "$(sql shop "SELECT count(*) FROM pg_locks WHERE relation = 'big'::regclass AND granted")" = 1 ]; do sleep 0.05; done
}
release() {
  sql shop "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'big'::regclass AND granted" >/dev/null
  wait "$locker" || true
}
# dumping PID: waits until that run's pg_dump waits for the lock; fails when the run ends before
dumping() {
  until [ "$(sql shop "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.application_name = 'pg_dump'")" = 1 ]; do
    kill -0 "$1" 2>/dev/null || fail 'the backup ended without waiting for the lock'
    sleep 0.05
  done
}
hold
"$kairon" backup >"$folder/out" 2>&1 &
run=$!
dumping "$run"
ps -eo args >"$folder/ps"
grep -q "pg_dump.*$socket" "$folder/ps" || fail 'pg_dump was not seen: this check saw nothing'
! grep -qE '(kairon|pg_dump).*hidden-secret' "$folder/ps" || fail "a password in argv: $(grep hidden-secret "$folder/ps")"
release
wait "$run" || fail 'the backup failed'
! grep -rq hidden-secret "$folder/backups" "$folder/out" || fail 'a password was written down'
ok 'no password in argv, output or manifest'

# kill -9 in the middle: nothing that looks like a backup; the next run clears up.
before=$(all)
rounds=3
if [ "${KAIRON_FULL:-0}" = 1 ]; then rounds=50; fi
for ((i = 0; i < rounds; i++)); do
  "$kairon" backup >/dev/null 2>&1 &
  run=$!
  for ((tries = 0; tries < 500; tries++)); do
    if compgen -G "$store/.part-*/database.dump" >/dev/null; then break; fi
    sleep 0.01
  done
  sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
  kill -9 "$run" 2>/dev/null || true
  wait "$run" 2>/dev/null || true
  for backup in $(all); do (cd "$backup" && sha256sum --quiet -c SHA256SUMS) || fail 'half a backup under a real name'; done
done
[ "$(all)" = "$before" ] || echo "note: a run was done before it was killed"
for ((tries = 0; tries < 300; tries++)); do
  if ! pgrep -f "pg_dump.*$socket" >/dev/null; then break; fi
  sleep 0.1
done
! pgrep -f "pg_dump.*$socket" >/dev/null || fail 'pg_dump outlived its parent'
ends_with 0 "$kairon" backup
! compgen -G "$store/.part-*" >/dev/null || fail 'stale files stayed'
ok "kill -9 in the middle of a dump ($rounds rounds): no half backup, cleared up by the next run"

# SIGINT: cleans up after itself.
before=$(all)
hold
setsid "$kairon" backup >"$folder/out" 2>&1 &
run=$!
dumping "$run"
compgen -G "$store/.part-*/database.dump" >/dev/null || fail 'no dump is under way'
kill -INT "$run"
status=0 && wait "$run" || status=$?
release
[ "$status" = 130 ] || fail "SIGINT ended with $status"
! compgen -G "$store/.part-*" >/dev/null || fail 'SIGINT left something'
[ "$(all)" = "$before" ] || fail 'SIGINT changed the backups'
ok 'SIGINT in the middle: 130, nothing left'

# Two at once.
hold
"$kairon" backup >"$folder/first" 2>&1 &
run=$!
dumping "$run"
export KAIRON_NOTIFY_URL=http://127.0.0.1:1/x
ends_with 3 "$kairon" backup --quiet
says 'backup prod: left out, another backup or restore of prod is running'
! grep -q 'no notification was sent' "$folder/out" || fail 'people are told of it'
ends_with 3 env KAIRON_ENV_PROD_DATABASE="host=$folder/nowhere dbname=x" KAIRON_BACKUP_DIRECTORY="$folder/others" "$kairon" backup --quiet
says 'no notification was sent' # so they would have been
unset KAIRON_NOTIFY_URL
release
wait "$run" || fail 'the first of two failed'
ok 'two at once: the second says so and leaves'

# A full disk.
if [ "$(id -u)" = 0 ] && mkdir "$folder/small" && mount -t tmpfs -o size=2m,mode=700 tmpfs "$folder/small" 2>/dev/null; then
  ends_with 0 env KAIRON_BACKUP_DIRECTORY="$folder/small" KAIRON_ENV_PROD_DATABASE="host=$socket user=postgres dbname=postgres" "$kairon" backup
  kept=$(find "$folder/small/prod" -name '2*' -type d)
  ends_with 3 env KAIRON_BACKUP_DIRECTORY="$folder/small" "$kairon" backup
  says 'No space left'
  [ "$(find "$folder/small/prod" -name '2*' -type d)" = "$kept" ] || fail 'a full disk changed the backups'
  ! compgen -G "$folder/small/prod/.part-*" >/dev/null || fail 'a full disk left half a backup'
  (cd "$kept" && sha256sum --quiet -c SHA256SUMS) || fail 'the older one is broken'
  ends_with 3 env KAIRON_BACKUP_DIRECTORY="$folder/small" KAIRON_BACKUP_ENCRYPTTO=age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p "$kairon" backup
  [ "$(find "$folder/small/prod" -name '2*' -type d)" = "$kept" ] || fail 'a full disk changed the backups'
  umount "$folder/small"
  ok 'a full disk: said so, nothing half, the older one untouched'
else
  echo 'note: no tmpfs here, the full disk is left out'
fi

# Damage is seen and named.
keep=$(newest)
cp -a "$keep" "$store/20250101T000000Z" && truncate -s -100 "$store/20250101T000000Z/database.dump"
cp -a "$keep" "$store/20250102T000000Z" && flip "$store/20250102T000000Z/database.dump" 3000
cp -a "$keep" "$store/20250103T000000Z" && rm "$store/20250103T000000Z/manifest.json"
cp -a "$keep" "$store/20250104T000000Z" && rm "$store/20250104T000000Z/database.dump"
ends_with 1 "$kairon" backup list --verify
says '20250101T000000Z.*DAMAGED: database.dump has .* bytes'
says '20250102T000000Z.*DAMAGED: database.dump is not what was written'
says '20250103T000000Z.*DAMAGED: the manifest cannot be read'
says '20250104T000000Z.*DAMAGED: database.dump is missing'
says "$(basename "$keep").*checksums right"
ok 'truncated, flipped, without manifest, without dump: each named'
ends_with 0 "$kairon" backup --dry-run
says 'would delete 20250101T000000Z .damaged.'
[ -d "$store/20250101T000000Z" ] || fail '--dry-run deleted'
ends_with 0 "$kairon" backup
[ ! -d "$store/20250101T000000Z" ] && [ -d "$store/20250102T000000Z" ] || fail 'rotation'
[ -d "$(newest)" ] || fail 'nothing is left'
ok 'rotation, foretold by --dry-run'

# Encryption; off-site copy.
if command -v age-keygen >/dev/null; then
  age-keygen -o "$folder/identity" 2>/dev/null
  ends_with 0 env KAIRON_BACKUP_ENCRYPTTO="$(age-keygen -y "$folder/identity")" "$kairon" backup
  sealed=$(newest)
  [ "$(head -c 21 "$sealed/database.dump.age")" = 'age-encryption.org/v1' ] || fail 'not encrypted'
  ! grep -rqa PGDMP "$store"/.[a-z]* "$sealed" 2>/dev/null || fail 'plain text is there'
  age -d -i "$folder/identity" "$sealed/database.dump.age" | sha256sum | grep -q "$(jq -r .database.file.content_sha256 "$sealed/manifest.json")" || fail 'content_sha256'
  ok 'age: only the encrypted dump is on the disk'
else
  echo 'note: no age here'
fi
if command -v gpg >/dev/null; then
  mkdir -m 700 "$folder/gpg"
  export GNUPGHOME=$folder/gpg
  gpg --batch --quiet --passphrase '' --quick-gen-key backup@example.org default default never 2>/dev/null
  ends_with 0 env KAIRON_BACKUP_ENCRYPTTO=backup@example.org "$kairon" backup
  sealed=$(newest)
  gpg --batch --quiet -d "$sealed/database.dump.gpg" >"$folder/plain" 2>/dev/null
  [ "$(head -c 5 "$folder/plain")" = PGDMP ] || fail 'gpg'
  gpgconf --kill all 2>/dev/null || true
  ok 'gpg'
fi
ends_with 2 env KAIRON_BACKUP_OFFSITECOMMAND="cp -r '{path}" "$kairon" backup --dry-run
mkdir "$folder/away"
ends_with 0 env KAIRON_BACKUP_OFFSITECOMMAND="cp -r {path} $folder/away/" "$kairon" backup
says 'copied off-site'
(cd "$folder/away"/2* && sha256sum --quiet -c SHA256SUMS) || fail 'the copy'
# shellcheck disable=SC2016
ends_with 1 env KAIRON_BACKUP_OFFSITECOMMAND='cp -r {path} $(touch /nowhere/x);' "$kairon" backup
says 'the off-site copy failed'
says 'INCOMPLETE'
ends_with 0 "$kairon" backup list
says 'INCOMPLETE: the off-site copy failed'
if command -v rclone >/dev/null; then
  ends_with 0 env RCLONE_CONFIG=/dev/null KAIRON_BACKUP_OFFSITECOMMAND="rclone copy {path} :local:$folder/cloud/{name}" "$kairon" backup
  (cd "$folder/cloud/prod"/2* && sha256sum --quiet -c SHA256SUMS) || fail 'rclone'
fi
ok 'off-site copy, without a shell'

# Refusals.
chmod 777 "$folder/backups/prod"
ends_with 3 "$kairon" backup
says 'can be written to by others'
chmod 700 "$folder/backups/prod"
ends_with 3 env KAIRON_ENV_PROD_DATABASE="host=$folder/nowhere dbname=x" "$kairon" backup
ends_with 3 env KAIRON_POSTGRES_BIN=/nonexistent "$kairon" backup
says 'pg_dump [0-9]* is not installed here'
says 'postgresql-client-'
sql shop 'CREATE TABLE closed (a int)'
ends_with 3 "$kairon" backup
says 'permission denied for table closed'
sql shop 'DROP TABLE closed'
printf '[backup]\n\tencryptTo = age1evil\n' >.kairon
ends_with 0 "$kairon" backup
[ -e "$(newest)/database.dump" ] || fail 'a committed recipient was taken'
rm .kairon
ok 'refusals say what mends them'

# Before migrations of an environment with backups one is taken, or is young.
mkdir -p db/migrations
echo 'CREATE TABLE m1 (id int);' >db/migrations/001_a.sql
ends_with 0 "$kairon" migrate up --env prod
says 'backup of .* ago'
rm -rf "$store"/2*
echo 'CREATE TABLE m2 (id int);' >db/migrations/002_b.sql
ends_with 0 "$kairon" migrate up --env prod
says 'backup taken in'
[ "$(jq -r .reason "$(newest)/manifest.json")" = 'before migrations' ] || fail 'reason'
pinned=$(newest)
ends_with 0 "$kairon" backup
[ -d "$pinned" ] || fail "the next backup pushed out the one before migrations"
rm -rf "$store"/2*
echo 'CREATE TABLE m3 (id int);' >db/migrations/003_c.sql
echo 'DROP TABLE m3;' >db/migrations/003_c_rollback.sql
ends_with 1 env KAIRON_BACKUP_DIRECTORY=/proc/nowhere "$kairon" migrate up --env prod
says 'none could be taken'
[ "$(sql shop "SELECT to_regclass('m3') IS NULL")" = t ] || fail 'migrated without a backup'
ends_with 0 "$kairon" migrate up --env prod --no-backup
ends_with 1 env KAIRON_BACKUP_DIRECTORY=/proc/nowhere "$kairon" migrate down --env prod --yes
[ "$(sql shop "SELECT to_regclass('m3') IS NOT NULL")" = t ] || fail 'undone without a backup'
ends_with 0 "$kairon" migrate down --env prod --yes
ok 'migrate up takes one first, and down'
echo ok
