#!/usr/bin/env bash
# From a clone to a green push in three commands: kairon init --adopt in a repository that deploys by itself, in
# a collection of workflows, in one of migrations only, and in an empty one. Afterwards a push of a README is
# green, a good change is green, and a bad one is blocked.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
for variable in $(compgen -e KAIRON_ || true); do unset "$variable"; done
install_suite
export PATH="$prefix/bin:$PATH"
has_server=
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null && has_server=yes

# story NAME: a repository with a remote that has its first commit, made from the files that stand in it.
story() {
  cd "$work/$1"
  git init -q --bare "$work/$1.git"
  git remote add origin "$work/$1.git"
  git add -A
  git commit -q --allow-empty -m "as it was"
  git push -q -u origin HEAD
  git clone -q "$work/$1.git" "$work/$1-clone" && cd "$work/$1-clone"
  # The clone of somebody who sets up the repository's own hooks, as its README says.
  [ ! -d .githooks ] || git config core.hooksPath .githooks
  typed=0
}
types() { typed=$((typed + 1)) && expect 0 "$@"; }
adopts() {
  types kairon init --adopt
  local lines
  lines=$(printf '%s\n' "$output" | wc -l)
  [ "$lines" -le 25 ] || fail "init --adopt printed $lines lines"
  expect_said 'gated now'
  local said=$output
  types git commit -q -m 'Adopt Kairon Gate'
  types git push -q
  [ "$typed" -le 3 ] || fail "$typed commands typed"
  output=$said
}
saves() { git add -A && git commit -q --no-verify -m "$1"; }
readme_passes() { echo more >>README.md && git add -A && expect 0 git commit -q -m readme && expect 0 git push -q; }
broken_workflow_is_blocked() {
  sed -i 's/"name": "Parse"/"name": "Parse Message"/' "$1" && git add -A
  expect 1 git commit -q -m broken
  expect_said "error[connection/missing-node]"
  saves broken
  expect 1 git push -q
  expect_said "error[connection/missing-node]"
  git reset -q --hard HEAD~1
}
# migrations FOLDER NUMBER: one that is good, and one that is not
good_migration_passes() {
  echo 'CREATE TABLE IF NOT EXISTS public.fresh (id bigint PRIMARY KEY);' >"$1/$2_fresh.sql"
  echo 'DROP TABLE public.fresh;' >"$1/$2_fresh_rollback.sql"
  git add -A
  expect 0 git commit -q -m migration
  expect 0 git push -q
}
bad_migration_is_blocked() {
  echo 'DROP TABLE public.fresh;' >"$1/$2_gone.sql"
  git add -A
  expect 1 git commit -q -m drop
  expect_said "error[migration/no-rollback]"
  saves drop
  expect 1 git push -q
  git reset -q --hard HEAD~1
}

# --- A repository that deploys by itself: an archive of migrations, a hook and a CI job that deploy, old findings ---
new_repository whole
add_good_workflow
cp n8n-workflows/Receive_Message.json n8n-workflows/Old_Message.json
sed -i 's/"name": "Parse"/"name": "Parse It"/; s/"Receive Message"/"Old Message"/; s/Receive_Message/Old_Message/' n8n-workflows/Old_Message.json
mkdir -p db/migrations/archive n8n-workflows-dev scripts .github/workflows
for n in 001 002 003 004; do echo "CREATE TABLE public.t$n (id bigint PRIMARY KEY);" >db/migrations/archive/${n}_t.sql; done
echo 'CREATE TABLE IF NOT EXISTS public.five (id bigint PRIMARY KEY);' >db/migrations/005_five.sql
sed 's/"Receive Message"/"Try"/' n8n-workflows/Receive_Message.json >n8n-workflows-dev/Try.json
cat >db/schema.sql <<'SQL'
BEGIN;
CREATE EXTENSION kairon_no_such_extension;
CREATE TABLE public.messages (id bigint PRIMARY KEY, body text, v kairon_vector(3));
CREATE INDEX ON public.messages USING kairon_hnsw (v kairon_ops);
GRANT SELECT ON public.messages TO somebody;
CREATE TABLE public.five (id bigint PRIMARY KEY);
COMMIT;
SQL
echo 'services: {n8n: {image: "n8nio/n8n:1.123.81"}}' >docker-compose.yml
echo "curl -X PUT \"\$URL/api/v1/workflows/1\"; echo deployed >>$work/deployments" >scripts/deploy.sh
write_hook .githooks/pre-push 'sh "$(git rev-parse --show-toplevel)/scripts/deploy.sh"'
write_hook .githooks/pre-commit 'grep -q pinData n8n-workflows/*.json && exit 1; exit 0'
write_hook .githooks/commit-msg "echo commit-msg ran >>$work/messages"
cat >.github/workflows/main.yml <<'YML'
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: npm test
  deploy:
    runs-on: ubuntu-latest
    if: github.ref == 'refs/heads/main'
    steps:
      - run: sh scripts/deploy.sh
YML
cp .github/workflows/main.yml "$work/main.yml"
cat >.gitlab-ci.yml <<'YML'
test:
  script: npm test
deploy:
  script: sh scripts/deploy.sh
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
smoke:
  needs: [deploy]
  script: sh scripts/smoke.sh
YML
cp .gitlab-ci.yml "$work/gitlab.yml"
echo whole >README.md
story whole
adopts
expect_said 'migrations: 1 in db/migrations, the last one is 005_five (also numbered: db/migrations/archive (4 files))'
expect_said '(left out: n8n-workflows-dev/*.json)'
expect_said '.githooks/pre-push: deploys workflows (scripts/deploy.sh); it does not run any more'
expect_said '.githooks/pre-commit: works on n8n-workflows'
expect_said '.github/workflows/main.yml:7: job deploy'
expect_said '.gitlab-ci.yml:3: job deploy: deploys workflows (scripts/deploy.sh)'
expect_said '.gitlab-ci.yml:7: job smoke: needs deploy'
expect_said '.kairon-baseline.json: '
expect_said '1.123.81 (docker-compose.yml:1); not pinned'
expect_said 'off         deployment and smoke tests'
[ -z "$has_server" ] || expect_said 'missingExtensions = stub'
grep -q "if: false # retired by Kairon Gate" .github/workflows/main.yml || fail 'the CI job goes on'
expect_equal "$(grep -c 'rules: \[{when: never}\] # retired by Kairon Gate' .gitlab-ci.yml)" 2
readme_passes
if [ -n "$has_server" ]; then
  good_migration_passes db/migrations 006
  bad_migration_is_blocked db/migrations 007
fi
broken_workflow_is_blocked n8n-workflows/Receive_Message.json
expect_equal "$(cat "$work/deployments" 2>/dev/null || true)" ""
[ -s "$work/messages" ] || fail 'an earlier hook that does something else is not run'
expect 0 kairon hooks status
expect_said 'retired, the gate does its work: pre-commit, pre-push'
expect 0 kairon hooks uninstall
cmp -s .github/workflows/main.yml "$work/main.yml" || fail 'uninstall does not bring the CI job back'
cmp -s .gitlab-ci.yml "$work/gitlab.yml" || fail "uninstall does not bring GitLab's jobs back"
echo x >>README.md && saves x && expect 0 git push -q
expect_equal "$(cat "$work/deployments")" deployed

# --- A collection: many folders, no migrations ---
new_repository collection
for i in $(seq 1 30); do
  mkdir -p "workflows/Area$((i % 10))"
  sed "s/\"Receive Message\"/\"Workflow $i\"/; s/Receive_Message/w$i/; s/\"path\": \"/\"path\": \"p$i-/" \
    "$demo/n8n-workflows/Receive_Message.json" >"workflows/Area$((i % 10))/w$i.json"
done
echo collection >README.md
story collection
adopts
expect_said 'workflows: 30 in workflows/**/*.json'
readme_passes
broken_workflow_is_blocked workflows/Area1/w1.json

# --- Workflows in the top folder, where the baseline lies too ---
new_repository top
sed 's/"name": "Parse"/"name": "Parse Message"/' "$demo/n8n-workflows/Receive_Message.json" >Receive_Message.json
echo top >README.md
story top
adopts
expect_said 'workflows: 1 in *.json'
[ -s .kairon-baseline.json ] || fail 'no baseline'
readme_passes

# --- Migrations only ---
new_repository tables
mkdir -p sql/migrations
echo 'CREATE TABLE IF NOT EXISTS public.messages (id bigint PRIMARY KEY);' >sql/migrations/20240101_messages.sql
echo tables >README.md
story tables
adopts
expect_said 'migrations: 1 in sql/migrations'
readme_passes
if [ -n "$has_server" ]; then
  good_migration_passes sql/migrations 20250101
  bad_migration_is_blocked sql/migrations 20250102
fi

# --- Nothing yet ---
new_repository nothing
story nothing
adopts
expect_said 'workflows: none found'
readme_passes
add_good_workflow
expect 0 git commit -q -m workflow
expect 0 git push -q
broken_workflow_is_blocked n8n-workflows/Receive_Message.json

# --- A second time: nothing changes ---
cp .kairon "$work/kairon-before"
expect 0 kairon init --adopt
cmp -s .kairon "$work/kairon-before" || fail 'a second adoption changes .kairon'
expect_said 'already gated'
finish
