#!/usr/bin/env bash
# Several histories of migrations in one repository: init finds them, each is judged by its own layout and tried from
# its own base, and what is said of one bears its name.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin
says() { grep -qF -- "$1" "$folder/out" || fail "the output does not say '$1'"; }
silent() { ! grep -qF -- "$1" "$folder/out" || fail "the output says '$1'"; }
state() { # EXPECTED [OPTION...]
  local got
  got=$("$kairon" migrate status --format json "${@:2}" | jq -r '.migrations | map(.history + "/" + .version + "=" + .state) | join(" ")') || true
  [ "$got" = "$1" ] || { echo "$got" >"$folder/out" && fail "status is not: $1"; }
}

cd "$folder/r"
git init -q --bare ../hub
git remote add origin ../hub
git config core.hooksPath "$(dirname "$kairon")"
rmdir db/migrations
billing=services/billing/migrations
shop=services/shop/db
mkdir -p $billing $shop
printf -- '-- +goose Up\nCREATE TABLE bill (n int);\n-- +goose Down\nDROP TABLE bill;\n' >$billing/00001_bill.sql
printf -- '-- +goose Up\nALTER TABLE bill ADD COLUMN m int;\n-- +goose Down\nALTER TABLE bill DROP COLUMN m;\n' >$billing/00002_m.sql
echo 'CREATE TABLE item (n int);' >$shop/001_item.sql
echo 'DROP TABLE item;' >$shop/001_item_rollback.sql
# A host and its port are no version, and an example is not a history.
printf 'services:\n  a:\n    environment:\n      url: jdbc:postgresql://postgres:5432/x\n    image: postgres:15\n' >docker-compose.yml
mkdir -p examples/db && echo 'SELECT 1;' >examples/db/999_x.sql
git add -A
ends_with 0 "$kairon" init
says 'PostgreSQL: 15, from docker-compose.yml:5'
silent examples/db
says "migrations of billing: 2 in $billing, in the layout of goose"
says "migrations of shop: 1 in $shop, in the layout of kairon"
[ "$(git config -f .kairon migrations.billing.layout)" = goose ] || fail 'init wrote no layout'
[ "$(git config -f .kairon migrations.shop.folder)" = $shop ] || fail 'init wrote no folder'
"$kairon" doctor >"$folder/out" 2>&1 || true # what this machine lacks is no matter here
says 'migrations "billing"'
ok 'init finds both'

ends_with 0 "$kairon" check --all
ends_with 0 "$kairon" migrate test
says 'trial on embedded PostgreSQL'
says 'base: history billing: 0 earlier migrations; history shop: 0 earlier migrations'
says "$billing/00002_m.sql: passed"
says "$shop/001_item.sql: passed"
ends_with 0 "$kairon" migrate test --history shop
silent 00002_m
ends_with 2 "$kairon" migrate test --history shops
says 'use one of billing, shop'
[ "$("$kairon" migrate test --format json | jq -r '.migrations | map(.history + "/" + .version) | join(" ")')" = \
  'billing/00001_bill billing/00002_m shop/001_item' ] || fail 'the JSON report names no history'
"$kairon" migrate test --format junit >"$folder/out"
says 'name="001_item" classname="migrations.shop"'
commit base 2>"$folder/out" || fail 'a good commit is blocked'
git push -q origin HEAD:main 2>"$folder/out" || fail 'a good push is blocked'
ok 'both are tried'

# Both run in one database, and one stands on what the other makes.
printf -- '-- +goose Up\nCREATE VIEW items AS SELECT n FROM item;\n-- +goose Down\nDROP VIEW items;\n' >$billing/00003_view.sql
ends_with 0 "$kairon" migrate test
says "$billing/00003_view.sql: passed"
git config -f .kairon migrations.shop.database elsewhere
ends_with 1 "$kairon" migrate test
says 'relation "item" does not exist'
git config -f .kairon --unset migrations.shop.database
rm $billing/00003_view.sql
ok 'one stands on the other'

# By its layout: what goose reads is a syntax error to nobody, and the other history's rollback rule is not goose's.
echo 'DELETE FROM item;' >$shop/002_empty.sql
echo 'SELECT 1;' >$shop/002_empty_rollback.sql
git add -A
ends_with 1 git commit -qm bad
says "$shop/002_empty.sql:1:13: error[migration/delete-without-where]"
says '(history shop)'
silent billing
[ "$("$kairon" check --staged --format json | jq -r '.findings[0].history')" = shop ] || fail 'the finding names no history'
ok 'a bad file blocks the commit'

# A repository's second number of one history is not a collision with the other's.
echo 'SELECT n FROM nowhere;' >$shop/002_empty.sql
git add -A
ends_with 0 git commit -qm 'bad for the trial'
ends_with 1 git push -q origin HEAD:main
says "$shop/002_empty.sql:1:15: error[trial/forward]: relation \"nowhere\" does not exist"
says '(history shop)'
silent 00001_bill
echo 'CREATE TABLE nowhere (n int);' >$shop/002_empty.sql
echo 'DROP TABLE nowhere;' >$shop/002_empty_rollback.sql
git commit -qam good
ends_with 0 git push -q origin HEAD:main
ok 'a bad trial blocks the push'

# A published file of each may not change any more.
echo 'CREATE TABLE item (n bigint);' >$shop/001_item.sql
printf -- '-- +goose Up\nALTER TABLE bill ADD COLUMN m bigint;\n' >$billing/00002_m.sql
git add -A
ends_with 1 git commit -qm changed
for text in "$shop/001_item.sql" "$billing/00002_m.sql" 'error[migration/immutable]' '(history shop)' '(history billing)'; do
  says "$text"
done
git reset -q --hard
ok 'both stay as they were published'

sql 'CREATE DATABASE shop'
sql 'CREATE DATABASE bills'
git config kairon.env-dev.database "$url"
git config -f .kairon migrations.shop.database shop
git config -f .kairon migrations.billing.database bills
sql 'CREATE TABLE goose_db_version (id serial, version_id bigint, is_applied bool, tstamp timestamp DEFAULT now()); INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true)' "${url%postgres}bills"
state 'billing/00001_bill=unverified billing/00002_m=pending shop/001_item=pending shop/002_empty=pending'
state 'shop/001_item=pending shop/002_empty=pending' --history shop
ends_with 2 "$kairon" migrate up
says 'name one: --history billing|shop'
ends_with 0 "$kairon" migrate up --history shop
state 'shop/001_item=applied shop/002_empty=applied' --history shop
[ "$(sql "SELECT to_regclass('item') IS NULL")" = t ] || fail "the environment's own database was migrated"
ends_with 2 "$kairon" migrate up --history billing
says 'run: goose up'
ends_with 0 "$kairon" migrate new more --history billing
says "$billing/00003_more.sql"
rm $billing/00003_more.sql
git config -f .kairon migrations.shop.database 'host=elsewhere dbname=shop'
ends_with 2 "$kairon" migrate status
says 'invalid name'
git checkout -q .kairon
ok 'each in its database'

# What a section leaves out, and the short form next to sections, are said.
git config -f .kairon migrations.third.layout goose
git config -f .kairon kairon.migrations db/migrations
ends_with 0 "$kairon" check --all
says '[migrations "third"] has no folder'
says 'does not count next to [migrations "billing"]'
git config -f .kairon --unset kairon.migrations
git config -f .kairon migrations.third.folder nowhere
ends_with 0 "$kairon" check --all
says '[migrations "third"] folder = nowhere matches no file'
git checkout -q .kairon
git config -f .kairon --remove-section migrations.billing
git add -A
ends_with 0 git commit -qm less
says 'the gate gets weaker: [migrations "billing"] folder'
ok 'notices'
