#!/usr/bin/env bash
# `kairon diff` over every pair of states: none, staged, a range, a commit, a file and a commit, two files.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon

# A repository without commits: everything is new.
good A >n8n-workflows/A.json
git add .
passes "$kairon" diff --staged
mentions 'n8n-workflows/A.json  "A"  new, 2 nodes'
mentions '+ Start -> End'
passes "$kairon" diff
mentions 'new, 2 nodes'
ends_with 2 "$kairon" diff HEAD~1
mentions "'HEAD~1' is not a commit"
git commit -qm seed

passes "$kairon" diff
silent

# A rename in n8n touches the connections too, and only the rename is told.
sed -i 's/"End"/"Finish"/g' n8n-workflows/A.json
passes "$kairon" diff
mentions '> End -> Finish  (noOp)'
mentions '1 node renamed'
[[ $output != *connection* || $output == *"no table"* ]] || fail "connections that follow a rename are reported"
passes "$kairon" diff --staged
silent
git commit -qam rename
passes "$kairon" diff HEAD~1..HEAD
mentions '> End -> Finish'
passes "$kairon" diff HEAD~1...HEAD n8n-workflows
mentions '> End -> Finish'
passes "$kairon" diff HEAD~1..HEAD db
mentions 'db: no workflow and no migration on either side'
[[ $output != *'> End'* ]] || fail "a workflow outside of the named folder is shown"
passes "$kairon" diff 0000000000000000000000000000000000000000..HEAD
mentions 'new, 2 nodes'

# A file and a commit, in both orders; from a sub-folder; a file that lies elsewhere.
passes "$kairon" diff n8n-workflows/A.json HEAD~1
mentions '> End -> Finish'
passes "$kairon" diff HEAD~1 n8n-workflows/A.json
mentions '> End -> Finish'
cd n8n-workflows
passes "$kairon" diff HEAD~1..HEAD A.json
mentions '> End -> Finish'
cd ..
ends_with 2 "$kairon" diff HEAD~1..HEAD /etc/hostname
mentions 'outside of the repository'

# Two files, in a repository or not.
good A >"$sandbox/old.json"
bad A >"$sandbox/new.json"
run "$kairon" diff "$sandbox/old.json" "$sandbox/new.json"
[[ $status == 0 && $output != *workflow/name* ]] || fail "the names of two copies are compared"
mentions '- Start -> End'
mentions "+ Start -> No Such Node"
mentions 'gate: 0 errors before, 2 after'
mentions '+ error[connection/missing-node]'
mkdir "$sandbox/nowhere"
cd "$sandbox/nowhere"
run "$kairon" diff "$sandbox/old.json" "$sandbox/new.json"
[[ $status == 0 ]] || fail "two files need no repository"
mentions '- Start -> End'
ends_with 2 "$kairon" diff A..B
mentions 'needs a git repository'
cd "$sandbox/work"

# A renamed file is one file; broken JSON on one side is shown as text; a migration with its locks.
git mv n8n-workflows/A.json n8n-workflows/B.json
passes "$kairon" diff --staged
mentions 'n8n-workflows/A.json -> n8n-workflows/B.json'
git commit -qm "another name"
truncated B >n8n-workflows/B.json
run "$kairon" diff
mentions 'after: invalid JSON in line'
git checkout -q n8n-workflows/B.json
mkdir -p db/migrations
printf 'ALTER TABLE orders ADD COLUMN note text;\n' >db/migrations/001_note.sql
run "$kairon" diff
mentions '+ ALTER TABLE orders ADD COLUMN note text  (ACCESS EXCLUSIVE on orders)'

# A migration that the base has is not edited, renamed or deleted: the diff says what the gate says of it.
git checkout -q .
git clean -qfd
mkdir -p db/migrations
printf 'CREATE TABLE a (id bigint PRIMARY KEY);\n' >db/migrations/010_a.sql
printf 'DROP TABLE a;\n' >db/migrations/010_a_rollback.sql
printf 'CREATE TABLE b (id bigint PRIMARY KEY);\n' >db/migrations/011_b.sql
printf 'DROP TABLE b;\n' >db/migrations/011_b_rollback.sql
git add . && git commit -qm "two tables" --no-verify
echo 'ALTER TABLE a ADD COLUMN note text;' >>db/migrations/010_a.sql
git rm -q db/migrations/011_b.sql db/migrations/011_b_rollback.sql
git add . && git commit -qm edited --no-verify
run "$kairon" check --range HEAD~1..HEAD
mentions 'error[migration/immutable]: 010_a is already there and was changed'
run "$kairon" diff HEAD~1..HEAD
mentions 'gate: 0 errors before, 1 after'
mentions '+ error[migration/immutable] 010_a is already there and was changed'
mentions '+ error[migration/immutable] 011_b is already there and was deleted'
run "$kairon" diff HEAD..HEAD~1 db/migrations/010_a.sql
mentions '+ error[migration/immutable] 010_a is already there and was changed'
run "$kairon" diff HEAD~2..HEAD
[[ $output != *migration/immutable* ]] || fail "a migration is published that the base does not have"
# What no remote has may still change, for --staged and the work tree as for the gate.
git reset -q --soft HEAD~1
run "$kairon" diff --staged
[[ $output != *migration/immutable* ]] || fail "a migration is published that no remote has"
git update-ref refs/remotes/origin/main HEAD
run "$kairon" diff --staged
mentions '+ error[migration/immutable] 010_a is already there and was changed'
git reset -q
run "$kairon" diff
mentions '+ error[migration/immutable] 010_a is already there and was changed'

# Workflows that no setting names: by name at once, else with the work tree's .kairon; a comparison of nothing says so.
git init -q "$sandbox/flows" && cd "$sandbox/flows"
mkdir flows
good A >flows/A.json
git add . && git commit -qm first --no-verify
sed -i 's/"End"/"Finish"/g' flows/A.json
git commit -qam second --no-verify
run "$kairon" diff HEAD~1..HEAD
mentions 'nothing to compare: no workflow (n8n-workflows/*.json)'
run "$kairon" diff HEAD~1..HEAD flows/B.json
mentions 'flows/B.json: no workflow and no migration on either side'
run "$kairon" diff HEAD~1..HEAD flows/A.json
mentions '> End -> Finish'
run "$kairon" diff HEAD~1 flows/A.json
mentions '> End -> Finish'
git rm -q --cached flows/A.json
run "$kairon" diff --staged flows/A.json
mentions 'removed, 2 nodes'
git reset -q
printf '[kairon]\n\tworkflows = flows/*.json\n' >.kairon
run "$kairon" diff HEAD~1..HEAD
mentions '> End -> Finish'
