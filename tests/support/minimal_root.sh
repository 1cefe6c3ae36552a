#!/usr/bin/env bash
# Runs README's two commands in a fresh minimal system: ./install.sh as a user without sudo (it prints
# one command, which root types), ./install.sh as that user, ./tests/run.sh as root; then the .deb in a
# second fresh system that has nothing but the package's dependencies.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
  cat <<'TEXT'
Usage: tests/support/minimal_root.sh bookworm|trixie [--folder DIR] [--keep] [--mirror URL]
           [--install-only] [--tests CTEST_REGEX]

Needs root, debootstrap and the package mirror. Prints times and package counts.

  --folder DIR      where the systems are made (default: a temp folder; about 4 GB)
  --keep            keep them; a kept one is used again as it is
  --mirror URL      Debian's mirror (default: the one that apt uses here, else http://deb.debian.org/debian)
  --install-only    leave ./tests/run.sh out
  --package-only    only the .deb of an earlier run with --keep
  --only-full       do nothing unless KAIRON_FULL is set (tests/run.sh --full sets it)
  --tests REGEX     run only these tests of ./tests/run.sh
TEXT
}

say() { printf '%s\n' "minimal_root: $*"; }
stop() { say "error: $*" >&2 && exit 3; }

parse_arguments() {
  release='' folder='' keep=no mirror='' tests=yes install=yes regex=''
  while [ $# -gt 0 ]; do
    case $1 in
      bookworm | trixie) release=$1 ;;
      --folder) folder=$2 && shift ;;
      --keep) keep=yes ;;
      --mirror) mirror=$2 && shift ;;
      --install-only) tests=no ;;
      --package-only) install=no ;;
      --only-full) [ -n "${KAIRON_FULL:-}" ] || { echo "skipped: takes an hour; tests/run.sh --full" && exit 77; } ;;
      --tests) regex=$2 && shift ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
  [ -n "$release" ] || { usage >&2 && exit 2; }
}

# The mirror that apt uses on this machine.
configured_mirror() {
  grep -hoE '^(URIs:|deb( \[[^]]*\])?) +https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    grep -oE 'https?://[^ ]+' | head -n 1 || true
}

# watched COMMAND...: in namespaces of its own for mounts and processes, which end with it, and with this script:
# unshare itself blocks INT and TERM, and bash would put a trap off until a foreground command ends.
watched() {
  local status=0
  unshare --mount --pid --fork --kill-child "$@" </dev/null &
  running=$!
  wait "$running" || status=$?
  running=''
  return $status
}

interrupted() {
  trap '' INT TERM
  [ -z "$running" ] || { kill -KILL "$running" 2>/dev/null && wait "$running" 2>/dev/null; } || true
  say "interrupted" >&3
  exit 130
}

# make_root DIR: the minimal system, with the network settings of this machine: resolver, proxies,
# apt's configuration of proxies, npm's registry, and certificates that the administrator added.
make_root() {
  local root=$1 file
  if [ ! -e "$root/.made" ]; then
    # What an interrupted run left is not a sound beginning.
    rm -rf --one-file-system "$root"
    # debootstrap needs a mount point that may hold devices and programs.
    watched --mount-proc debootstrap --variant=minbase "$release" "$root" "$mirror" >"$root.log" 2>&1 || { tail -n 5 "$root.log" && stop "debootstrap failed"; }
    touch "$root/.made"
  fi
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  cp -L /etc/hosts "$root/etc/hosts"
  for file in /etc/apt/apt.conf.d/*proxy*; do [ ! -e "$file" ] || cp "$file" "$root/etc/apt/apt.conf.d/"; done
  if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
    mkdir -p "$root/usr/local/share/ca-certificates"
    cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
  fi
  if command -v npm >/dev/null; then file=$(npm config get registry); else file=${npm_config_registry:-}; fi
  [ -z "$file" ] || echo "registry=$file" >"$root/etc/npmrc"
}

# inside ROOT USER COMMAND: the environment is that of a fresh login and the proxies.
inside() {
  local root=$1 user=$2 command=$3 name
  local keep_variables=()
  for name in http_proxy https_proxy no_proxy npm_config_registry; do
    [ -z "${!name:-}" ] || keep_variables+=("$name=${!name}")
  done
  # shellcheck disable=SC2016 # expanded inside
  watched bash -c '
    set -eu
    root=$1 user=$2 command=$3
    shift 3
    mount --make-rprivate /
    # Tests that unshare need a root that is a mount point.
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=0755 none "$root/run"
    home=/root
    [ "$user" = root ] || home=/home/$user
    # Not exec: this shell is process 1 and has to reap what outlives its parent. A server that was killed would stay a
    # zombie, and its successor would take it for alive.
    status=0
    chroot "$root" /usr/sbin/runuser -u "$user" -- env -i HOME="$home" USER="$user" LOGNAME="$user" LC_ALL=C.UTF-8 \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" bash -c "cd ~ && $command" || status=$?
    exit $status
  ' inside "$root" "$user" "$command" "${keep_variables[@]}"
}

packages_in() { inside "$1" root "dpkg-query -W -f '\${db:Status-Status}\\n' | grep -c ^installed"; }

# timed TITLE COMMAND...: the output is in $folder/TITLE.log as well; the time is printed.
timed() {
  local title=$1 begun=$SECONDS status=0
  shift
  "$@" >"$folder/$release-$title.log" 2>&1 || status=$?
  say "$release: $title: status $status, $((SECONDS - begun)) s"
  [ $status = 0 ] || tail -n "${lines_of_failure:-40}" "$folder/$release-$title.log"
  return $status
}

copy_checkout() {
  local root=$1
  inside "$root" root "id dev >/dev/null 2>&1 || useradd -m -s /bin/bash dev"
  rm -rf "$root/home/dev/kairon"
  git clone -q --no-hardlinks "$top" "$root/home/dev/kairon"
  inside "$root" root "chown -R dev: /home/dev"
}

# ./install.sh as a user: one command for root, then everything.
install_as_user() {
  local root=$1 status=0 printed before
  before=$(packages_in "$root")
  inside "$root" dev "cd kairon && ./install.sh" >"$folder/$release-first.log" 2>&1 || status=$?
  if [ $status = 3 ]; then
    printed=$(sed -n 's/^help: //p' "$folder/$release-first.log")
    say "$release: the user is told: $printed"
    [[ $printed == su\ -c\ * ]] || stop "not a command for a system without sudo: $printed"
    timed packages inside "$root" root "$printed" || return 1
    say "$release: $before packages before, $(packages_in "$root") after"
    inside "$root" root update-ca-certificates >/dev/null 2>&1 || true
  elif [ $status != 0 ]; then
    cat "$folder/$release-first.log"
    return 1
  fi
  timed install inside "$root" dev "cd kairon && ./install.sh" || return 1
  grep -E '^  (building|configuring)|node types|^note|kairon 0|Blocked' "$folder/$release-install.log" | tail -n 8
  grep -q 'Blocked, as it should be' "$folder/$release-install.log" || stop "the demo was not shown"
  inside "$root" dev '.local/bin/kairon --version && test -s .local/share/bash-completion/completions/kairon' || stop "the completions are not installed"
  inside "$root" dev "stat -c '%s bytes: %n' .local/bin/kairon .local/libexec/kairon/hooks/p*-*"
}

run_tests() {
  local root=$1
  inside "$root" root "git config --global --add safe.directory '*'"
  timed tests inside "$root" root "cd /home/dev/kairon && KAIRON_CCACHE= ./tests/run.sh ${regex:+-R '$regex'}" || return 1
  say "$release: $(packages_in "$root") packages with those of the tests"
  grep -E 'tests passed|did not run|Skipped' "$folder/$release-tests.log" | tail -n 30
}

# The package, made in the first system, in one that has never seen a compiler.
install_package() {
  local built=$1 root=$2 deb before
  timed package inside "$built" root "apt-get install -y -q --no-install-recommends dpkg-dev lowdown lintian && cd /home/dev/kairon &&
    cmake build && cmake --build build --target package && cp build/kairon_*.deb / && lintian --allow-root --fail-on error build/kairon_*.deb" || return 1
  deb=$(basename "$(compgen -G "$built/kairon_*.deb" | head -n 1)")
  make_root "$root"
  cp "$built/$deb" "$root/"
  cp -r "$top/tests/fixtures/demo" "$root/root/"
  before=$(packages_in "$root")
  timed package-install inside "$root" root "apt-get update -q && apt-get install -y -q --no-install-recommends /$deb" || return 1
  say "$release: $deb: $(($(packages_in "$root") - before)) packages with its dependencies"
  # A good commit passes, a broken one is blocked, and everything is listed and removed again.
  inside "$root" root 'set -eu
    kairon --version
    dpkg -L kairon | tee listed | grep -E "bin/|hooks/|doc/kairon/" && grep -q /man1/kairon.1.gz listed && grep -q bash-completion listed
    git config --global user.name t && git config --global user.email t@localhost
    rm -rf r && cp -r demo r && cd r && git init -q . && kairon hooks install --repo . && git add -A && git commit -q -m good
    sed -i "s/\"name\": \"Parse\"/\"name\": \"Parse Message\"/" n8n-workflows/Receive_Message.json && git add -A
    if git commit -q -m broken; then echo "the broken commit passed" && exit 1; fi
    apt-get purge -y -q kairon >/dev/null 2>&1 && [ ! -e /usr/bin/kairon ] && [ ! -e /usr/libexec/kairon ] && [ -z "$(git config core.hooksPath)" ]
    ' >"$folder/$release-package-use.log" 2>&1 || { cat "$folder/$release-package-use.log" && return 1; }
  cat "$folder/$release-package-use.log"
  say "$release: the .deb gates a commit and goes without a trace"
}

main() {
  running=''
  exec 3>&2
  trap interrupted INT TERM
  parse_arguments "$@"
  if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
    echo "skipped: root and debootstrap (apt-get install debootstrap) are needed to make a system and enter it"
    exit 77
  fi
  [ -n "$mirror" ] || mirror=$(configured_mirror)
  mirror=${mirror:-http://deb.debian.org/debian}
  if [ -z "$folder" ]; then folder=$(mktemp -d /var/tmp/kairon-root-XXXXXX); fi
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  chmod 755 "$folder"
  if [ "$keep" = no ]; then trap 'rm -rf --one-file-system "$folder"' EXIT; fi
  timed debootstrap make_root "$folder/$release"
  if [ "$install" = yes ]; then
    copy_checkout "$folder/$release"
    install_as_user "$folder/$release"
    [ "$tests" = no ] || run_tests "$folder/$release"
  fi
  install_package "$folder/$release" "$folder/$release-package"
  say "$release: all as expected"
}

main "$@"
