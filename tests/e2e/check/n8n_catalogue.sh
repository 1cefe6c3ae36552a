#!/usr/bin/env bash
# kairon catalogue update against a real n8n 1.123.81: by login, from a file saved from it, and from its
# installed packages; all three know the same node types. With the registry reachable, by npm as well.
# shellcheck source=tests/e2e/lib.sh
cache=${XDG_CACHE_HOME:-$HOME/.cache}
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
own_cache=$XDG_CACHE_HOME
export XDG_CACHE_HOME=$cache
# shellcheck source=tests/support/n8n.sh
. "$here/../support/n8n.sh"
n8n_begin
finish() {
  local code=$?
  set +e
  rm -rf "$sandbox"
  (exit "$code")
  n8n_end
}
trap finish EXIT
n8n_start main N8N_DISABLE_UI=false
export XDG_CACHE_HOME=$own_cache
url=$(n8n_value URL main)

# Without an account nothing is asked, and the remedy says how to give one.
ends_with 2 "$kairon" catalogue update --n8n "$url"
mentions KAIRON_N8N_PASSWORD
KAIRON_N8N_EMAIL=owner@example.org KAIRON_N8N_PASSWORD=Wrong123! ends_with 3 "$kairon" catalogue update --n8n "$url"
mentions 'does not accept this login'
[[ $output != *Wrong123* ]] || fail 'the password was printed'
# An account in the committed file does not count.
printf '[n8n]\n  email = owner@example.org\n  password = Admin123!\n' >.kairon
ends_with 2 "$kairon" catalogue update --n8n "$url"
[[ $output != *Admin123* ]] || fail 'the password was printed'
rm .kairon

KAIRON_N8N_EMAIL=owner@example.org KAIRON_N8N_PASSWORD=Admin123! passes "$kairon" catalogue update --n8n "$url"
mentions 'n8n 1.123.81:'
by_login=$(grep -oE '[0-9]+ node types' <<<"$output")
passes "$kairon" catalogue status
mentions '* 1.123.81'

# The rules that need it are on now.
good A | sed 's/n8n-nodes-base.noOp/n8n-nodes-base.noSuchNode/' >n8n-workflows/A.json
run "$kairon" check
[[ $status == 1 ]] || fail 'an unknown node type passed'
mentions 'error[node/unknown-type]'

# A file saved from the server.
cookies=$sandbox/cookies
curl -sf -o /dev/null -c "$cookies" -H 'Content-Type: application/json' \
  -d '{"emailOrLdapLoginId":"owner@example.org","password":"Admin123!"}' "$url/rest/login" || fail 'login by curl'
curl -sf -b "$cookies" -o "$sandbox/nodes.json" "$url/types/nodes.json" || fail 'nodes.json by curl'
rm -rf "$own_cache/kairon/catalogue"
passes "$kairon" catalogue update --from "$sandbox/nodes.json" --as 1.123.81
[[ $output == *"$by_login"* ]] || fail "the saved file has other types than the server: $by_login"

# The installed packages.
rm -rf "$own_cache/kairon/catalogue"
passes "$kairon" catalogue update --from "$N8N_CACHE"
mentions 'n8n 1.123.81:'
by_folder=$(grep -oE '[0-9]+ node types' <<<"$output")
echo "by login: $by_login, by folder: $by_folder"
run "$kairon" check
mentions 'error[node/unknown-type]'

if npm view n8n@1.123.81 version >/dev/null 2>&1; then
  rm -rf "$own_cache/kairon/catalogue"
  passes "$kairon" catalogue update --npm 1.123.81
  [[ $output == *"n8n 1.123.81: $by_folder"* ]] || fail "npm gives other types than the installed packages: $by_folder"

  # A community package is a stranger until its list of nodes is there.
  good A | sed 's/n8n-nodes-base.noOp/n8n-nodes-mcp.mcpClient/' >n8n-workflows/A.json
  run "$kairon" check
  mentions "warning[node/unknown-type]: 'n8n-nodes-mcp.mcpClient' is not a node of n8n itself"
  passes "$kairon" catalogue update --community n8n-nodes-mcp
  run "$kairon" check
  [[ $output != *node/unknown-type* ]] || fail 'a node of a known community package is unknown'
  good A | sed 's/n8n-nodes-base.noOp/n8n-nodes-mcp.mcpClinet/' >n8n-workflows/A.json
  run "$kairon" check
  mentions 'error[node/unknown-type]: n8n-nodes-mcp '
  mentions "did you mean 'n8n-nodes-mcp.mcpClient'?"
else
  echo 'skipped in part: no registry, --npm was not tried'
fi
