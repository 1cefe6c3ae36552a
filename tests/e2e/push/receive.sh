#!/usr/bin/env bash
# pre-receive on the server (hooks install --server): the verdict of pre-push, in quarantine, for every line.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/../install/installed.sh"
install_suite
# Put together here, so that this file holds none.
token=ghp_$(printf '%s' q7Rk2Vb9Xc4Nd8Ls1Wm6 Tz3Hy5Jf0Gp2Ke7A)

git init -q --bare "$work/server.git"
expect 0 "$kairon" hooks install --server --repo "$work/server.git"
expect_said 'pushes to it are judged by'
expect 0 "$kairon" hooks install --server --repo "$work/server.git"
expect_said 'judged already'
expect 0 "$kairon" hooks status --repo "$work/server.git"
expect_said 'pushes to it are judged by'
output=$(cd "$work/server.git" && "$kairon" doctor --offline 2>&1 || true)
expect_said 'pushes to it are judged by'

# --- An empty server: everything is new ---
new_repository client
git remote add origin "$work/server.git"
add_good_workflow && git commit -q -m good
echo "token: $token" >leak.md && git add -A && git commit -q -m leak && git rm -q leak.md && git commit -q -m undone
expect 1 git push origin main
expect_said 'remote: '
expect_said 'error[secret/github]'
git -C "$work/server.git" rev-parse -q --verify main >/dev/null && fail 'a push that was refused arrived'
git reset -q --hard HEAD~2
expect 0 git push -q origin main
expect_silent_about 'error['

# --- Several lines, one of them bad: none arrives; a deletion needs no judgement ---
git checkout -q -b bad && break_workflow && git commit -q -m bad
git checkout -q -b fine main && git commit -q --allow-empty -m fine
expect 1 git push origin fine bad
expect_said 'error[connection/missing-node]'
git -C "$work/server.git" rev-parse -q --verify fine >/dev/null && fail 'the good one arrived'
expect 0 git push -q origin fine
expect 0 git push -q origin :fine
expect 0 git push -q origin HEAD:refs/heads/again

# --- Settings behind a link ---
git checkout -q main && ln -s /etc/hostname .kairon && git add .kairon && git commit -q -m link
expect 1 git push origin main
expect_said '.kairon:1:1: error[file/link]'
git reset -q --hard HEAD~1

# --- Tags of tags, trees, blobs and notes ---
git checkout -q main
git tag -a one -m "x" && git tag -a two -m "use $token" one
expect 1 git push origin two
expect_said 'error[secret/github]'
git update-ref refs/odd/blob "$(echo "use $token" | git hash-object -w --stdin)"
expect 1 git push origin refs/odd/blob
git update-ref refs/odd/tree "$(git rev-parse 'HEAD^{tree}')"
expect 0 git push -q origin refs/odd/tree one
git notes add -m "use $token"
expect 1 git push origin refs/notes/commits

# --- Force, and what the server has is not new ---
git commit -q --amend --allow-empty -m rewritten
expect 0 git push -q --force origin main

# --- A second user pushes from a repository of his own ---
git clone -q "$work/server.git" "$work/second"
cd "$work/second"
git config user.name Second
break_workflow && git commit -q -m "second's"
expect 1 git push origin main
expect_said 'error[connection/missing-node]'

# --- Push options count only when the server's own configuration says so ---
git -C "$work/server.git" config receive.advertisePushOptions true
expect 1 git push -o kairon.skip origin main
expect_said 'ignored: this server does not allow it'
printf '[gate]\n\tpushOptions = on\n' >.kairon && git add .kairon && git commit -q -m options
expect 1 git push -o kairon.skip origin main
git -C "$work/server.git" config kairon.gate.pushOptions on
expect 0 git push -q -o kairon.skip origin main
expect_said 'not judged: push option kairon.skip'

# --- A pinned catalogue that is missing: judged with fewer rules only when the server allows it ---
git -C "$work/server.git" update-ref refs/heads/main "$(git -C "$work/client" rev-parse main)"
git fetch -q && git reset -q --hard origin/main
printf '[kairon]\n\tn8nVersion = 1.0.99\n' >.kairon && git add .kairon && git commit -q -m pinned
expect 1 git push origin main
expect_said 'kairon catalogue update --npm 1.0.99'
git -C "$work/server.git" config kairon.gate.fewerRules on
expect 0 git push -q origin main

# --- Migrations are tried only when the server's own configuration says so ---
mkdir -p db/migrations
printf 'CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO b VALUES (1);\n' >db/migrations/001_a.sql
printf 'DROP TABLE a;\n' >db/migrations/001_a_rollback.sql
printf '[gate]\n\ttrial = on\n' >>.kairon
git add . && git commit -q -m "a migration that fails"
expect 0 git push -q origin main:untried
expect_silent_about 'trial of the migrations'
if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  git -C "$work/server.git" config kairon.gate.trial on
  expect 1 git push origin main
  expect_said 'relation "b" does not exist'
  expect_said 'push blocked at trial of the migrations'
  sed -i 2d db/migrations/001_a.sql && git commit -qam "a migration that works"
  expect 0 git push origin main
  expect_said 'trial of the migrations: passed'
  git -C "$work/server.git" config kairon.gate.trial off
fi

# --- An earlier pre-receive runs after the gate, with the same lines, and uninstall puts it back ---
expect 0 "$kairon" hooks uninstall --repo "$work/server.git"
[ ! -e "$work/server.git/hooks/pre-receive" ] || fail 'the link is still there'
write_hook "$work/server.git/hooks/pre-receive" "cat >$work/lines" 'exit 0'
expect 0 "$kairon" hooks install --server --repo "$work/server.git"
expect_said 'then the earlier pre-receive runs'
git commit -q --allow-empty -m chained && old=$(git rev-parse origin/main)
expect 0 git push -q origin main
expect_equal "$(cat "$work/lines")" "$old $(git rev-parse main) refs/heads/main"
write_hook "$work/server.git/hooks/pre-receive.before-kairon" 'echo refused by the earlier one; exit 1'
git commit -q --allow-empty -m refused
expect 1 git push origin main
expect_said 'refused by the earlier one'
expect 0 "$kairon" hooks uninstall --repo "$work/server.git"
grep -q 'refused by the earlier one' "$work/server.git/hooks/pre-receive" || fail 'the earlier hook was not put back'
finish
