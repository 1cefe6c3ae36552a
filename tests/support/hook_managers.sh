# shellcheck shell=bash
# For scripts that need lefthook and prek: fetched from npm once and kept in the cache. Source it before HOME changes.
managers=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/hook-managers
# shellcheck disable=SC2034 # scripts that source this use them
prek=$managers/node_modules/.bin/prek lefthook=$managers/node_modules/.bin/lefthook

# fetch_managers: into the cache, once
fetch_managers() {
  [[ -x $prek && -x $lefthook ]] && return
  command -v npm >/dev/null || return 1
  mkdir -p "$managers"
  echo '{"private":true}' >"$managers/package.json"
  (cd "$managers" && flock install.lock npm install --no-audit --no-fund @j178/prek@0.5.3 lefthook@2.2.2 >install.log 2>&1)
}
