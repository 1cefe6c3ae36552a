#include "lint/support/rewrites.h"

#include "base/text.h"

namespace kairon::lint {
namespace {

// A boolean option: absent value, true, on and 1 switch it on (commands/define.c, defGetBoolean).
bool is_on(const sql::Node& element) {
  const sql::Node value = element["arg"];
  if (!value) return true;
  if (value["Integer"]) return value["Integer"]["ival"].integer() == 1;
  const std::string word = text::lower(value.name());
  return word == "true" || word == "on";
}

}  // namespace

bool rewrites_table(const MigrationStatement& statement) {
  if (statement.is("ClusterStmt")) return true;
  if (!statement.is("VacuumStmt") || !statement.node["is_vacuumcmd"].boolean()) return false;
  for (const sql::Node option : statement.node["options"]) {
    const sql::Node element = option["DefElem"];
    if (element["defname"].string() == "full") return is_on(element);
  }
  return false;
}

}  // namespace kairon::lint
