#!/usr/bin/env bash
# What a repository links to outside is not read: settings, baselines and migrations that are links to files of the
# user, whose lines messages would quote.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
seed
secret=canary-$RANDOM$RANDOM
mkdir -p "$sandbox/private/migrations"
printf '[kairon]\n\tn8nVersion = %s\n[lint "%s"]\n\tseverity = off\n' "$secret" "$secret" >"$sandbox/private/settings"
echo "CREATE TABLE \"$secret\" (id int); SELECT \"$secret\" FROM;" >"$sandbox/private/migrations/001_x.sql"
echo "$secret" >"$sandbox/private/baseline"

# quiet COMMAND...: whatever it says, nothing of the linked files is in it.
quiet() {
  run "$@"
  [[ $output != *"$secret"* ]] || fail "what a link leads to was read: $*"
}
each() {
  local command
  for command in check 'check --staged' 'check --schema' 'migrate test' 'migrate status' doctor 'report --format markdown --output -'; do
    # shellcheck disable=SC2086 # words of a command
    quiet "$build/kairon" $command
  done
  git add -A
  quiet git commit -q -m "$1"
  git reset -q --hard
}

ln -s "$sandbox/private/settings" .kairon
for command in init 'init --force' 'init --adopt'; do
  # shellcheck disable=SC2086 # words of a command
  ends_with 2 "$build/kairon" $command
  mentions 'is a symbolic link, which is not followed'
done
grep -q "n8nVersion = $secret" "$sandbox/private/settings" || fail 'init wrote through a link'
each 'linked settings'
rm -f .kairon
ln -s "$sandbox/private/baseline" baseline.json
printf '[kairon]\n\tbaseline = baseline.json\n' >.kairon
each 'a linked baseline'
rm -f .kairon baseline.json
mkdir -p db
ln -s "$sandbox/private/migrations" db/migrations
ends_with 2 "$build/kairon" migrate test
mentions 'db/migrations is a symbolic link'
each 'linked migrations'
rm -rf db
mkdir -p db/migrations
ln -s "$sandbox/private/migrations/001_x.sql" db/migrations/001_x.sql
each 'a linked migration'
printf '[kairon]\n\tmigrations = ../private/migrations\n\tschema = ../private/baseline\n' >.kairon
each 'paths that lead out'
rm -f .kairon && git reset -q --hard

# Names of variables, and cases of tests.
printf 'NAME=1\n' >.env
printf '.env\n' >.gitignore
echo "$secret=1" >"$sandbox/private/example"
ln -s "$sandbox/private/example" .env.example
each 'a linked .env.example'
rm -f .env.example
mkdir -p "$sandbox/private/tests/regression"
printf '[{"name": "%s"}]' "$secret" >"$sandbox/private/tests/regression/A.json"
ln -s "$sandbox/private/tests" n8n-workflows/tests
quiet "$build/kairon" check --coverage
each 'linked tests'
rm n8n-workflows/tests && mkdir -p n8n-workflows/tests/regression
ln -s "$sandbox/private/tests/regression/A.json" n8n-workflows/tests/regression/A.json
quiet "$build/kairon" check --coverage
each 'a linked test'
