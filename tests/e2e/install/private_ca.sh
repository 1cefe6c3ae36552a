#!/usr/bin/env bash
# A server whose certificate is of an authority of one's own: refused with the setting that helps, and taken with
# [env] caFile, CURL_CA_BUNDLE or SSL_CERT_FILE.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/support/ports.sh
. "$here/../support/ports.sh"
command -v openssl >/dev/null || { echo "skipped: no openssl" && exit 77; }

openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
  -keyout "$sandbox/key.pem" -out "$sandbox/ca.pem" 2>"$sandbox/openssl.log"
cat >"$sandbox/server.py" <<'PY'
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        listed = self.path.startswith("/api/v1/") and "credentials" not in self.path
        body = b'{"data":[],"nextCursor":null}' if listed else b'{"message":"GET method not allowed"}'
        self.send_response(200 if listed else 405)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
PY
port=$(free_port)
python3 "$sandbox/server.py" "$port" "$sandbox/ca.pem" "$sandbox/key.pem" 2>/dev/null &
server=$!
trap 'kill $server 2>/dev/null; chmod -R u+rwX "$sandbox" 2>/dev/null; rm -rf "$sandbox"' EXIT
listening "$port"

git init -q "$sandbox/repo" && cd "$sandbox/repo"
git config kairon.env-prod.n8nUrl "https://127.0.0.1:$port"
git config kairon.env-prod.n8nApiKey key
unset CURL_CA_BUNDLE SSL_CERT_FILE
# taken VARIABLE...: with these the server is reached
taken() {
  run env "$@" "$build/kairon" health prod
  [[ $output == *"OK       prod n8n: ready"* ]] || fail "not reached with $*"
}
run "$build/kairon" health prod
[[ $status == 3 && $output == *"the TLS connection to https://127.0.0.1:$port failed"* ]] || fail "an unknown authority is trusted"
[[ $output == *"kairon.env-NAME.caFile FILE.pem"* ]] || fail "the setting that helps is not named"
taken CURL_CA_BUNDLE="$sandbox/ca.pem"
taken SSL_CERT_FILE="$sandbox/ca.pem"
git config kairon.env-prod.caFile "$sandbox/ca.pem"
taken CURL_CA_BUNDLE="$sandbox/nowhere.pem"
# The committed file does not say whom to trust.
git config --unset kairon.env-prod.caFile
printf '[env "prod"]\n  caFile = %s\n' "$sandbox/ca.pem" >.kairon
git add .kairon
run "$build/kairon" health prod
[[ $status == 3 ]] || fail "the committed file says whom to trust"
echo "private_ca: passed"
