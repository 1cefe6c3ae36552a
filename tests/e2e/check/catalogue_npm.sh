#!/usr/bin/env bash
# kairon catalogue update --npm asks npm when the registry wants a login that only npm knows. npm is handed what it
# needs to reach the registry, and none of our secrets.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

new_repo "$sandbox/catalogue"
mkdir "$sandbox/bin"
python3 - "$sandbox/port" <<'PY' &
import http.server, os, sys
class Refusing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(401)
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Refusing)
open(sys.argv[1] + ".new", "w").write(str(server.server_port))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
PY
registry=$!
trap 'kill $registry; rm -rf "$sandbox"' EXIT
until [[ -s $sandbox/port ]]; do sleep 0.05; done
address=http://127.0.0.1:$(cat "$sandbox/port")
cat >"$sandbox/bin/npm" <<SH
#!/bin/sh
echo "\$*" >>'$sandbox/asked'
env >>'$sandbox/variables'
[ "\$1 \$2" != "view n8n@1.99.0" ] || { echo '{"n8n-nodes-base":"1.98.0","@n8n/n8n-nodes-langchain":"1.98.0"}' && exit; }
echo 'npm error code E407' >&2
exit 1
SH
chmod +x "$sandbox/bin/npm"
update() {
  ends_with 3 env PATH="$sandbox/bin:$PATH" HTTPS_PROXY=http://proxy.example:3128 no_proxy=localhost NPM_CONFIG_REGISTRY="$address" \
    npm_config__authToken=of-the-registry NODE_EXTRA_CA_CERTS=/ca.pem SSL_CERT_FILE=/bundle.pem KAIRON_ENV_PROD_N8NAPIKEY=secret-1 KAIRON_ENV_PROD_DATABASE=postgresql://u:secret-2@h/d \
    PGPASSWORD=secret-3 GITHUB_TOKEN=secret-4 AWS_SECRET_ACCESS_KEY=secret-5 NODE_OPTIONS=--require=/tmp/x.js "$build/kairon" catalogue update --npm "$1"
}

update 1.99.0
mentions "$address/n8n answers with status 401"
grep -q '^view n8n@1.99.0 dependencies' "$sandbox/asked" || fail "n8n's dependencies were not asked for"
grep -q '^view n8n-nodes-base@1.98.0 dist.integrity' "$sandbox/asked" || fail "the integrity of the package was not asked for"
for one in HTTPS_PROXY=http://proxy.example:3128 no_proxy=localhost NPM_CONFIG_REGISTRY="$address" npm_config__authToken=of-the-registry \
  NODE_EXTRA_CA_CERTS=/ca.pem SSL_CERT_FILE=/bundle.pem "HOME=$HOME"; do
  [[ $(grep -cx "$one" "$sandbox/variables") == 2 ]] || fail "npm does not get $one each time"
done
! grep -qE 'secret-|^NODE_OPTIONS=' "$sandbox/variables" || fail "npm gets what it does not need: $(grep -E 'secret-|^NODE_OPTIONS=' "$sandbox/variables")"
