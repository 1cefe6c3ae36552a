#!/usr/bin/env bash
# Builds and installs Kairon Gate. See --help.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix=${HOME:-}/.local
build_dir=$source_dir/build
action=install
demo=yes
build=yes
repository=

build_packages=(g++ cmake ninja-build pkg-config git libgit2-dev rapidjson-dev libfmt-dev libpq-dev libpg-query-dev
  libcurl4-openssl-dev libssl-dev libtree-sitter-dev)
test_packages=(doctest-dev jq libxml2-utils pre-commit python3-jsonschema python3-yaml age gnupg rclone clang-format clang-tidy procps systemd pgbouncer)

usage() {
  cat <<'TEXT'
Usage: ./install.sh [--prefix DIR] [--repo DIR | --no-demo]
       ./install.sh --uninstall [--prefix DIR] [--repo DIR]

Installs what the build needs (apt-get, as root or with sudo; else it prints the command and stops),
builds, and installs to PREFIX/bin/kairon and PREFIX/libexec/kairon/hooks. Running it again upgrades.

  --prefix DIR    where to install (default: ~/.local)
  --repo DIR      then gate this repository: an absolute core.hooksPath; hooks it had are kept and run
                  after the gate
                  without --repo and --no-demo: makes a demo repository and shows a good commit pass
                  and a broken one blocked
  --no-demo       only build and install
  --uninstall     restore every gated repository (with --repo: only that one, the program stays) and
                  remove the program
  --build-dir DIR where to build (default: build)
  --no-build      install what the build folder holds
  --packages-only [test]
                  only install the packages for the build (and for the tests), then stop
  --help

Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 something is missing that this script may not install.
TEXT
}

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
stop() {
  local code=$1 message=$2 remedy=${3:-}
  printf 'install.sh: error: %s\n' "$message" >&2
  [ -z "$remedy" ] || printf 'help: %s\n' "$remedy" >&2
  exit "$code"
}

need_value() { [ -n "${2:-}" ] || stop 2 "$1 needs a value" "./install.sh --help"; }

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix) need_value "$@" && prefix=$2 && shift ;;
      --prefix=*) prefix=${1#*=} ;;
      --repo) need_value "$@" && repository=$2 && shift ;;
      --repo=*) repository=${1#*=} ;;
      --build-dir) need_value "$@" && build_dir=$2 && shift ;;
      --no-demo) demo=no ;;
      --no-build) build=no ;;
      --uninstall) action=uninstall ;;
      --packages-only)
        action=packages
        if [ "${2:-}" = test ]; then action=test-packages && shift; fi
        ;;
      -h | --help) usage && exit 0 ;;
      *) stop 2 "unknown argument: $1" "./install.sh --help" ;;
    esac
    shift
  done
}

# Fails before the long part begins. A relative prefix is relative to where the user stands.
check_arguments() {
  if [ -z "$prefix" ] || [ "$prefix" = /.local ]; then stop 2 "HOME is not set" "give --prefix DIR"; fi
  case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
  case $build_dir in /*) ;; *) build_dir=$PWD/$build_dir ;; esac
  if [ -n "$repository" ]; then
    [ -d "$repository" ] || stop 2 "no folder $repository"
    repository=$(cd "$repository" && pwd)
  fi
  local above=$prefix
  while [ ! -e "$above" ]; do above=$(dirname "$above"); done
  [ -w "$above" ] || stop 3 "cannot write to $above" "give another --prefix, or run this with sudo"
}

# --- Packages --------------------------------------------------------------------------------------

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s\n' "$package"
  done
}

# As root directly, else through sudo; nothing when neither is possible.
privilege() {
  if [ "$(id -u)" = 0 ]; then
    printf 'env'
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    printf 'sudo'
  fi
}

install_packages() {
  local missing as install
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    stop 3 "no apt-get here" "install the counterparts of: $*"
  fi
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  install="apt-get install -y --no-install-recommends ${missing[*]}"
  as=$(privilege)
  [ -n "$as" ] || stop 3 "packages are missing and there is no way to become root" "sudo apt-get update && sudo $install"
  step "Installing ${#missing[@]} packages"
  "$as" apt-get update -q >/dev/null || say "apt-get update failed; trying with the lists at hand" >&2
  # shellcheck disable=SC2086 # the names hold no blanks
  "$as" env DEBIAN_FRONTEND=noninteractive $install >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    stop 3 "apt-get could not install what is missing" "sudo $install"
  }
}

# npm only fetches the JavaScript grammar, once; Debian's npm is large, so an existing one is preferred.
install_npm_if_needed() {
  local cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kairon
  if ! command -v npm >/dev/null && ! compgen -G "$cache/tree-sitter-javascript-*.tgz" >/dev/null; then
    install_packages npm ca-certificates
  fi
}

# A server without a running cluster, for the tests; a machine that has one keeps it as it is.
install_postgres_if_needed() {
  local as conf=/etc/postgresql-common/createcluster.conf
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null && return 0
  as=$(privilege)
  if [ -n "$as" ] && [ ! -e "$conf" ]; then
    "$as" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "$as" tee "$conf" >/dev/null
  fi
  install_packages postgresql
}

# An sshd for the tests, which start their own: the package's service must not run because of us.
install_sshd_if_needed() {
  local as policy=/usr/sbin/policy-rc.d
  { [ -x /usr/sbin/sshd ] || command -v sshd >/dev/null; } && return 0
  as=$(privilege)
  if [ -z "$as" ] || [ -e "$policy" ]; then
    install_packages openssh-server
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | "$as" tee "$policy" >/dev/null
  "$as" chmod 755 "$policy"
  (install_packages openssh-server) || {
    "$as" rm -f "$policy"
    exit 3
  }
  "$as" rm -f "$policy"
  "$as" systemctl disable ssh.service ssh.socket >/dev/null 2>&1 || true
}

# --- Build and install ------------------------------------------------------------------------------

build_release() {
  step "Building in $build_dir"
  local arguments=(--preset release -B "$build_dir")
  # A folder that the tests were built in keeps them.
  [ -e "$build_dir/CMakeCache.txt" ] || arguments+=(-DKAIRON_BUILD_TESTS=OFF)
  (cd "$source_dir" && cmake "${arguments[@]}" >"$log" 2>&1) || {
    tail -n 20 "$log" >&2
    stop 1 "cmake could not configure the build" "see the lines above"
  }
  local compile=(cmake --build "$build_dir" --target kairon pre-commit pre-push post-merge)
  if [ -t 1 ]; then
    "${compile[@]}" || stop 1 "the build failed" "see the lines above"
  else
    "${compile[@]}" >"$log" 2>&1 || {
      grep -E -A 3 'error|FAILED' "$log" | head -n 20 >&2
      stop 1 "the build failed" "${compile[*]}"
    }
  fi
}

install_files() {
  step "Installing to $prefix"
  cmake --install "$build_dir" --prefix "$prefix" --strip >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    stop 1 "installing failed"
  }
  say "$("$prefix/bin/kairon" --version): $prefix/bin/kairon, $prefix/libexec/kairon/hooks"
  case :$PATH: in
    *:"$prefix/bin":*) ;;
    *) say "note: $prefix/bin is not in PATH" ;;
  esac
}

gate_repository() {
  step "Gating $repository"
  "$prefix/bin/kairon" hooks install --repo "$repository"
  "$prefix/bin/kairon" hooks status --repo "$repository"
}

# --- The demo ---------------------------------------------------------------------------------------

show() {
  say "\$ $*"
  "$@" 2>&1
}

make_demo_repository() {
  local folder=$1
  rm -rf "$folder"
  mkdir -p "$folder"
  cp -R "$source_dir/tests/fixtures/demo/." "$folder"
  git init -q "$folder"
  git -C "$folder" config user.name "Kairon demo"
  git -C "$folder" config user.email demo@localhost
  git -C "$folder" config commit.gpgSign false
  "$prefix/bin/kairon" hooks install --repo "$folder"
}

run_demo() {
  local folder=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/demo
  step "Demo repository: $folder"
  make_demo_repository "$folder"
  cd "$folder"
  say && say "A good commit: two workflows, a migration and its rollback."
  git add -A
  show git commit -q -m "Receive and store messages" || stop 1 "the good commit did not pass"
  show git log --oneline -1
  say && say "A broken one: a node was renamed, and what refers to it was forgotten."
  sed -i 's/"name": "Parse"/"name": "Parse Message"/' n8n-workflows/Receive_Message.json
  git add -A
  if show git commit -q -m "Rename a node"; then stop 1 "the broken commit was not blocked"; fi
  say && say "Blocked, as it should be. Gate a repository of yours: ./install.sh --repo DIR"
}

# --- Uninstall --------------------------------------------------------------------------------------

uninstall() {
  local kairon=$prefix/bin/kairon
  if [ -n "$repository" ]; then
    [ -x "$kairon" ] || stop 3 "no $kairon" "give the --prefix it was installed to"
    "$kairon" hooks uninstall --repo "$repository"
    return
  fi
  if [ -x "$kairon" ]; then "$kairon" hooks uninstall --all; else say "no $kairon; removing what else is there"; fi
  rm -rf "$prefix/libexec/kairon" "${XDG_CACHE_HOME:-$HOME/.cache}/kairon/demo"
  rm -f "$kairon"
  rmdir "$prefix/libexec" "$prefix/bin" 2>/dev/null || true
  say "removed from $prefix"
}

main() {
  parse_arguments "$@"
  check_arguments
  if [ "$action" = uninstall ]; then
    uninstall
    exit 0
  fi
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  if [ "$build" = yes ]; then
    install_packages "${build_packages[@]}"
    install_npm_if_needed
  fi
  case $action in
    packages) exit 0 ;;
    test-packages)
      install_packages "${test_packages[@]}"
      # 350 MB; without it the browser's test says that it is skipped.
      if [ "${KAIRON_FULL:-}" = 1 ] && apt-cache show chromium >/dev/null 2>&1; then install_packages chromium; fi
      install_postgres_if_needed
      install_sshd_if_needed
      exit 0
      ;;
  esac
  if [ -n "$repository" ]; then
    git -C "$repository" rev-parse --git-dir >/dev/null 2>&1 || stop 2 "$repository is no git repository"
  fi
  if [ "$build" = yes ]; then build_release; fi
  install_files
  if [ -n "$repository" ]; then
    gate_repository
  elif [ "$demo" = yes ]; then
    run_demo
  fi
}

main "$@"
