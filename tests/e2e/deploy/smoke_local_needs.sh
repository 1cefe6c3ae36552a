#!/usr/bin/env bash
# kairon smoke local in a bare environment, like that of a container: all that is missing is named at once, and before
# npm takes minutes; npm gets what it needs to reach the registry, and no secret of ours.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

new_repo "$sandbox/smoke"
cp -r "$here/../fixtures/smoke/." .
git config -f .kairon kairon.n8nVersion 1.123.81
git add . && git commit -q --no-verify -m smoke

# in_container STATUS NAME=VALUE...: nothing is set but HOME, PATH (a folder of ours) and these
mkdir "$sandbox/bin"
in_container() { ends_with "$1" env -i HOME="$HOME" PATH="$sandbox/bin" GIT_CONFIG_NOSYSTEM=1 "${@:2}" "$build/kairon" smoke local; }
fake() { printf '#!/bin/sh\n%s\n' "$2" >"$sandbox/bin/$1" && chmod +x "$sandbox/bin/$1"; }

in_container 3 KAIRON_POSTGRES_BIN="$sandbox/nowhere"
mentions "not installed here: npm, which installs n8n 1.123.81; a PostgreSQL server"
mentions "sudo apt-get install -y npm postgresql"
fake npm "echo called >'$sandbox/called'"
in_container 3 KAIRON_POSTGRES_BIN="$sandbox/nowhere"
mentions "not installed here: node, which runs n8n; a PostgreSQL server"
fake node "echo v20.20.2"
in_container 3 KAIRON_POSTGRES_BIN="$sandbox/nowhere"
mentions "not installed here: a PostgreSQL server"
[[ ! -e $sandbox/called ]] || fail "npm was started although the run cannot begin"

mkdir -p "$sandbox/given/node_modules/n8n/bin"
echo '{"name": "n8n", "version": "1.123.81"}' >"$sandbox/given/node_modules/n8n/package.json"
: >"$sandbox/given/node_modules/n8n/bin/n8n"
rm "$sandbox/bin/node"
git config kairon.smoke.n8nFolder "$sandbox/given"
in_container 3 KAIRON_POSTGRES_BIN="$sandbox/nowhere"
mentions "not installed here: node, which runs n8n; a PostgreSQL server"
git config --unset kairon.smoke.n8nFolder
in_container 3 HOME=
mentions "set HOME"

# --- What npm is handed ---
if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
  echo "skipped in part: PostgreSQL's server is not installed"
  exit 0
fi
cat >"$sandbox/bin/npm" <<SH
#!/bin/sh
[ "\$1" != --version ] || { echo "\$(/bin/cat '$sandbox/npm-version')" && exit; }
case \$PWD in */npm) /bin/mkdir -p node_modules/npm/bin && : >node_modules/npm/bin/npm-cli.js && exit ;; esac
/usr/bin/env >'$sandbox/variables'
/bin/cat package.json >'$sandbox/package'
echo 'npm error the registry is away' >&2
exit 1
SH
echo 10.8.2 >"$sandbox/npm-version"
fake node "echo v18.20.4"
in_container 3 HTTPS_PROXY=http://proxy.example:3128 npm_config_registry=https://npm.example NODE_EXTRA_CA_CERTS=/ca.pem KAIRON_ENV_PROD_N8NAPIKEY=secret OTHER=x
mentions "npm could not install n8n 1.123.81: npm error the registry is away"
for one in HTTPS_PROXY=http://proxy.example:3128 npm_config_registry=https://npm.example NODE_EXTRA_CA_CERTS=/ca.pem; do
  grep -qx "$one" "$sandbox/variables" || fail "npm does not get $one"
done
! grep -qE '^(KAIRON_|OTHER=)' "$sandbox/variables" || fail "npm gets what it does not need: $(cat "$sandbox/variables")"
grep -q '"node-linux-' "$sandbox/package" || fail "n8n would run on node 18, which it refuses"
fake node "echo v20.20.2"
in_container 3
! grep -q '"node-linux-' "$sandbox/package" || fail "a second node is installed for nothing"
# Debian 12's npm cannot read what n8n depends on; a newer one can, which it installs.
echo 9.2.0 >"$sandbox/npm-version"
fake node "echo v20.20.2; echo \"\$*\" >>'$sandbox/asked'"
in_container 3
mentions "npm could not install n8n 1.123.81"
grep -q "n8n-1.123.81.part/npm/node_modules/npm/bin/npm-cli.js install --ignore-scripts" "$sandbox/asked" || fail "the old npm installs n8n"
# --- An n8n that does not start ---
# One in which the cause stands between a note that only looks like an error and a stack trace.
mkdir -p "$sandbox/broken/node_modules/n8n/bin" "$sandbox/as-node"
echo '{"name": "n8n", "version": "1.123.81"}' >"$sandbox/broken/node_modules/n8n/package.json"
: >"$sandbox/broken/node_modules/n8n/bin/n8n"
cat >"$sandbox/as-node/node" <<'SH'
#!/bin/sh
echo 'Error tracking disabled because this release is older than 6 weeks.'
echo 'There was an error initializing DB'
echo 'error: permission denied for https://bot:ghp_Zq81kLmN0pQrStUvWxYz23456789AbCdEf@git.example'
i=0; while [ $i -lt 30 ]; do echo "    at Query.run (/opt/node_modules/pg/lib/query.js:$i:11)"; i=$((i + 1)); done
exit 1
SH
chmod +x "$sandbox/as-node/node"
ends_with 3 env PATH="$sandbox/as-node:$PATH" "$build/kairon" smoke local --n8n "$sandbox/broken"
mentions "n8n 1.123.81 did not start: There was an error initializing DB; error: permission denied for"
[[ $output != *"at Query.run"* ]] || fail "the stack trace is shown"
[[ $output != *ghp_Zq81* ]] || fail "a secret is shown"
echo "smoke_local_needs: passed"
