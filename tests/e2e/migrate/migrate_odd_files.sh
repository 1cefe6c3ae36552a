#!/usr/bin/env bash
# Files that nobody means to commit, and that some do: without a statement, cut off, dumped, without their other half.
# The lint and the trial agree on each, and none keeps the others from a verdict.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_alone
says() { grep -qF -- "$1" "$folder/out" || fail "the output does not say '$1'"; }
says_not() { if grep -qF -- "$1" "$folder/out"; then fail "the output says '$1'"; fi; }
cd "$folder/r"
git config -f .kairon kairon.layout golang-migrate
git config -f .kairon kairon.migrations m
mkdir -p m

# Numbers 1 and 2, then 5: a gap is no fault.
printf 'CREATE TABLE a (id bigint PRIMARY KEY);\n' >m/1_good.up.sql
printf 'DROP TABLE a;\n' >m/1_good.down.sql
printf -- '-- only words\n/* here */\n' >m/2_words.up.sql
: >m/2_words.down.sql
printf 'CREATE TABLE b (id bigint PRIMARY KEY' >m/5_cut.up.sql
printf 'DROP TABLE b;\n' >m/5_cut.down.sql
# shellcheck disable=SC2016 # SQL's
printf 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1' >m/6_quote.up.sql
printf '\\restrict abc\nCREATE TABLE c (id bigint PRIMARY KEY);\n\\unrestrict abc\n' >m/7_dump.up.sql
printf 'CREATE TABLE d (id bigint PRIMARY KEY);\nCOPY d (id) FROM stdin;\n1\n\\.\n' >m/8_data.up.sql
printf 'DROP TABLE gone;\n' >m/9_lonely.down.sql
printf 'CREATE TABLE e (id bigint REFERENCES a (id));\n' >m/10_last.up.sql
printf 'DROP TABLE e;\n' >m/10_last.down.sql
git add -A
ends_with 1 "$kairon" check
says 'm/5_cut.up.sql:1:38: error[migration/syntax]: syntax error at end of input'
says 'm/6_quote.up.sql:1:49: error[migration/syntax]: unterminated dollar-quoted string'
says 'm/7_dump.up.sql:1:1: error[migration/psql-command]: \restrict is understood by psql only'
says 'Delete \restrict and \unrestrict, which pg_dump writes.'
says 'm/8_data.up.sql:3:1: error[migration/psql-command]: the data lines of COPY ... FROM stdin'
says 'm/9_lonely.down.sql:1:1: warning[migration/orphan-rollback]'
says_not '_rollback'
says_not 'm/1_good'
says_not 'm/10_last'
ok 'the lint of odd files'

ends_with 1 "$kairon" migrate test
says '2_words holds no statement'
for name in 1_good 2_words 10_last; do says "m/$name.up.sql: passed"; done
for name in 5_cut 6_quote 7_dump 8_data; do says "m/$name.up.sql: blocked"; done
says_not '9_lonely'
ok 'the trial of odd files'

# A BEGIN without COMMIT: what the file did is lost with the session, so the rollback does not count as one.
printf 'ALTER TABLE a ADD CONSTRAINT c CHECK (id > 0);\n' >m/11_open.up.sql
printf 'BEGIN;\nALTER TABLE a DROP CONSTRAINT c;\n' >m/11_open.down.sql
ends_with 1 "$kairon" migrate test m/1_good.up.sql m/11_open.up.sql
says 'm/11_open.down.sql'
says 'error[trial/rollback]: the rollback fails: the file ends inside a transaction that it began'
says_not '11_open is irreversible'
ok 'a rollback that does not commit'

# A shell's m/*.sql names both files of a migration.
ends_with 0 "$kairon" migrate test m/1_good.down.sql m/1_good.up.sql
[ "$(grep -c 'm/1_good.up.sql: passed' "$folder/out")" = 1 ] || fail 'a migration that is named with its rollback is tried once'
ok 'a migration named with its rollback'

# A baseline of 1.3 MB, as a dump writes it. The budget is 1.5 s of CPU on a quiet machine; twice that is a fault anywhere.
rm m/*
for ((i = 0; i < 6200; i++)); do
  printf 'CREATE TABLE public.t%d (\n    id bigint NOT NULL,\n    name character varying(255) DEFAULT '"''"'::character varying,\n    made timestamp without time zone\n);\nALTER TABLE ONLY public.t%d ADD CONSTRAINT t%d_pkey PRIMARY KEY (id);\n' "$i" "$i" "$i"
done >m/1_baseline.up.sql
[ "$(stat -c %s m/1_baseline.up.sql)" -ge 1300000 ] || fail 'the baseline is too small'
git add -A
# The best of three: other programs share the caches.
TIMEFORMAT='%U %S'
for _ in 1 2 3; do
  rm -rf .git/kairon
  { time "$kairon" check >"$folder/out"; } 2>"$folder/time" || fail 'check of the baseline'
  awk '{ print $1 + $2 }' <(tail -1 "$folder/time")
done | sort -n | head -1 >"$folder/best"
awk '{ exit !($1 <= 3) }' "$folder/best" || fail "the baseline took $(cat "$folder/best") s"
ok 'a large baseline'
