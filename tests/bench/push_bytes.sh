#!/usr/bin/env bash
# What it costs to search a large push for secrets: COMMITS commits (default 1,000) with MEGABYTES of new blobs
# (default 20) go to an empty remote; with KAIRON_FULL=1 10,000 and 200. Prints the CPU of pre-push for 100 MB next to
# the budget, and of `git rev-list --objects` + `git cat-file --batch` over the same objects. Usage: push_bytes.sh
# [BUILD_DIR]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:-$here/../../build}" && pwd)
command -v python3 >/dev/null || { echo 'skipped: python3 is not installed' && exit 77; }
commits=${COMMITS:-1000} megabytes=${MEGABYTES:-20}
if [ "${KAIRON_FULL:-0}" = 1 ]; then commits=10000 megabytes=200; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME=$folder XDG_CACHE_HOME=$folder/cache GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
git init -q --bare "$folder/remote.git"
git init -q -b main "$folder/work"
cd "$folder/work"
git remote add origin "$folder/remote.git"

# Text of all sorts: prose, source, JSON, base64 in lines, long lines.
python3 - "$commits" "$megabytes" <<'PYTHON' | git fast-import --quiet
import base64, json, random, sys
commits, total = int(sys.argv[1]), int(sys.argv[2]) << 20
random.seed(7)
words = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randint(2, 9))) for _ in range(4000)]
out = sys.stdout.buffer
size, pool = total // commits, 2 << 20
prose = " ".join(random.choices(words, k=pool // 6))
pools = {
    "prose": prose,
    "source": "\n".join("  const %s = %s(%s, %d);" % tuple(random.choices(words, k=3) + [i]) for i in range(pool // 36)),
    "rows": json.dumps([{w: random.choice(words), "id": i} for i, w in enumerate(random.choices(words, k=pool // 32))]),
    "encoded": base64.encodebytes(random.randbytes(pool * 3 // 4)).decode(),
    "lines": prose.replace(" ", "\n")}
kinds = list(pools)
for n in range(commits):
    kind = kinds[n % len(kinds)]
    at = random.randrange(len(pools[kind]) - size)
    body = pools[kind][at:at + size].encode()
    message = ("commit %d\n\n%s" % (n, prose[n:n + 200])).encode()
    out.write(b"commit refs/heads/main\ncommitter a <a@example.org> %d +0000\ndata %d\n%s\n" % (1700000000 + n, len(message), message))
    out.write(b"M 100644 inline %s/%d.txt\ndata %d\n%s\n" % (kind.encode(), n % 500, len(body), body))
PYTHON

TIMEFORMAT='%U %S'
cpu() { # COMMAND...: its CPU seconds
  { time "$@" >"$folder/out" 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}
hook() { echo "refs/heads/main $(git rev-parse main) refs/heads/main $(printf '%040d' 0)" | "$build/pre-push" origin "$folder/remote.git"; }
beside() { git rev-list --objects main | cut -d' ' -f1 | git cat-file --batch; }
bytes=$(git rev-list --objects main | cut -d' ' -f1 | git cat-file --batch-check='%(objecttype) %(objectsize)' | awk '$1 == "blob" { sum += $2 } END { printf "%.0f", sum / 1e6 }')
ours=$(cpu hook)
tail -3 "$folder/out"
git=$(cpu beside)
awk -v n="$commits" -v mb="$bytes" -v ours="$ours" -v git="$git" 'BEGIN {
  printf "push of %d commits, %d MB of new blobs: %.2f s of CPU, %.2f s for 100 MB (budget 3); git reads them in %.2f s\n", n, mb, ours, ours * 100 / mb, git }'
