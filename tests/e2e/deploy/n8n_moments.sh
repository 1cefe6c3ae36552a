#!/usr/bin/env bash
# A write that arrives late, at 20 moments between the time-out and long after the rollback, on a real n8n: 20
# deployments at the same time, each of its own workflows through its own proxy. None says "rolled back" or "deployed"
# while its workflows are mixed, in text, in JSON (every second one) and by its exit status. KAIRON_FULL=1: it takes
# four minutes; the unit tests have the same moments.
if [ "${KAIRON_FULL:-}" != 1 ]; then
  echo "skipped: KAIRON_FULL=1 waits for 20 late writes"
  exit 77
fi
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

n8n_begin
n8n_start prod
use prod
moments=20
# state I: the workflows of that deployment
state() { pg n8n_prod "select name, active, nodes::jsonb, connections::jsonb from workflow_entity where name like 'M$1 %' order by name"; }
# at I COMMAND...: in that deployment's repository, with its environment
at() {
  local i=$1
  shift
  (
    cd "$WORK/m$i"
    KAIRON_ENV_PROD_N8NURL=http://127.0.0.1:$(cat "$WORK/port$i") KAIRON_ENV_PROD_DATABASE=postgresql://postgres@127.0.0.1:$PG_PORT/m$i \
      KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$@"
  )
}
# content I TEXT: five workflows that call one another
content() {
  local j
  for j in 1 2 3 4 5; do workflow "M$1 W$j" false "m$1w$j" "[$trigger,$(code "$2$j")$([ "$j" = 1 ] || echo ",$(call "m$1w$((j - 1))" "M$1 W$((j - 1))")")]"; done
}

for ((i = 1; i <= moments; i++)); do
  repository
  content "$i" 1 && commit one
  mv "$WORK/repo" "$WORK/m$i"
  pg postgres "create database m$i"
  : >"$WORK/rules$i"
  python3 "$source_dir/tests/support/fault_proxy.py" "$(n8n_value PORT prod)" "$WORK/rules$i" "$WORK/port$i" &
  on_end "kill $!"
  for ((j = 0; j < 300; j++)); do [ -s "$WORK/port$i" ] && break || sleep 0.1; done
  expect 0 "5 created" at "$i" "$kairon" deploy prod
  (cd "$WORK/m$i" && content "$i" 2 && commit two)
done
ok "$moments deployments of their own"

for ((i = 1; i <= moments; i++)); do
  state "$i" >"$WORK/before$i"
  id=$(pg n8n_prod "select id from workflow_entity where name = 'M$i W2'")
  echo "delay$((28 + 5 * i)) 1 PUT /workflows/$id" >"$WORK/rules$i"
  format=text
  [ $((i % 2)) = 1 ] || format=json
  (
    got=0
    at "$i" "$kairon" deploy prod --format $format >"$WORK/out$i" 2>&1 </dev/null || got=$?
    echo "$got" >"$WORK/got$i"
    state "$i" >"$WORK/end$i"
  ) &
done
wait_for() { for ((j = 0; j < 3000; j++)); do [ -s "$1" ] && return || sleep 0.1; done && fail "no $1"; }
for ((i = 1; i <= moments; i++)); do wait_for "$WORK/got$i"; done
for ((i = 1; i <= moments; i++)); do
  for ((j = 0; j < 1500; j++)); do grep -q '^delivered' "$WORK/rules$i.seen" && break || sleep 0.1; done
  grep -q '^delivered' "$WORK/rules$i.seen" || fail "the late write of $i never arrived"
done

declare -A ends=()
# ended I TEXT OUTCOME: that deployment says so in words, or as the outcome of its JSON
ended() {
  if [ $(($1 % 2)) = 1 ]; then
    says "$2"
  else
    [ "$(sed -n '/^{/,/^}/p' "$WORK/out" | jq -r .outcome)" = "$3" ] || fail "the JSON's outcome is not '$3'"
  fi
}
for ((i = 1; i <= moments; i++)); do
  got=$(cat "$WORK/got$i")
  cp "$WORK/out$i" "$WORK/out"
  ends[$got]=$((${ends[$got]:-0} + 1))
  state "$i" >"$WORK/now$i"
  case $got in
    0)
      ended "$i" "prod: deployed" deployed
      expect 0 ", 0 writes, " at "$i" "$kairon" deploy prod
      ;;
    1)
      ended "$i" "prod: rolled back" "rolled back"
      cmp -s "$WORK/before$i" "$WORK/now$i" || fail "moment $i: rolled back, and mixed"
      ;;
    3)
      ended "$i" "may still be carried out" unsettled
      ! grep -q "prod: rolled back" "$WORK/out" || fail "moment $i: unsettled, and called rolled back"
      cmp -s "$WORK/before$i" "$WORK/end$i" || fail "moment $i: unsettled, and not restored"
      expect 0 "prod: rolled back" at "$i" "$kairon" deploy prod --rollback
      state "$i" >"$WORK/now$i"
      cmp -s "$WORK/before$i" "$WORK/now$i" || fail "moment $i: rolled back at last, and mixed"
      ;;
    *) fail "moment $i ended with $got" ;;
  esac
done
for got in 0 1 3; do [ "${ends[$got]:-0}" -gt 0 ] || fail "no moment ended with $got"; done
ok "$moments moments: ${ends[0]} deployed, ${ends[1]} rolled back, ${ends[3]} unsettled and undone later"
echo "$cases cases passed"
