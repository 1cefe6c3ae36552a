#!/usr/bin/env bash
# Hooks that the configuration names (hooks install --config), run by a git of 2.54 or newer next to other managers.
# KAIRON_NEWER_ROOT=DIR is a Debian root with such a git (debootstrap --variant=minbase --include=git sid DIR), which
# root alone can use; else this machine's git is used when it is new enough.
set -euo pipefail
root=${KAIRON_NEWER_ROOT:-}
[ -z "$root" ] || [ -n "${KAIRON_OWN_MOUNTS:-}" ] || KAIRON_OWN_MOUNTS=1 exec unshare --mount "$0"
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
install_suite
if [ -n "$root" ]; then
  mkdir -p "$root$work" "$work/newer" && mount --bind "$work" "$root$work"
  # Inside, hooks find the same wrapper.
  cat >"$work/newer/git" <<SCRIPT
#!/bin/sh
[ -d "$root" ] || exec /usr/bin/git "\$@"
exec chroot "$root" env -C "\$PWD" /usr/bin/git "\$@"
SCRIPT
  chmod +x "$work/newer/git" && export PATH=$work/newer:$PATH
fi

new_repository configured
write_hook .git/hooks/pre-commit "echo earlier >>$work/record"
version=$(git version | awk '{print $3}')
if [ "$(printf '2.54\n%s\n' "$version" | sort -V | head -n 1)" != 2.54 ]; then
  expect 2 "$kairon" hooks install --config
  expect_said "git $version runs no hooks that its configuration names"
  # What such a git does is simulated: the program that the configuration names, then the repository's own hook.
  git config hook.kairon-pre-commit.command "'$hooks/pre-commit'"
  git config hook.kairon-pre-commit.event pre-commit
  add_good_workflow
  GIT_INDEX_FILE=.git/index expect 0 "$hooks/pre-commit"
  expect 0 git commit -q -m one
  expect_equal "$(cat "$work/record")" earlier
  expect 1 "$kairon" hooks status
  expect_said "git $version does not run the hooks that its configuration names"
  finish
  echo "skipped: git $version runs no configured hooks, 2.54 does; KAIRON_NEWER_ROOT names a system that has it"
  exit 77
fi

expect 0 "$kairon" hooks install
expect 0 "$kairon" hooks install --config
expect_said 'named in the configuration next to other hooks'
expect_equal "$(git config core.hooksPath || true)" ''
expect 0 "$kairon" hooks status
expect_said 'is gated by its configuration'
add_good_workflow
expect 0 git commit -q -m one
expect_equal "$(cat "$work/record")" earlier
break_workflow
expect 1 git commit -q -m broken
expect_said 'error[connection/missing-node]'
git init -q --bare "$work/remote.git" && git remote add origin "$work/remote.git"
git commit -q --no-verify -m broken
expect 1 git push -q origin main
expect_said 'error[connection/missing-node]'
git config --unset hook.kairon-pre-push.command
expect 1 "$kairon" hooks status
expect_said 'names 7 of 8 hooks'
expect 0 "$kairon" hooks uninstall
expect_said 'names no hook of the gate any more'
expect 0 git commit -q --allow-empty -m free
finish
