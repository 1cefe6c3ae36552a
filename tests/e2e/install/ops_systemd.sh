#!/usr/bin/env bash
# kairon ops install --user under a real systemd, a user instance of its own in namespaces of its own: the timers are on,
# and the hardened jobs do their work.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
systemd=/lib/systemd/systemd
if [ "${1:-}" != inside ]; then
  # shellcheck source=tests/support/postgres.sh
  . "$here/../support/postgres.sh"
  if [ "$(id -u)" != 0 ] || [ ! -x "$systemd" ] || [ ! -w /srv ] || ! command -v systemctl >/dev/null; then
    echo 'skipped: systemd is not installed, or we are not root with a /srv'
    exit 77
  fi
  if ! unshare --mount --pid --fork --mount-proc mount -t tmpfs tmpfs /run 2>/dev/null; then
    echo 'skipped: no namespaces to be had here'
    exit 77
  fi
  export TMPDIR=/srv # the jobs have a /tmp of their own, where the build may be
  postgres_begin
  unset TMPDIR
  sql postgres 'CREATE DATABASE shop'
  sql shop 'CREATE TABLE item AS SELECT generate_series(1, 1000) AS id'
  folder=$folder socket=$socket unshare --mount --pid --fork --kill-child --mount-proc bash "$here/install/ops_systemd.sh" inside
  exit
fi

# --- In the namespaces: a /run of our own, where systemd believes that it is in charge -----------------
kairon=$folder/kairon
cp "${KAIRON_BUILD_DIR:-$here/../../build-debug}/kairon" "$kairon"
fail() {
  echo "FAILED: $1"
  tail -60 "$folder/systemd.log"
  exit 1
}
mount -t tmpfs tmpfs /run
export XDG_RUNTIME_DIR=/run/user/0
mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR" "$HOME"
# What the system's instance has for paths that nobody may see.
nodes=/run/systemd/inaccessible
mkdir -p $nodes/dir && touch $nodes/reg && mkfifo $nodes/fifo && mknod $nodes/chr c 0 0 && mknod $nodes/blk b 0 0 && chmod 0 $nodes/*
"$systemd" --user --log-target=console --unit=basic.target >"$folder/systemd.log" 2>&1 &
for ((i = 0; i < 300; i++)); do systemctl --user is-active --quiet basic.target 2>/dev/null && break || sleep 0.1; done
systemctl --user is-active --quiet basic.target 2>/dev/null || { echo 'skipped: no user instance of systemd runs here' && exit 77; }

mkdir "$folder/repo" && cd "$folder/repo" && git init -q .
git config kairon.backup.directory "$folder/backups"
git config kairon.env-prod.database "host=$socket user=postgres dbname=shop"
"$kairon" ops install --user >"$folder/out" 2>&1 || fail "ops install: $(cat "$folder/out")"
# What the jobs say goes where we can read it.
for job in backup drill monitor; do
  mkdir -p "$HOME/.config/systemd/user/kairon-$job.service.d"
  printf '[Service]\nStandardOutput=append:%s\nStandardError=append:%s\n' "$folder/jobs" "$folder/jobs" \
    >"$HOME/.config/systemd/user/kairon-$job.service.d/here.conf"
done
# A machine may be too closed off itself for namespaces within ours.
sed 's|^ExecStart=.*|ExecStart=/bin/true|' "$HOME/.config/systemd/user/kairon-drill.service" >"$HOME/.config/systemd/user/probe.service"
systemctl --user daemon-reload
systemctl --user start probe.service 2>/dev/null || { echo 'skipped: systemd cannot close off a job here' && exit 77; }
for job in backup drill monitor; do
  systemctl --user is-active --quiet "kairon-$job.timer" || fail "the timer of the $job is not on"
  systemctl --user start "kairon-$job.service" || fail "the $job: $(systemctl --user status "kairon-$job.service" 2>&1; cat "$folder/jobs")"
done
[ -e "$(echo "$folder"/backups/prod/2*/manifest.json)" ] || fail 'no backup was taken'
"$kairon" backup list prod >"$folder/out" || fail "backup list: $(cat "$folder/out")"
grep -q 'last tested: .* restored in' "$folder/out" || fail "no drill: $(cat "$folder/out")"
[ -e .git/kairon/health/prod.json ] || fail 'the monitor remembers nothing'
"$kairon" ops uninstall --user >"$folder/out" 2>&1 || fail "ops uninstall: $(cat "$folder/out")"
[ -z "$(systemctl --user list-timers --all --no-legend 'kairon-*')" ] || fail 'timers stayed'
echo ok
