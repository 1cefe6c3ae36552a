#include "diff/sql_effects.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/format.h"
#include "diff/words.h"
#include "sql/token.h"

namespace kairon::diff {

namespace {

using sql::Node;

std::string relation_name(const Node& range) {
  const std::string_view schema = range["schemaname"].string();
  const std::string_view name = range["relname"].string();
  return schema.empty() ? std::string(name) : format("{}.{}", schema, name);
}

std::string columns_of(const Node& targets) {
  std::vector<std::string> names;
  for (const Node target : targets)
    if (const std::string_view name = target["ResTarget"]["name"].string(); !name.empty()) names.emplace_back(name);
  return names.empty() ? std::string() : format("({})", text::join(names, ", "));
}

struct Use {
  std::string verb;
  std::string name;
  std::string columns;
};

/// Lock modes as PostgreSQL's manual gives them ("Explicit Locking" and the pages of the statements).
std::string_view alter_lock(const Node& statement) {
  static constexpr std::array kLight =
      std::to_array<std::string_view>({"AT_ValidateConstraint", "AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions",
                                       "AT_ClusterOn", "AT_DropCluster", "AT_AttachPartition"});
  static constexpr std::array kShareRow = std::to_array<std::string_view>(
      {"AT_EnableTrig", "AT_DisableTrig", "AT_EnableTrigAll", "AT_DisableTrigAll", "AT_EnableTrigUser"});
  std::string_view strongest = "SHARE UPDATE EXCLUSIVE";
  for (const Node wrapper : statement["cmds"]) {
    const Node command = wrapper["AlterTableCmd"];
    const std::string_view type = command["subtype"].string();
    const bool foreign_key =
        type == "AT_AddConstraint" && command["def"]["Constraint"]["contype"].string() == "CONSTR_FOREIGN";
    if (std::find(kLight.begin(), kLight.end(), type) != kLight.end()) continue;
    if (!foreign_key && std::find(kShareRow.begin(), kShareRow.end(), type) == kShareRow.end())
      return "ACCESS EXCLUSIVE";
    strongest = "SHARE ROW EXCLUSIVE";
  }
  return strongest;
}

std::string lock_of_drop(const Node& statement) {
  const std::string_view type = statement["removeType"].string();
  const bool of_table = type == "OBJECT_TRIGGER" || type == "OBJECT_POLICY" || type == "OBJECT_RULE";
  if (type == "OBJECT_INDEX")
    return statement["concurrent"].boolean() ? "SHARE UPDATE EXCLUSIVE on the index's table"
                                             : "ACCESS EXCLUSIVE on the index's table";
  if (!of_table && type != "OBJECT_TABLE" && type != "OBJECT_VIEW" && type != "OBJECT_MATVIEW") return {};
  std::vector<std::string> names;
  for (const Node object : statement["objects"]) {
    std::vector<std::string> parts;
    for (const Node part : object["List"]["items"]) parts.emplace_back(part.name());
    if (of_table && !parts.empty()) parts.pop_back();
    names.push_back(text::join(parts, "."));
  }
  return format("ACCESS EXCLUSIVE on {}", text::join(names, ", "));
}

std::string names_in(const Node& ranges) {
  std::vector<std::string> names;
  for (const Node range : ranges) names.push_back(relation_name(range["RangeVar"]));
  return text::join(names, ", ");
}

std::string lock_of(const Node& statement) {
  const std::string_view kind = statement.key();
  const std::string table = relation_name(statement["relation"]);
  if (kind == "AlterTableStmt") return format("{} on {}", alter_lock(statement), table);
  if (kind == "RenameStmt") return table.empty() ? std::string() : format("ACCESS EXCLUSIVE on {}", table);
  if (kind == "IndexStmt")
    return format("{} on {}", statement["concurrent"].boolean() ? "SHARE UPDATE EXCLUSIVE" : "SHARE", table);
  if (kind == "DropStmt") return lock_of_drop(statement);
  if (kind == "TruncateStmt") return format("ACCESS EXCLUSIVE on {}", names_in(statement["relations"]));
  if (kind == "CreateTrigStmt") return format("SHARE ROW EXCLUSIVE on {}", table);
  if (kind == "InsertStmt" || kind == "UpdateStmt" || kind == "DeleteStmt") return format("ROW EXCLUSIVE on {}", table);
  if (kind == "RefreshMatViewStmt")
    return format("{} on {}", statement["concurrent"].boolean() ? "EXCLUSIVE" : "ACCESS EXCLUSIVE", table);
  if (kind == "ClusterStmt" && !table.empty()) return format("ACCESS EXCLUSIVE on {}", table);
  if (kind == "LockStmt") return format("explicit lock on {}", names_in(statement["relations"]));
  return {};
}

/// The statement on one line: comments away, blanks squeezed.
std::string one_line(std::string_view statement) {
  constexpr std::size_t kMost = 120;
  std::string out;
  std::size_t end = 0;
  for (const sql::Token& token : sql::tokens(statement)) {
    if (token.kind == sql::TokenKind::line_comment || token.kind == sql::TokenKind::block_comment) continue;
    if (!out.empty() && token.begin > end) out += ' ';
    out += statement.substr(token.begin, token.end - token.begin);
    end = token.end;
  }
  return shortened(text::replace_all(out, "\n", " "), kMost);
}

}  // namespace

std::vector<std::string> table_accesses(const Node& tree) {
  std::vector<Use> uses;
  std::set<std::string, std::less<>> queries;  // of WITH
  const auto visit = [&](const Node& node) {
    const std::string_view kind = node.key();
    if (kind == "CommonTableExpr") queries.emplace(node["ctename"].string());
    if (kind == "RangeVar") uses.push_back({"select", relation_name(node), {}});
    if (kind == "InsertStmt") uses.push_back({"insert", relation_name(node["relation"]), columns_of(node["cols"])});
    if (kind == "UpdateStmt")
      uses.push_back({"update", relation_name(node["relation"]), columns_of(node["targetList"])});
    if (kind == "DeleteStmt") uses.push_back({"delete", relation_name(node["relation"]), {}});
    if (kind == "TruncateStmt") uses.push_back({"truncate", names_in(node["relations"]), {}});
    return kind != "TruncateStmt";
  };
  sql::walk(tree, visit);
  std::vector<std::string> out;
  for (const Use& use : uses)
    if (!use.name.empty() && !queries.contains(use.name))
      out.push_back(format("{} {}{}", use.verb, use.name, use.columns));
  return out;
}

std::vector<SqlEffect> effects_of(const sql::Script& script) {
  std::vector<SqlEffect> out;
  for (std::size_t i = 0; i < script.statements().size(); ++i) {
    const Node statement = script.tree(i).inner();
    if (statement.key() == "TransactionStmt" || statement.key() == "VariableSetStmt") continue;
    out.push_back(
        {one_line(script.text_of(i)), lock_of(statement), script.position(script.statements()[i].begin).line});
  }
  return out;
}

}  // namespace kairon::diff
