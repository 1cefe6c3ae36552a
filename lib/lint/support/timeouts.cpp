#include "lint/support/timeouts.h"

#include <algorithm>
#include <array>

namespace kairon::lint {
namespace {

// Statements that squawk does not count as slow or locking.
constexpr std::array<std::string_view, 31> kHarmless = {"TransactionStmt",
                                                        "CallStmt",
                                                        "CheckPointStmt",
                                                        "ClosePortalStmt",
                                                        "CopyStmt",
                                                        "DeallocateStmt",
                                                        "DeclareCursorStmt",
                                                        "DiscardStmt",
                                                        "ExecuteStmt",
                                                        "ExplainStmt",
                                                        "FetchStmt",
                                                        "GrantStmt",
                                                        "GrantRoleStmt",
                                                        "ListenStmt",
                                                        "MergeStmt",
                                                        "NotifyStmt",
                                                        "PrepareStmt",
                                                        "ReassignOwnedStmt",
                                                        "VariableSetStmt",
                                                        "VariableShowStmt",
                                                        "SecLabelStmt",
                                                        "ConstraintsSetStmt",
                                                        "UnlistenStmt",
                                                        "DeleteStmt",
                                                        "UpdateStmt",
                                                        "InsertStmt",
                                                        "DoStmt",
                                                        "ReturnStmt",
                                                        "PLAssignStmt",
                                                        "RawStmt",
                                                        ""};

bool refers_to_table(const sql::Node& create) {
  for (const sql::Node element : create["tableElts"]) {
    if (element["Constraint"]["contype"].string() == "CONSTR_FOREIGN") return true;
    if (column_constraint(element["ColumnDef"], "CONSTR_FOREIGN")) return true;
  }
  return false;
}

bool may_wait(const MigrationStatement& statement) {
  if (std::find(kHarmless.begin(), kHarmless.end(), statement.node.key()) != kHarmless.end()) return false;
  if (statement.is("CreateStmt")) return refers_to_table(statement.node);
  if (statement.is("VacuumStmt")) return statement.node["is_vacuumcmd"].boolean();
  if (statement.is("SelectStmt")) return statement.node["intoClause"].present();
  return true;
}

}  // namespace

const MigrationStatement* first_without_timeout(const MigrationInput& input, std::string_view setting) {
  for (const MigrationStatement& statement : input.statements()) {
    if (statement.is("VariableSetStmt") && statement.node["name"].string() == setting) {
      const std::string_view kind = statement.node["kind"].string();
      if (kind != "VAR_RESET" && kind != "VAR_RESET_ALL") return nullptr;
    }
    if (may_wait(statement)) return &statement;
  }
  return nullptr;
}

}  // namespace kairon::lint
