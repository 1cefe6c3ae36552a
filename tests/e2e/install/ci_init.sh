#!/usr/bin/env bash
# kairon ci init: the workflow is one that GitHub takes, and its shell steps are run here as a runner runs
# them: good and bad pushes, pull requests, shards, migrations. And this project's own workflow.
# shellcheck disable=SC2016  # expressions of the workflow
user_cache=${XDG_CACHE_HOME:-$HOME/.cache}
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
for part in jq python3; do command -v $part >/dev/null || { echo "skipped: no $part" && exit 77; }; done
python3 -c 'import yaml' 2>/dev/null || { echo "skipped: no python3-yaml" && exit 77; }
kairon=$build/kairon
source_dir=$(cd "$here/../.." && pwd)

# --- A runner: checks a workflow's shape, runs the shell steps of one job -----------------------------
cat >"$sandbox/runner.py" <<'PY'
import os, re, subprocess, sys, yaml

def expression(text, context):
    """Replaces ${{ name }} and ${{ a || b }} by what `context` says; anything else is an error."""
    def value(match):
        for part in match.group(1).split("||"):
            part = part.strip()
            found = part[1:-1].replace("''", "'") if part.startswith("'") else context.get(part, "")
            if found: return found
        return ""
    return re.sub(r"\$\{\{(.*?)\}\}", value, str(text))

def check(path):
    workflow = yaml.safe_load(open(path))
    problems = []
    def need(condition, what):
        if not condition: problems.append(what)
    need(set(workflow) <= {"name", True, "permissions", "concurrency", "env", "jobs", "defaults"}, "unknown keys at the top")
    need(True in workflow and isinstance(workflow[True], dict), "no events")  # `on` is a boolean in YAML 1.1
    need(set(workflow[True]) <= {"push", "pull_request", "schedule", "workflow_dispatch"}, "unknown events")
    for name, job in workflow["jobs"].items():
        need("runs-on" in job and "timeout-minutes" in job, name + ": no runner or timeout")
        need(set(job) <= {"runs-on", "container", "timeout-minutes", "strategy", "env", "steps", "needs", "if", "permissions", "name"}, name + ": unknown keys")
        for step in job["steps"]:
            need(("uses" in step) != ("run" in step), f"{name}: a step needs either uses or run")
            need(set(step) <= {"uses", "run", "name", "with", "env", "if", "id", "continue-on-error"}, f"{name}: unknown keys in {step}")
            if "uses" in step: need(re.fullmatch(r"[\w.-]+/[\w./-]+@v\d+", step["uses"]), f"{name}: {step['uses']} is not pinned")
            if "run" in step:
                # What comes from outside is never part of a script: GitHub docs, "Script injections".
                need("${{" not in step["run"], f"{name}: an expression inside a script")
                need(subprocess.run(["bash", "-n", "-c", step["run"]]).returncode == 0, f"{name}: a script that bash refuses")
    for problem in problems: print(path + ": " + problem)
    return len(problems)

def run(path, job_name, matrix):
    workflow = yaml.safe_load(open(path))
    job = workflow["jobs"][job_name]
    context = {"matrix.shard": matrix, "github.event.before": os.environ.get("EVENT_BEFORE", ""),
               "github.event.pull_request.base.sha": os.environ.get("EVENT_BASE", ""), "github.event.pull_request.number": "7",
               "vars.KAIRON_GATE_SOURCE": os.environ.get("VAR_SOURCE", "")}
    env = dict(os.environ)
    def add(level): env.update({key: expression(value, context) for key, value in level.items()})
    add(workflow.get("env", {}))
    add(job.get("env", {}))
    env["GITHUB_STEP_SUMMARY"] = env["RUNNER_TEMP"] + "/summary"
    env["GITHUB_PATH"] = env["RUNNER_TEMP"] + "/path"
    open(env["GITHUB_PATH"], "w").close()
    for step in job["steps"]:
        if "run" not in step: continue
        add(step.get("env", {}))
        env["PATH"] = ":".join(open(env["GITHUB_PATH"]).read().split() + [os.environ["PATH"]])
        script = env["RUNNER_TEMP"] + "/step.sh"
        open(script, "w").write(step["run"])
        status = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], env=env).returncode
        if status != 0:
            print(f"step '{step.get('name')}' ended with {status}")
            return status
    return 0

sys.exit(check(sys.argv[2]) if sys.argv[1] == "check" else run(sys.argv[2], sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else ""))
PY

# A suite to clone whose install.sh takes the build at hand.
mkdir "$sandbox/suite"
cat >"$sandbox/suite/install.sh" <<SH
#!/bin/sh
echo "\$*" >>"$sandbox/installs"
if [ "\$1" = --packages-only ]; then exit 0; fi
mkdir -p "\$3/bin" && ln -sf "$kairon" "\$3/bin/kairon"
SH
chmod +x "$sandbox/suite/install.sh"
git init -q "$sandbox/suite"
git -C "$sandbox/suite" add -A
git -C "$sandbox/suite" -c core.hooksPath=/dev/null commit -q -m suite

# job NAME [SHARD]: runs that job's steps
job() {
  rm -rf "$sandbox/runner" && mkdir "$sandbox/runner"
  RUNNER_TEMP=$sandbox/runner EVENT_BEFORE=${before:-} EVENT_BASE=${base:-} run python3 "$sandbox/runner.py" run .github/workflows/kairon.yml "$@"
}
expect_job() {
  local wanted=$1
  shift
  job "$@"
  [[ $status == "$wanted" ]] || fail "job $* ended with $status, not $wanted"
}
commit() { git add -A && git -c core.hooksPath=/dev/null commit -q -m "$1"; }

# --- Written once, valid, and not over somebody's own -------------------------------------------------
seed
passes "$kairon" ci init --source "$sandbox/suite"
mentions "wrote .github/workflows/kairon.yml"
passes python3 "$sandbox/runner.py" check .github/workflows/kairon.yml
passes "$kairon" ci init --source "$sandbox/suite"
mentions "is as it should be"
echo "# mine" >>.github/workflows/kairon.yml
ends_with 2 "$kairon" ci init --source "$sandbox/suite"
tail -1 .github/workflows/kairon.yml | grep -qx "# mine" || fail "a changed workflow was replaced"
passes "$kairon" ci init --source "$sandbox/suite" --force --shards 3
grep -q 'shard: \["1/3", "2/3", "3/3"\]' .github/workflows/kairon.yml || fail "no matrix of three"
passes "$kairon" ci init --stdout
mentions 'KAIRON_GATE_SOURCE: ${{ vars.KAIRON_GATE_SOURCE }}'
# A package in place of a build, and GitLab's form.
passes "$kairon" ci init --stdout --package https://example.org/kairon.deb
mentions 'KAIRON_GATE_PACKAGE: "https://example.org/kairon.deb"'
[[ $output != *install.sh* && $output != *'needs:'* ]] || fail 'with a package the suite is built all the same'
printf '%s\n' "$output" >"$sandbox/package.yml"
passes python3 "$sandbox/runner.py" check "$sandbox/package.yml"
# Both by GitHub's rules, as far as actionlint knows them.
linted=0
XDG_CACHE_HOME=$user_cache run "$source_dir/tests/support/check_workflows.sh" .github/workflows/kairon.yml "$sandbox/package.yml"
case $status in
  0) linted=1 ;;
  77) ;;
  *) fail "actionlint reports something" ;;
esac
# gitlab FILE: its shape, and its commands run as a runner's shell runs them
cat >"$sandbox/gitlab.py" <<'PY'
import os, subprocess, sys, yaml
job = yaml.safe_load(open(sys.argv[1]))["kairon"]
assert set(job) <= {"image", "rules", "variables", "cache", "before_script", "script", "artifacts"}, job.keys()
assert job["artifacts"]["reports"]["codequality"] and job["artifacts"]["reports"]["junit"]
assert all(isinstance(line, str) for line in job["before_script"] + job["script"]), "a command that is not a text"
assert all(set(rule) == {"if"} for rule in job["rules"])
if len(sys.argv) > 2:
    env = dict(os.environ, CI_PROJECT_DIR=os.getcwd())
    for name, value in job["variables"].items(): env[name] = value.replace("$CI_PROJECT_DIR", os.getcwd())
    lines = [line for line in job["before_script"] + job["script"] if not line.startswith("apt-get ")]
    sys.exit(subprocess.run(["bash", "-eo", "pipefail", "-c", "\n".join(lines)], env=env).returncode)
PY
passes "$kairon" ci init --gitlab --source "$sandbox/suite"
printf '%s\n' "$output" >"$sandbox/gitlab.yml"
passes python3 "$sandbox/gitlab.py" "$sandbox/gitlab.yml"
passes "$kairon" ci init --gitlab --package https://example.org/kairon.deb
printf '%s\n' "$output" >"$sandbox/gitlab-package.yml"
[[ $output != *install.sh* && $output == *'KAIRON_GATE_PACKAGE: "https://example.org/kairon.deb"'* ]] || fail "GitLab's form does not take a package"
passes python3 "$sandbox/gitlab.py" "$sandbox/gitlab-package.yml"
ends_with 2 "$kairon" ci init --gitlab --lefthook
ends_with 2 "$kairon" ci init --shards 0
ends_with 2 "$kairon" ci init --source 'x"; rm -rf ~'
ends_with 2 "$kairon" ci
commit workflow

# --- check --shard and --range, which it is made of ------------------------------------------------------
mkdir -p "$sandbox/many/n8n-workflows" && (
  cd "$sandbox/many"
  git init -q .
  for i in $(seq 1 41); do bad "W_$i" >"n8n-workflows/W_$i.json"; done
  findings() { "$kairon" check --format json "$@" 2>/dev/null | jq -c '.findings[]' || true; }
  findings --all >whole
  [[ $(wc -l <whole) -ge 41 ]] || fail "41 bad files and $(wc -l <whole) findings"
  for count in 2 3 7 60; do
    for part in $(seq 1 $count); do findings --all --shard "$part/$count"; done >parts
    cmp -s <(sort whole) <(sort parts) || fail "$count shards are not the whole, each part once"
  done
  for wrong in 0/2 3/2 1 1/2/3 x/2 1x/2 1/2x -1/2 1/; do ends_with 2 "$kairon" check --all --shard "$wrong"; done
  commit first
  good W_1 >n8n-workflows/W_1.json && commit second
  bad W_2 >n8n-workflows/W_2.json && echo >>n8n-workflows/W_2.json && commit third
  [[ -z $(findings --range HEAD~2..HEAD~1) ]] || fail "a range reports what it did not change"
  [[ $(findings --range HEAD~2..HEAD | jq -r .path | sort -u) == n8n-workflows/W_2.json ]] || fail "a range misses what it changed"
  git -c core.hooksPath=/dev/null checkout -q HEAD~1 # the range's content counts, not the work tree's
  [[ $(findings --range main~2..main | jq -r .path | sort -u) == n8n-workflows/W_2.json ]] || fail "a range reads the work tree"
)

# --- Its steps, as a runner runs them -------------------------------------------------------------------
before=$(git rev-parse HEAD)
good B >n8n-workflows/B.json
commit good
# The other jobs run at one time: they wait for the one that builds.
expect_job 0 gate
for job in check migrations changes; do
  grep -A2 "^  $job:" .github/workflows/kairon.yml | grep -qx '    needs: gate' || fail "the job $job does not wait for the build"
done
for shard in 1/3 2/3 3/3; do expect_job 0 check $shard; done
[[ $(cat "$sandbox/installs") == "--no-demo --prefix $HOME/.local/share/kairon-gate
--packages-only
--packages-only
--packages-only" ]] || fail "the suite was not built exactly once: $(cat "$sandbox/installs")"

for name in C D E F G H; do bad $name >n8n-workflows/$name.json; done
commit bad
found=0
missing_nodes="[.runs[0].results[] | select(.ruleId == \"$missing\")] | length"
for shard in 1/3 2/3 3/3; do
  job check $shard
  results=$(jq "$missing_nodes" kairon.sarif)
  found=$((found + results))
  [[ ($results == 0 && $status == 0) || ($results != 0 && $status == 1) ]] || fail "shard $shard: $results findings and status $status"
  [[ $results == 0 || $output == *"::error file=n8n-workflows/"* ]] || fail "no annotations"
done
[[ $found == 6 ]] || fail "the shards found $found of 6"
rm kairon.sarif

# A pull request is measured from its base; a push without a past (a new branch) as a whole.
# GitLab's form finds the same, and builds once for one commit of the suite.
mkdir "$sandbox/lab" && git clone -q . "$sandbox/lab/r" && : >"$sandbox/installs"
(
  cd "$sandbox/lab/r"
  for round in 1 2; do
    sed "s|/tmp/kairon-gate|$sandbox/lab/gate$round|g" "$sandbox/gitlab.yml" >"$sandbox/lab/job.yml"
    CI_COMMIT_BEFORE_SHA=$before run python3 "$sandbox/gitlab.py" "$sandbox/lab/job.yml" run
    [[ $status == 1 ]] || fail "GitLab's job ended with $status"
    [[ $(jq "[.[] | select(.check_name == \"$missing\")] | length" gl-code-quality-report.json) == 6 ]] || fail "GitLab's job found something else"
    grep -q '<testsuite' kairon-junit.xml || fail "no JUnit report"
  done
) || exit 1
[[ $(cat "$sandbox/installs") == "--no-demo --prefix $sandbox/lab/r/.kairon-gate
--packages-only" ]] || fail "GitLab's job builds again: $(cat "$sandbox/installs")"

before=0000000000000000000000000000000000000000
job check 1/1
[[ $(jq "$missing_nodes" kairon.sarif) == 6 && $status == 1 ]] || fail "a new branch is not checked as a whole"
base=$(git rev-parse HEAD)
good I >n8n-workflows/I.json
commit "after the base"
expect_job 0 check 1/1
[[ $(jq '.runs[0].results | length' kairon.sarif) == 0 ]] || fail "what stood in the base was reported"
rm kairon.sarif

# --- One comment for each pull request, updated ---------------------------------------------------------
mkdir "$sandbox/gh"
cat >"$sandbox/gh/gh" <<SH
#!/bin/sh
echo "\$*" >>"$sandbox/gh/calls"
case "\$*" in *--jq*) cat "$sandbox/gh/ids" ;; *body=@*) cp kairon-diff.md "$sandbox/gh/body" ;; esac
SH
chmod +x "$sandbox/gh/gh"
path_before=$PATH
export PATH=$sandbox/gh:$PATH GITHUB_REPOSITORY=me/flows
: >"$sandbox/gh/ids"
expect_job 0 changes
grep -q -- '-X POST repos/me/flows/issues/7/comments -F body=@kairon-diff.md' "$sandbox/gh/calls" || fail "no comment was made"
head -1 "$sandbox/gh/body" | grep -qx '<!-- kairon diff -->' || fail "the comment would not be found again"
grep -q '^### `I: new workflow, 2 nodes, 1 connection`' "$sandbox/gh/body" || fail "the comment does not tell the change"
grep -q '^```mermaid$' "$sandbox/gh/body" || fail "the comment has no picture"
grep -q 'mermaid' "$sandbox/runner/summary" || fail "the summary of the step is empty"
grep -q '<!doctype html>' kairon-diff.html || fail "no page to attach"
printf '41\n42\n' >"$sandbox/gh/ids"
: >"$sandbox/gh/calls"
expect_job 0 changes
grep -q -- '-X PATCH repos/me/flows/issues/comments/41 -F' "$sandbox/gh/calls" || fail "the comment was not updated"
! grep -q -- '-X POST' "$sandbox/gh/calls" || fail "a second comment was made"
grep -A3 'name: Comment' .github/workflows/kairon.yml | grep -q 'if: .*!github.event.pull_request.head.repo.fork' || fail "a fork would comment"
PATH=$path_before
rm kairon-diff.html kairon-diff.md
unset base

if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  before=$(git rev-parse HEAD)
  mkdir -p db/migrations
  echo 'CREATE TABLE notes (id bigint PRIMARY KEY);' >db/migrations/001_notes.sql
  echo 'DROP TABLE notes;' >db/migrations/001_notes_rollback.sql
  commit migration
  expect_job 0 migrations
  before=$(git rev-parse HEAD)
  echo 'ALTER TABLE nots ADD COLUMN body text;' >db/migrations/002_body.sql
  echo 'ALTER TABLE notes DROP COLUMN body;' >db/migrations/002_body_rollback.sql
  commit "a bad migration"
  expect_job 1 migrations
  mentions 'relation "nots" does not exist'
  # A first push, or one over what is gone, has no past to measure from: every migration is tried.
  before=0000000000000000000000000000000000000000
  expect_job 1 migrations
  mentions 'relation "nots" does not exist'
else
  echo "skipped: no PostgreSQL server, so the migrations' job was not run"
fi

sed -i "s/ || '[^']*' }}/ }}/" .github/workflows/kairon.yml
job check 1/1
[[ $status != 0 ]] || fail "passed without a suite"
mentions "set the repository variable KAIRON_GATE_SOURCE"

# --- This project's own workflow --------------------------------------------------------------------------
passes python3 "$sandbox/runner.py" check "$source_dir/.github/workflows/ci.yml"
for preset in $(grep -o 'preset [a-z]*' "$source_dir/.github/workflows/ci.yml" | cut -d' ' -f2); do
  jq -e --arg name "$preset" 'any(.configurePresets[]; .name == $name)' "$source_dir/CMakePresets.json" >/dev/null || fail "no preset $preset"
done
[[ $linted == 1 ]] || { echo "skipped: no actionlint: what kairon ci init writes was not linted" && exit 77; }
