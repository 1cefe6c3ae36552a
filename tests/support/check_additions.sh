#!/usr/bin/env bash
# What .github/CONTRIBUTING.md says that a rule, a command and a setting touch, as three sample commits in a copy of
# the sources: the files of each are counted, compiled, and found by the table they belong to. The files that
# tests/generated.sh rewrites afterwards are not written by hand and not counted. Usage: check_additions.sh CXX CMAKE
set -euo pipefail
cxx=$1 cmake=$2
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
bad=0
complain() { echo "check_additions: $*" && bad=1; }

mkdir "$work/copy"
tar -C "$top" -cf - lib tests/new_rule.sh | tar -C "$work/copy" -xf -
cd "$work/copy"
commit() { git add -A && git -c user.name=n -c user.email=n@example.org commit -q -m "$1"; }
compiles() { "$cxx" -std=c++20 -fsyntax-only -Wall -Wextra -Werror -Ilib "$1" || complain "$1 does not compile"; }
git init -q
commit "the sources"

# added WHAT NUMBER WORD: commits what was written, and compares the number of files with the guide's.
added() {
  commit "add a $1"
  mapfile -t files < <(git diff --name-only HEAD~1)
  echo "a $1: ${#files[@]} files: ${files[*]}"
  [ "${#files[@]}" = "$2" ] || complain "a $1 touches ${#files[@]} files, not $2"
  grep -q "^## Adding a $1: $3 file" "$top/.github/CONTRIBUTING.md" || complain "CONTRIBUTING.md does not say that a $1 touches $3 files"
}

tests/new_rule.sh node/sample >/dev/null
added rule 3 three
compiles lib/lint/rules/node/sample.cpp
"$cmake" -DOUT="$work/rule_table.inc" -DRULES="$PWD/lib/lint/rules" -P lib/lint/registry.cmake
grep -qx 'KAIRON_RULE(WorkflowRule, kNodeSample)' "$work/rule_table.inc" || complain "the table of rules has no node/sample"

cat >lib/commands/sample.cpp <<'CPP'
#include "base/arguments.h"
#include "base/terminal.h"
#include "commands/command.h"

namespace kairon::commands {

namespace {

constexpr OptionSpec kSampleOptions[] = {{"--twice", "", "print it twice"}};

ExitCode run_sample(const Options& options) {
  no_more_words(options, 0);
  for (int i = options.has("--twice") ? 2 : 1; i > 0; --i) terminal::print(terminal::Channel::out, "sample");
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandSample;
const Command kCommandSample{"sample", "", "Print a line.", kSampleOptions, run_sample};

}  // namespace kairon::commands
CPP
echo 'KAIRON_COMMAND(kCommandSample)' >>lib/commands/commands.inc
added command 2 two
compiles lib/commands/sample.cpp

echo 'KAIRON_KEY(kSample, Duration, "kairon", "", "sample", "5m", "duration", anyone, open, "time of a sample")' >>lib/config/keys.inc
added setting 1 one
cat >"$work/reads.cpp" <<'CPP'
#include "config/settings.h"

std::chrono::milliseconds sample(const kairon::config::Settings& settings) {
  return settings.value(kairon::config::kSample);
}
CPP
compiles "$work/reads.cpp"

[ $bad = 1 ] || echo "check_additions: ok"
exit $bad
