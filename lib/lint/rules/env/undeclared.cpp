#include <algorithm>
#include <set>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/tree.h"

namespace kairon::lint {
namespace env_undeclared {
namespace {

void check(const Tree& tree, Reporter& report) {
  if (!tree.declared_variables) return;
  const std::set<std::string> declared(tree.declared_variables->begin(), tree.declared_variables->end());
  std::set<std::string> told;
  for (const TreeFile& file : tree.files) {
    if (file.facts.archived) continue;
    for (const workflow::VariableFact& variable : file.facts.variables) {
      if (declared.contains(variable.name) || !told.insert(variable.name).second) continue;
      report.at_place(file.path, file.facts.name, variable.place,
                      format("$env.{} is not in .env.example", variable.name),
                      "add it there with a harmless value, so that the next instance is not set up without it");
    }
  }
}

}  // namespace

}  // namespace env_undeclared

extern const TreeRule kEnvUndeclared;
const TreeRule kEnvUndeclared{
    {"env/undeclared", Severity::info, Scope::always, "reads $env.X, which .env.example does not name",
     "An unset variable gives undefined: a webhook path made of it is never registered, although n8n says that the "
     "workflow is active.",
     "Name the variable in .env.example."},
    env_undeclared::check};

}  // namespace kairon::lint
