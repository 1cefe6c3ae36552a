#include "migrate/trial_role.h"

#include <set>
#include <string_view>

namespace kairon::migrate {

bool may_repeat_as_superuser(const migration::File& file, std::size_t index) {
  if (index >= file.script().statements().size()) return false;
  const sql::Node tree = file.script().tree(index).inner();
  const std::string_view node = tree.key();
  const std::string_view variable = tree["name"].string();
  if (node == "VariableSetStmt" && (variable == "role" || variable == "session_authorization")) return false;
  static const std::set<std::string_view> kNever = {"",
                                                    "SelectStmt",
                                                    "InsertStmt",
                                                    "UpdateStmt",
                                                    "DeleteStmt",
                                                    "MergeStmt",
                                                    "DoStmt",
                                                    "CallStmt",
                                                    "CopyStmt",
                                                    "LoadStmt",
                                                    "CreateFunctionStmt",
                                                    "CreateTableAsStmt",
                                                    "AlterSystemStmt",
                                                    "ExecuteStmt",
                                                    "ExplainStmt",
                                                    "DropdbStmt",
                                                    "CreatedbStmt",
                                                    "CreateTableSpaceStmt"};
  return !kNever.contains(node);
}

bool lacks_resources(const postgres::SqlError& error) {
  return error.sqlstate.starts_with("53") || error.message.starts_with("could not extend file");
}

}  // namespace kairon::migrate
