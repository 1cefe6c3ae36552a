# shellcheck shell=bash disable=SC2154 # what parity.sh sets is used here
# The rows of tests/e2e/check/parity.sh: row_NAME makes a state and stages it, row names the exit statuses that the
# doors of a commit, of a range and of a push have for it.

row_clean() { good A | sed 's/\[200, 0\]/[300, 0]/' >n8n-workflows/A.json && stage; }
row clean 0 0 0
row_nothing() { :; }
row nothing 0 0 0
row_not_ours() { echo '{ broken' >docs/other.json && stage; }
row not_ours 0 0 0
row_broken() { bad A >n8n-workflows/A.json && stage; }
row broken 1 1 1
row_new_file() { bad N >n8n-workflows/N.json && stage; }
row new_file 1 1 1
row_truncated() { truncated A >n8n-workflows/A.json && stage; }
row truncated 1 1 1
row_empty_file() { : >n8n-workflows/A.json && stage; }
row empty_file 1 1 1
row_no_workflow() { echo '[1, 2]' >n8n-workflows/A.json && stage; }
row no_workflow 1 1 1
row_bom() { (printf '\xef\xbb\xbf' && good A) >n8n-workflows/A.json && stage; }
row bom 0 0 0
row_invalid_utf8() { good A | sed 's/"name": "A"/"name": "A\xff"/' >n8n-workflows/A.json && stage; }
row invalid_utf8 1 1 1
row_deep() { (printf '%0.s[' {1..3000}) >n8n-workflows/A.json && stage; }
row deep 1 1 1
row_warning() { good A | sed 's/"End", "type": "n8n-nodes-base.noOp"/"End", "onError": "continueErrorOutput", "type": "n8n-nodes-base.noOp"/' >n8n-workflows/A.json && stage; }
row warning 0 0 0
row_lfs_pointer() { printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 1\n' 1 >n8n-workflows/A.json && stage; }
row lfs_pointer 1 1 1

# Conflicts, links, names
row_unmerged() {
  bad A >n8n-workflows/A.json && history
  local ours
  ours=$(git rev-parse HEAD)
  git checkout -q -b side HEAD~1 && truncated A >n8n-workflows/A.json && history
  git merge "$ours" || true
}
row unmerged 1 - -
row_unmerged_elsewhere() {
  echo ours >docs/readme.md && history
  local ours
  ours=$(git rev-parse HEAD)
  git checkout -q -b side HEAD~1 && echo theirs >docs/readme.md && history
  git merge "$ours" || true
}
row unmerged_elsewhere 0 - -
row_symlink() { rm n8n-workflows/A.json && ln -s ../elsewhere.json n8n-workflows/A.json && stage; }
row symlink 1 1 1
row_symlinked_folder() { mv n8n-workflows elsewhere && ln -s elsewhere n8n-workflows && stage; }
row symlinked_folder 1 1 1
row_submodule() {
  git rm -rq n8n-workflows && git init -q n8n-workflows && git -C n8n-workflows commit -q --no-verify --allow-empty -m x && git add n8n-workflows
}
row submodule 1 1 1
row_odd_name() { bad A >n8n-workflows/$'Ä "x"\n.json' && stage; }
row odd_name 1 1 1
row_executable() { chmod +x n8n-workflows/A.json && stage; }
row executable 0 0 0
row_intent_to_add() { bad N >n8n-workflows/N.json && git add -N n8n-workflows/N.json; }
row intent_to_add 0 - -
row_work_tree_differs() { bad A >n8n-workflows/A.json && stage && good A >n8n-workflows/A.json; }
row work_tree_differs 1 1 1
row_work_tree_broken() { good A | sed 's/\[200, 0\]/[300, 0]/' >n8n-workflows/A.json && stage && bad A >n8n-workflows/A.json; }
row work_tree_broken 0 0 0

# What a change breaks elsewhere
row_renamed() { git mv n8n-workflows/A.json n8n-workflows/B.json; }
row renamed 0 0 0
row_renamed_callee() { sed -i 's/"name": "Store"/"name": "Shop"/' n8n-workflows/Store.json && git mv n8n-workflows/Store.json n8n-workflows/Shop.json && stage; }
row renamed_callee 1 1 1
row_removed_callee() { git rm -q n8n-workflows/Store.json; }
row removed_callee 1 1 1
row_removed_last() { git rm -q n8n-workflows/A.json; }
row removed_last 0 0 0
row_unknown_callee() { sed -i 's/"cachedResultName": "Store"/"cachedResultName": "Stor"/' n8n-workflows/Report.json && stage; }
row unknown_callee 1 1 1
row_same_name() { good A >n8n-workflows/B.json && stage; }
row same_name 1 1 1
row_no_variables() { git rm -q .env.example; }
row no_variables 0 0 0

# What was there before counts where it is changed, and at a push as a whole
row_old_elsewhere() { bad Old >n8n-workflows/Old.json && history && git update-ref refs/remotes/origin/main HEAD && from=$(git rev-parse HEAD) && row_clean; }
row old_elsewhere 0 0 1
row_old_touched() { row_old_elsewhere && bad Old | sed 's/\[200, 0\]/[300, 0]/' >n8n-workflows/Old.json && stage; }
row old_touched 1 1 1
row_baseline() { bad Old >n8n-workflows/Old.json && baseline && history && git update-ref refs/remotes/origin/main HEAD && from=$(git rev-parse HEAD) && row_clean; }
row baseline 0 0 0
row_baseline_touched() { row_baseline && bad Old | sed 's/\[200, 0\]/[300, 0]/' >n8n-workflows/Old.json && stage; }
row baseline_touched 0 0 0
row_baseline_new() { row_baseline && bad New >n8n-workflows/New.json && stage; }
row baseline_new 1 1 1
row_baseline_secret() { leaky Leak >n8n-workflows/Leak.json && baseline && stage; }
row baseline_secret 1 1 1
row_baseline_gone() { row_clean && settings '[kairon]\n\tbaseline = known.json\n' && stage; }
row baseline_gone 2 2 2
row_baseline_damaged() { row_baseline_gone && echo '{' >known.json && stage; }
row baseline_damaged 2 2 2
row_suppressed() { migration 002_drop "set lock_timeout = '1s'; set statement_timeout = '1s';"$'\n''alter table shop.orders drop column note; -- kairon: allow migration/ban-drop-column nobody reads it' && stage; }
row suppressed 0 0 0

# Secrets and the history
row_leak() { leaky A >n8n-workflows/A.json && stage; }
row leak 1 1 1
row_leak_and_undo() { leaky A >n8n-workflows/A.json && history && git checkout -q "$from" -- n8n-workflows; }
row leak_and_undo 0 1 1
row_leak_elsewhere() { echo "token: $token" >docs/setup.md && stage; }
row leak_elsewhere 0 1 1
row_leak_in_message() { stage && commit "use $token"; }
row leak_in_message 0 1 1
row_pinned() { pinned N >n8n-workflows/N.json && stage; }
row pinned 1 1 1

# Migrations
row_migration() { migration 002_note 'alter table shop.orders add column note text;' && stage; }
row migration 0 0 0
row_migration_syntax() { migration 002_note 'alter tabel shop.orders;' && stage; }
row migration_syntax 1 1 1
row_migration_changed() { echo 'select 2;' >>db/migrations/001_init.sql && stage; }
row migration_changed 1 1 1
row_migration_removed() { git rm -q db/migrations/001_init.sql; }
row migration_removed 1 1 1
row_migration_collision() { row_migration && migration 002_other 'select 1;' && stage; }
row migration_collision 1 1 1
row_no_rollback() { row_migration && git rm -q --cached db/migrations/002_note_rollback.sql; }
row no_rollback 1 1 1

# Settings
row_severity() { row_broken && settings '[lint "connection/missing-node"]\n\tseverity = warning\n[lint "node/unreachable"]\n\tseverity = off\n' && stage; }
row severity 0 0 0
row_stricter() { row_warning && settings '[lint "connection/error-output"]\n\tseverity = error\n' && stage; }
row stricter 1 1 1
row_settings_only() { settings '[lint "connection/missing-node"]\n\tseverity = loud\n' && stage; }
row settings_only 2 2 2
row_settings_syntax() { row_clean && settings '[kairon\n' && stage; }
row settings_syntax 2 2 2
row_settings_not_staged() { row_clean && settings '[kairon\n'; }
row settings_not_staged 0 0 0
row_more_folders() { settings '[kairon]\n\tworkflows = n8n-workflows/*.json\n\tworkflows = flows/*.json\n' && mkdir flows && bad F >flows/F.json && stage; }
row more_folders 1 1 1
row_catalogue_missing() { row_clean && settings '[kairon]\n\tn8nVersion = 1.0.99\n' && stage; }
row catalogue_missing 0 3 3
row_postgres_version() { row_migration && settings '[kairon]\n\tpostgresVersion = nine\n' && stage; }
row postgres_version 2 2 2

# Bases
row_zeros() { row_clean; }
row zeros 0 0 0 zeros
row_zeros_broken() { row_broken; }
row zeros_broken 1 1 1 zeros
row_empty_tree() { row_clean; }
row empty_tree 0 0 0 empty-tree
row_empty_tree_leak() { row_leak_and_undo; }
row empty_tree_leak 0 1 1 empty-tree
row_absent() { row_broken; }
row absent 1 1 1 absent
row_unborn() { git checkout -q --orphan young && stage && row_broken; }
row unborn 1 1 1 zeros

# What git keeps in another way
row_split_index() { git update-index --split-index && row_broken; }
row split_index 1 1 1
row_sparse() { git sparse-checkout set --cone --sparse-index docs && git update-index --cacheinfo "100644,$(bad A | git hash-object -w --stdin),n8n-workflows/A.json"; }
row sparse 1 1 1
row_index_v4() { git update-index --index-version 4 && row_broken; }
row index_v4 1 1 1
row_no_checksum() {
  row_broken
  local size
  size=$(stat -c %s .git/index)
  dd if=/dev/zero of=.git/index bs=1 seek=$((size - 20)) count=20 conv=notrunc
}
row no_checksum 1 1 1
row_truncated_index() { row_broken && truncate -s -30 .git/index; }
row truncated_index 3 - -
row_packed() { row_broken && commit below && git repack -adq && git pack-refs --all; }
row packed 0 1 1
row_linked_worktree() { git worktree add -q ../linked-"$rows" -b linked && cd ../linked-"$rows" && row_broken; }
row linked_worktree 1 1 1
row_lost_object() { row_broken && lose "$(git rev-parse :n8n-workflows/A.json)"; }
row lost_object 3 3 3
row_lost_base() { row_clean && rm -rf .git/kairon && lose "$(git rev-parse HEAD:n8n-workflows/A.json)"; }
row lost_base 0 0 0
