#!/usr/bin/env bash
# Writes the three files of a new rule: lib/lint/rules/<group>/<name>.cpp and a bad and a good example below
# tests/fixtures/rules/<group>/<name>/. The rule reports nothing yet, so its test fails until it does.
# Usage: tests/new_rule.sh GROUP/NAME [SOURCE_DIR]
set -euo pipefail

id=${1:-}
if [[ ! $id =~ ^[a-z][a-z0-9]*/[a-z][a-z0-9]*(-[a-z0-9]+)*$ ]]; then
  echo "usage: tests/new_rule.sh GROUP/NAME, such as node/unreachable" >&2
  exit 2
fi
cd "${2:-$(dirname "$0")/..}"
group=${id%/*} name=${id#*/}
source_file=lib/lint/rules/$group/${name//-/_}.cpp
examples=tests/fixtures/rules/$id
if [ -e "$source_file" ] || [ -e "$examples" ]; then
  echo "new_rule: $id exists already" >&2
  exit 2
fi
symbol=k own=${id//[-\/]/_}
for word in ${id//[-\/]/ }; do symbol+=${word^}; done

if [ "$group" = migration ]; then
  includes='#include "lint/migration_rule.h"' type=MigrationRule arguments='const MigrationInput& input, MigrationReporter& report'
  body='  for (const MigrationStatement& statement : input.statements()) {
    if (statement.is("CheckPointStmt")) report.at(statement, "names the table and what happens to its rows");
  }'
  bad=008_example.sql bad_text='-- The statement that the rule is about.
SELECT 1;' good_text='-- The same change, done right.
SELECT 1;'
else
  includes='#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/workflow.h"' type=WorkflowRule arguments='const WorkflowInput& input, Reporter& report'
  body='  for (const workflow::Node& node : input.workflow.nodes()) {
    if (node.name.empty()) report.at(node.json, &node, "names the node and what goes wrong in a run");
  }'
  bad=Example.json bad_text='{
  "name": "Example",
  "nodes": [
    {
      "id": "1",
      "name": "Start",
      "type": "n8n-nodes-base.manualTrigger",
      "typeVersion": 1,
      "position": [0, 0],
      "parameters": {}
    }
  ],
  "connections": {}
}' good_text=$bad_text
fi

mkdir -p "$(dirname "$source_file")" "$examples/bad" "$examples/good"
cat >"$source_file" <<CPP
$includes

namespace kairon::lint {

// Sixteen rules share a translation unit: what is local to one is kept apart by a namespace of its name.
namespace $own {
namespace {

void check($arguments) {
$body
}

}  // namespace

}  // namespace $own

extern const $type $symbol;
const $type $symbol{
    {"$id", Severity::error, Scope::always, "a clause with a verb: what the file does",
     "What goes wrong when it runs, and where that is documented.", "What to do instead."},
    $own::check};

}  // namespace kairon::lint
CPP
printf '%s\n' "$bad_text" >"$examples/bad/$bad"
printf '%s\n' "$good_text" >"$examples/good/$bad"
printf '%s\n' "$source_file" "$examples/bad/$bad" "$examples/good/$bad"
[ "$group" != migration ] || echo "write five bad and five good cases into tests/lint/rules/migration/cases/$name.txt"
echo "then build, and type: tests/generated.sh"
