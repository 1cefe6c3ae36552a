#!/usr/bin/env bash
# A history of 300 migrations in one trial, next to what its own statements took (budget: 1.5 x their sum and 60 ms for
# each migration), and the lint of 1,000 files next to squawk from npm, in the same run. Medians of ROUNDS (default 3).
# Usage: migrations.sh [BUILD_DIR]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kairon=$(cd "${1:-$here/../../build}" && pwd)/kairon
compgen -G '/usr/lib/postgresql/*/bin' >/dev/null || { echo 'skipped: no PostgreSQL server is installed' && exit 77; }
command -v jq >/dev/null || { echo 'skipped: jq is not installed' && exit 77; }
rounds=${ROUNDS:-3}
history=${HISTORY:-300}
files=${FILES:-1000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null
unset KAIRON_TEST_DATABASE_URL
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

mkdir -p "$folder/history/m"
cd "$folder/history"
git init -q .
git config -f .kairon kairon.layout golang-migrate
git config -f .kairon kairon.migrations m
for ((i = 1; i <= history; i++)); do
  case $((i % 3)) in
    1)
      echo "CREATE TABLE t$i (id bigint PRIMARY KEY, name text NOT NULL, at timestamptz DEFAULT now());" >"m/${i}_t.up.sql"
      echo "DROP TABLE t$i;" >"m/${i}_t.down.sql"
      ;;
    2)
      echo "CREATE INDEX i$i ON t$((i - 1)) (name); INSERT INTO t$((i - 1)) (id, name) SELECT g, 'n' || g FROM generate_series(1, 100) g;" >"m/${i}_i.up.sql"
      echo "DELETE FROM t$((i - 1)); DROP INDEX i$i;" >"m/${i}_i.down.sql"
      ;;
    *)
      echo "ALTER TABLE t$((i - 2)) ADD COLUMN n int NOT NULL DEFAULT 0; ALTER TABLE t$((i - 2)) ADD CHECK (n >= 0);" >"m/${i}_c.up.sql"
      echo "ALTER TABLE t$((i - 2)) DROP COLUMN n;" >"m/${i}_c.down.sql"
      ;;
  esac
done
for ((round = 0; round < rounds; round++)); do
  "$kairon" migrate test --format json >"$folder/report" 2>/dev/null || { cat "$folder/report" && exit 1; }
  jq -r '.elapsed_ms' "$folder/report" >>"$folder/elapsed"
  jq -r '[.migrations[].statements[].ms] | add' "$folder/report" >>"$folder/own"
done
[ "$(jq '[.migrations[] | select(.verdict == "passed")] | length' "$folder/report")" = "$history" ] ||
  { echo 'a migration did not pass' && exit 1; }
elapsed=$(median <"$folder/elapsed")
own=$(median <"$folder/own")
awk -v n="$history" -v t="$elapsed" -v own="$own" 'BEGIN {
  budget = 1.5 * own + 60 * n
  printf "history of %d: %.0f ms, %.1f ms each; own statements %.0f ms; %.2f x the budget of %.0f ms\n", n, t, t / n, own, t / budget, budget
}'

version=2.66.0
case $(uname -m) in
  x86_64) machine=x64 ;;
  aarch64) machine=arm64 ;;
  *) echo "skipped in part: no squawk for $(uname -m)" && exit 0 ;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/test-squawk
file=$cache/squawk-cli-linux-$machine-$version.tgz
if [ ! -e "$file" ]; then
  mkdir -p "$cache"
  (cd "$folder" && npm pack --silent "@squawk-cli/linux-$machine@$version" >/dev/null 2>&1 && mv ./*.tgz "$file") ||
    { echo "skipped in part: npm cannot fetch @squawk-cli/linux-$machine@$version" && exit 0; }
fi
tar -xzf "$file" -C "$folder"
chmod +x "$folder/package/bin/squawk"
mkdir -p "$folder/lint/m"
cd "$folder/lint"
git init -q .
git config -f .kairon kairon.layout golang-migrate
git config -f .kairon kairon.migrations m
for ((i = 1; i <= files; i++)); do
  {
    echo "CREATE TABLE shop.t$i (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    for column in a b c d e f g h; do echo ", column_$column text NOT NULL DEFAULT 'value $i'"; done
    echo ');'
    for column in a b c; do echo "CREATE INDEX CONCURRENTLY IF NOT EXISTS i${i}_$column ON shop.t$i (column_$column) WHERE column_$column <> '';"; done
    echo "ALTER TABLE shop.old ADD COLUMN n$i int; COMMENT ON TABLE shop.t$i IS 'what it holds';"
    echo "INSERT INTO shop.t$i (column_a) VALUES ('one'), ('two'), ('three'), ('four');"
  } >"m/${i}_t.up.sql"
done
git add -A
cpu() { # FILE COMMAND...: user and system time in ms, of children too
  local out=$1
  shift
  TIMEFORMAT="%U %S"
  { time "$@" >/dev/null 2>&1 || true; } 2>"$folder/time"
  awk '{ printf "%.0f\n", ($1 + $2) * 1000 }' "$folder/time" >>"$out"
}
checked=0
"$kairon" check --all >"$folder/checked" || checked=$?
[ "$checked" -le 1 ] || { cat "$folder/checked" && exit 1; }
for ((round = 0; round < rounds; round++)); do
  rm -rf .git/kairon
  cpu "$folder/ours" "$kairon" check --all
  cpu "$folder/again" "$kairon" check --all
  cpu "$folder/squawk" "$folder/package/bin/squawk" m/*.sql
done
printf 'lint of %d files, CPU: %s ms, unchanged %s ms; squawk %s ms\n' "$files" "$(median <"$folder/ours")" \
  "$(median <"$folder/again")" "$(median <"$folder/squawk")"
