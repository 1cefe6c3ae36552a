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

catalogues=yes
# A line of progress where there is no terminal; the tests wait less.
progress_seconds=${KAIRON_INSTALL_PROGRESS:-20}
# Room that a build needs, and an installation, in MB.
build_room=600
install_room=80

# ca-certificates: CMake fetches the JavaScript grammar and kairon the node catalogues, both by https.
build_packages=(g++ cmake ninja-build pkg-config git ca-certificates libgit2-dev rapidjson-dev libfmt-dev libpq-dev
  libpg-query-dev libcurl4-openssl-dev libssl-dev libtree-sitter-dev)
test_packages=(doctest-dev dpkg-dev lintian lowdown shellcheck tmux sqitch libdbd-pg-perl jq libxml2-utils pre-commit python3-jsonschema python3-yaml age gnupg rclone clang-format clang-tidy procps systemd pgbouncer)

usage() {
  cat <<'TEXT'
Usage: ./install.sh [--prefix DIR] [--repo DIR | --no-demo]
       ./install.sh --uninstall [--prefix DIR] [--repo DIR]

Installs what the build needs (apt-get, as root or with sudo; else it prints the command and stops),
builds, installs to PREFIX/bin/kairon and PREFIX/libexec/kairon/hooks, and fetches the node catalogues of
the newest n8n 1.x and 2.x to PREFIX/share/kairon/catalogue. Running it again upgrades.

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
  --no-catalogue  fetch no node catalogue
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
      --no-catalogue) catalogues=no ;;
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
  if [ "$action" = packages ] || [ "$action" = test-packages ]; then return; fi
  check_writable "$prefix" --prefix
  [ "$action" = install ] || return 0
  check_room "$prefix" "$install_room" --prefix
  [ "$build" = yes ] || return 0
  check_writable "$build_dir" --build-dir
  # What was built before has its room already.
  [ -e "$build_dir/kairon" ] || check_room "$build_dir" "$build_room" --build-dir
}

nearest_folder() {
  local folder=$1
  while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
  printf '%s' "$folder"
}

check_writable() {
  local folder
  folder=$(nearest_folder "$1")
  [ -d "$folder" ] || stop 2 "$folder is not a folder" "give another $2"
  [ -w "$folder" ] || stop 3 "cannot write to $folder" "give another $2, or run this as a user who may"
}

# check_room FOLDER MB OPTION
check_room() {
  local folder free
  folder=$(nearest_folder "$1")
  { read -r _ && read -r _ _ _ free _; } < <(df -Pk "$folder" 2>/dev/null) || return 0
  if [ $((free / 1024)) -lt "$2" ]; then
    stop 3 "$folder has $((free / 1024)) MB of free space, and $2 MB are needed" "free some space, or give another $3"
  fi
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

# as_root COMMAND: the line to type, with sudo where there is one.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    printf '%s' "$1"
  elif command -v sudo >/dev/null; then
    printf "sudo sh -c '%s'" "$1"
  else
    printf "su -c '%s'" "$1"
  fi
}

# The system's name, for a message.
system_name() { (. /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-this system}") || printf 'this system'; }

# with_progress WHAT COMMAND...: runs it with its output in the log. Without a terminal a line every
# 20 seconds shows that it still works.
with_progress() {
  local what=$1 pid status=0 begun=$SECONDS next=$((SECONDS + progress_seconds)) done_of
  shift
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  trap 'kill "$pid" 2>/dev/null; rm -f "$log"; exit 130' INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if [ $SECONDS -ge $next ]; then
      next=$((SECONDS + progress_seconds))
      done_of=$(tail -n 1 "$log" | sed -n 's/^\[\([0-9]*\)\/\([0-9]*\)\].*/, \1 of \2 steps/p')
      say "  $what: $((SECONDS - begun)) s$done_of"
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM
  return $status
}

# stop_on_full_disk FOLDER: when that is what the log says.
stop_on_full_disk() {
  if grep -q 'No space left on device' "$log"; then
    stop 3 "the disk is full: $1 (or TMPDIR, ${TMPDIR:-/tmp})" "free $build_room MB, or give another --build-dir"
  fi
}

install_packages() {
  local missing as install
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    stop 3 "$(system_name) is not supported: it has no apt-get (Debian 12 or later, Ubuntu 24.04 or later)" \
      "install the counterparts of these, then: cmake --preset release && cmake --build build: $*"
  fi
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  install="apt-get install -y --no-install-recommends ${missing[*]}"
  as=$(privilege)
  [ -n "$as" ] || stop 3 "packages are missing and there is no way to become root" \
    "$(if [ "$action" = test-packages ]; then as_root "$(printf '%q' "$source_dir/install.sh") --packages-only test"; else as_root "apt-get update && $install"; fi)"
  step "Installing ${#missing[@]} packages"
  with_progress "apt-get update" "$as" apt-get update -q || say "apt-get update failed; trying with the lists at hand" >&2
  # shellcheck disable=SC2086 # the names hold no blanks
  with_progress "apt-get install" "$as" env DEBIAN_FRONTEND=noninteractive $install || explain_apt "$install"
}

# One line for what apt-get said, and its remedy.
explain_apt() {
  local unknown
  unknown=$(sed -n -e 's/^E: Unable to locate package //p' -e "s/^E: Package '\([^']*\)' has no installation candidate/\1/p" "$log" | tr '\n' ' ')
  if [ -n "$unknown" ] && compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; then
    stop 3 "$(system_name) has no package ${unknown% }" "use Debian 12 or later, or Ubuntu 24.04 or later (with universe)"
  fi
  if [ -n "$unknown" ] || grep -qE 'Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Failed to fetch' "$log"; then
    stop 3 "the packages cannot be downloaded: the package server cannot be reached" \
      "connect this machine, or set Acquire::http::Proxy in /etc/apt/apt.conf.d; then run this again"
  fi
  if grep -qE "enough free space|No space left" "$log"; then
    stop 3 "the disk is full: the packages do not fit" "free some space below / and run this again"
  fi
  stop 3 "apt-get could not install what is missing: $(grep -m 1 '^E: ' "$log" || tail -n 1 "$log")" "$(as_root "$1")"
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

# A browser for the tests of pages and pictures (350 MB). Ubuntu offers it only as a snap; there, and where it cannot
# be installed, these tests say that they are skipped.
install_browser_if_offered() {
  { command -v chromium || command -v chromium-browser; } >/dev/null && return 0
  if [ -z "$(privilege)" ] || ! apt-cache show chromium >/dev/null 2>&1 || ! (install_packages chromium); then
    say "note: no chromium: the tests that need a browser are skipped"
  fi
}

# npm: the tests run a real n8n, and fetch PostgreSQL's other major versions with it.
install_test_packages() {
  local packages=("${build_packages[@]}" "${test_packages[@]}")
  command -v npm >/dev/null || packages+=(npm)
  install_packages "${packages[@]}"
  install_browser_if_offered
  install_postgres_if_needed
  install_sshd_if_needed
}

# --- Build and install ------------------------------------------------------------------------------

# The cause and the remedy that the build prints itself (lib/js/grammar.cmake).
stop_with_own_words() {
  local cause
  cause=$(sed -n 's/^error: //p' "$log" | head -n 1)
  [ -z "$cause" ] || stop 3 "$cause" "$(sed -n 's/^help: //p' "$log" | head -n 1)"
}

configure() {
  local arguments=(--preset release -B "$build_dir")
  # A folder that the tests were built in keeps them.
  [ -e "$build_dir/CMakeCache.txt" ] || arguments+=(-DKAIRON_BUILD_TESTS=OFF)
  (cd "$source_dir" && with_progress "configuring" cmake "${arguments[@]}") || {
    stop_with_own_words
    stop_on_full_disk "$build_dir"
    tail -n 20 "$log" >&2
    stop 1 "cmake could not configure the build" "see the lines above; rm -r $build_dir starts afresh"
  }
  # What the build does without on this machine, and what that costs.
  sed -n 's/^note: /note: /p' "$log"
}

build_release() {
  step "Building in $build_dir"
  configure
  local compile=(cmake --build "$build_dir" --target kairon pre-commit pre-push post-merge post-commit pre-receive kairon_share)
  if [ -t 1 ]; then
    "${compile[@]}" || stop 1 "the build failed" "see the lines above"
  else
    with_progress "building" "${compile[@]}" || {
      stop_on_full_disk "$build_dir"
      grep -E -A 3 'error|FAILED' "$log" | head -n 20 >&2
      stop 1 "the build failed" "${compile[*]@Q}"
    }
  fi
}

install_files() {
  step "Installing to $prefix"
  cmake --install "$build_dir" --prefix "$prefix" --strip >"$log" 2>&1 || {
    if grep -q 'No space left on device' "$log"; then stop 3 "the disk is full: $prefix" "free $install_room MB, or give another --prefix"; fi
    stop 1 "installing failed: $(grep -m 1 -A 3 'Error' "$log" | tr -s '\n ' ' ')" "give another --prefix"
  }
  # What --uninstall removes besides the folders that are ours alone.
  mkdir -p "$prefix/share/kairon" && cp "$build_dir/install_manifest.txt" "$prefix/share/kairon/manifest"
  say "$("$prefix/bin/kairon" --version | head -n 1): $prefix/bin/kairon, $prefix/libexec/kairon/hooks"
  case :$PATH: in
    *:"$prefix/bin":*) ;;
    *) say "note: $prefix/bin is not in PATH" ;;
  esac
}

# The rules about nodes and their parameters need n8n's own descriptions. None is fetched again.
install_catalogues() {
  local major folder=$prefix/share/kairon/catalogue
  step "Fetching n8n's node catalogues"
  for major in 1 2; do
    if with_progress "n8n $major.x" "$prefix/bin/kairon" catalogue update --npm "$major" --to "$folder"; then
      tail -n 1 "$log"
    else
      say "note: no catalogue of n8n $major.x: $(sed -n 's/^kairon: error: //p' "$log" | head -n 1)"
      say "      rules that need it are off; later: kairon catalogue update --npm $major"
    fi
  done
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

# The files of the manifest, where they lie below the prefix, and the folders that this leaves empty.
remove_listed_files() {
  local file folder
  [ -f "$prefix/share/kairon/manifest" ] || return 0
  # The manifest's last line has no end.
  while IFS= read -r file || [ -n "$file" ]; do
    case $file in "$prefix"/*) ;; *) continue ;; esac
    rm -f "$file"
    folder=$(dirname "$file")
    while [ "$folder" != "$prefix" ] && rmdir "$folder" 2>/dev/null; do folder=$(dirname "$folder"); done
  done <"$prefix/share/kairon/manifest"
}

uninstall() {
  local kairon=$prefix/bin/kairon
  if [ -n "$repository" ]; then
    [ -x "$kairon" ] || stop 3 "no $kairon" "give the --prefix it was installed to"
    "$kairon" hooks uninstall --repo "$repository"
    return
  fi
  if [ -x "$kairon" ]; then "$kairon" hooks uninstall --all; else say "no $kairon; removing what else is there"; fi
  remove_listed_files
  rm -rf "$prefix/libexec/kairon" "$prefix/share/kairon" "$prefix/share/doc/kairon" "${XDG_CACHE_HOME:-$HOME/.cache}/kairon/demo"
  rm -f "$kairon"
  rmdir "$prefix/libexec" "$prefix/bin" "$prefix/share/doc" "$prefix/share" 2>/dev/null || true
  say "removed from $prefix"
}

main() {
  parse_arguments "$@"
  check_arguments
  if [ "$action" = uninstall ]; then
    uninstall
    exit 0
  fi
  log=$(mktemp) || stop 3 "cannot write to the temp folder ${TMPDIR:-/tmp}" "make room there, or set TMPDIR"
  trap 'rm -f "$log"' EXIT
  case $action in
    packages)
      install_packages "${build_packages[@]}"
      exit 0
      ;;
    test-packages)
      install_test_packages
      exit 0
      ;;
  esac
  if [ "$build" = yes ]; then install_packages "${build_packages[@]}"; fi
  if [ -n "$repository" ]; then
    git -C "$repository" rev-parse --git-dir >/dev/null 2>&1 || stop 2 "$repository is no git repository"
  fi
  if [ "$build" = yes ]; then build_release; fi
  install_files
  if [ "$catalogues" = yes ]; then install_catalogues; fi
  if [ -n "$repository" ]; then
    gate_repository
  elif [ "$demo" = yes ]; then
    run_demo
  fi
}

main "$@"
