#!/usr/bin/env bash
# The gate's verdict next to n8n's behaviour: every pair of tests/fixtures/live, a defect and its good
# twin, is judged by `kairon check` with the catalogue of that n8n, saved into n8n and run there.
# An error must be what n8n refuses, fails on or loses data by; a good one must run as it is meant.
# With an argument: only the cases whose file name holds it.
# shellcheck source=tests/support/n8n.sh
. "$(dirname "$0")/../../support/n8n.sh"

source_dir=$(cd "$(dirname "$0")/../../.." && pwd)
KAIRON=${KAIRON_BUILD_DIR:-$source_dir/build-debug}/kairon
command -v git >/dev/null || skip "no git"
n8n_begin
n8n_start rules
CATALOGUE_CACHE=$WORK/cache
XDG_CACHE_HOME=$CATALOGUE_CACHE "$KAIRON" catalogue update --from "$N8N_CACHE" >"$WORK/catalogue.log"
pg postgres 'create table scratch (id int primary key)'
SCHEMA='create table public.orders (order_id int primary key, total numeric(10, 2) not null, day date not null);'
pg postgres "$SCHEMA insert into orders values (1, 250, '2024-05-06')"
export SCHEMA KAIRON N8N_KEY PG_PORT WORK CATALOGUE_CACHE
N8N_URL=$(n8n_value URL rules)
export N8N_URL
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
node "$source_dir/tests/e2e/check/n8n_rules.mjs" "$source_dir/tests/fixtures/live" "$@"
