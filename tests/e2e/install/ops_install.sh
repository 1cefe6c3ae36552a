#!/usr/bin/env bash
# kairon ops install: units that systemd takes and finds well hardened, cron lines that run, nothing of
# anybody else's replaced or removed.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
seed
mkdir "$sandbox/odd 5% folder" && cp -R . "$sandbox/odd 5% folder/repo" && cd "$sandbox/odd 5% folder/repo"

# --- As systemd sees them -------------------------------------------------------------------------
check_units() { # SCOPE FOLDER: "" or --user
  local unit
  if ! command -v systemd-analyze >/dev/null; then
    echo "skipped: no systemd-analyze, so the units are not verified"
    left_out=1
    return
  fi
  # shellcheck disable=SC2086
  run env XDG_RUNTIME_DIR="$sandbox" systemd-analyze $1 verify "$2"/*.service "$2"/*.timer
  [[ $status == 0 ]] || fail "systemd-analyze verify"
  # Of units elsewhere on this machine it may complain; of ours it must not.
  [[ $output != *"$2"* ]] || fail "systemd-analyze verify complains of ours"
  for unit in "$2"/*.service; do
    run systemd-analyze security --offline=true --threshold=50 "$unit"
    [[ $status == 0 ]] || fail "$unit is not hardened"
    echo "$(basename "$unit") ($1): ${output##*level for }"
  done
}
left_out=0
passes "$kairon" ops install --into "$sandbox/system"
[[ $(ls "$sandbox/system" | wc -l) == 6 ]] || fail "six units"
[[ $PWD != /tmp/* || $output == *"of their own, without $PWD"* ]] || fail "no word of a repository that the jobs cannot see"
check_units "" "$sandbox/system"
passes "$kairon" ops install --user --into "$sandbox/user"
check_units --user "$sandbox/user"

# --- Switched on and off --------------------------------------------------------------------------
mkdir "$sandbox/bin"
cat >"$sandbox/bin/systemctl" <<'SH'
#!/bin/sh
echo "$*" >>"$SYSTEMCTL_LOG"
if [ -n "$SYSTEMCTL_FAILS" ]; then echo "System has not been booted with systemd" >&2; exit 1; fi
SH
chmod +x "$sandbox/bin/systemctl"
export PATH=$sandbox/bin:$PATH SYSTEMCTL_LOG=$sandbox/systemctl.log SYSTEMCTL_FAILS=
units=$XDG_CONFIG_HOME/systemd/user
passes "$kairon" ops install --user --dry-run
mentions "$units/kairon-monitor.timer"
[[ ! -e $units && ! -e $SYSTEMCTL_LOG ]] || fail "--dry-run did something"

git config kairon.backup.directory "$sandbox/backups/kairon"
passes "$kairon" ops install --user --env staging
[[ $(stat -c %a "$sandbox/backups/kairon") == 700 ]] || fail "the backups' folder is not made, or not private"
grep -q "^ReadWritePaths=\"-$sandbox/backups/kairon\"" "$units/kairon-backup.service" || fail "the backups cannot be written"
grep -q '^ExecStart=.* health staging --watch' "$units/kairon-monitor.service" || fail "--env does not count"
[[ $(cat "$SYSTEMCTL_LOG") == "--user daemon-reload
--user enable --now kairon-backup.timer kairon-drill.timer kairon-monitor.timer" ]] || fail "systemctl was asked: $(cat "$SYSTEMCTL_LOG")"
passes "$kairon" ops install --user # again: an upgrade
home=$(getent passwd "$(id -u)" | cut -d: -f6)
! grep -q gnupg "$units"/*.service || fail "a keyring that nobody uses can be written"
git config kairon.backup.encryptTo age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p
passes "$kairon" ops install --user
! grep -q gnupg "$units"/*.service || fail "age needs no keyring of gpg"
git config kairon.backup.encryptTo backup@example.org
passes "$kairon" ops install --user
grep -qF "ReadWritePaths=\"-$home/.gnupg\"" "$units/kairon-drill.service" || fail "gpg's agent cannot make its socket"
git config --unset kairon.backup.encryptTo
passes "$kairon" ops install --user

# Another repository's units, and files of other people, are left alone.
(
  cd "$sandbox/work"
  ends_with 2 "$kairon" ops install --user
  mentions "is not of this repository"
  mentions "--name"
  passes "$kairon" ops install --user --name second
  passes "$kairon" ops uninstall --user --name second
  passes "$kairon" ops uninstall --user
  mentions "no units of this repository"
)
[[ $(ls "$units" | wc -l) == 6 ]] || fail "another repository's uninstall took ours"
echo "[Unit]" >"$units/kairon-drill.timer"
passes "$kairon" ops uninstall --user
[[ $(ls "$units") == kairon-drill.timer ]] || fail "uninstall left: $(ls "$units")"
rm "$units/kairon-drill.timer"
grep -q -- "--user disable --now kairon-backup.timer kairon-monitor.timer" "$SYSTEMCTL_LOG" || fail "the timers were not switched off"

SYSTEMCTL_FAILS=1 ends_with 3 "$kairon" ops install --user
mentions "System has not been booted with systemd"
mentions "systemctl --user enable --now"
passes "$kairon" ops uninstall --user

# --- cron -----------------------------------------------------------------------------------------
passes "$kairon" ops install --cron
[[ $(wc -l <<<"$output") == 3 ]] || fail "three lines"
monitor=$(sed -n 's/^\*\/5 \* \* \* \* //p' <<<"$output")
cd /
run sh -c "${monitor//\\%/%}" # what cron makes of it
mentions "the environment prod is not configured"
[[ $status == 2 ]] || fail "the line does not run kairon in the repository"

# --- Wrong use ------------------------------------------------------------------------------------
cd "$sandbox/work"
ends_with 2 "$kairon" ops
ends_with 2 "$kairon" ops install --name "../x" --dry-run
ends_with 2 "$kairon" ops install --env moon --dry-run
ends_with 2 "$kairon" ops install --as no-such-user --dry-run
[[ $left_out == 0 ]] || exit 77
