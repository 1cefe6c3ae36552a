#!/usr/bin/env bash
# minimal_root.sh leaves no process and no mount when it is ended in the middle.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
if [ "$(id -u)" != 0 ] || ! unshare --mount --pid --fork true 2>/dev/null; then
  echo "skipped: namespaces of its own need root here"
  exit 77
fi

processes() { pgrep -cf "^tail -f $work/waits" || true; }

# Stands for the debootstrap that takes minutes.
touch "$work/waits"
write_hook "$work/path/debootstrap" "mount -t tmpfs none '$work/mounted'" "exec tail -f '$work/waits'"
mkdir "$work/mounted"
for signal in TERM INT; do
  # An interactive shell gives a command in the background its INT back.
  setsid env PATH="$work/path:$PATH" python3 -c '
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$source_dir/tests/support/minimal_root.sh" trixie --folder "$work/roots" >"$work/said" 2>&1 &
  pid=$!
  for _ in $(seq 100); do
    [ "$(processes)" = 0 ] || break
    sleep 0.1
  done
  [ "$(processes)" != 0 ] || fail "nothing was started: $(<"$work/said")"
  kill -s "$signal" "$pid"
  status=0
  wait "$pid" || status=$?
  expect_equal "$status" 130
  output=$(<"$work/said")
  expect_said "minimal_root: interrupted"
  for _ in $(seq 50); do
    [ "$(processes)" != 0 ] || break
    sleep 0.1
  done
  expect_equal "$(processes)" 0
  if grep -qF "$work" /proc/mounts; then fail "a mount is left"; fi
  [ ! -e "$work/roots" ] || fail "the folder is left"
done
finish
