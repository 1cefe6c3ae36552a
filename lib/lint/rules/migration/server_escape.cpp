#include <algorithm>
#include <array>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_server_escape {
namespace {

constexpr std::array<std::string_view, 14> kFunctions = {
    "lo_import",      "lo_export",      "pg_read_file",      "pg_read_binary_file",
    "pg_ls_dir",      "pg_stat_file",   "pg_file_write",     "pg_file_rename",
    "pg_file_unlink", "pg_reload_conf", "pg_rotate_logfile", "pg_execute_server_program",
    "pg_logdir_ls",   "pg_file_sync"};

bool is_escaping_function(std::string_view name) {
  return name == "dblink" || name.starts_with("dblink_") ||
         std::find(kFunctions.begin(), kFunctions.end(), name) != kFunctions.end();
}

bool makes_superuser(const sql::Node& options) {
  for (const sql::Node option : options) {
    const sql::Node element = option["DefElem"];
    const sql::Node value = element["arg"];
    if (element["defname"].string() != "superuser") continue;
    if (value["Boolean"]["boolval"].boolean() || value["Integer"]["ival"].integer() == 1) return true;
  }
  return false;
}

/// Roles that are the server's own, or its superuser by its usual name.
bool is_server_role(std::string_view name) {
  return name == "pg_execute_server_program" || name == "pg_read_server_files" || name == "pg_write_server_files" ||
         name == "postgres";
}

/// CREATE ROLE ... IN ROLE, ROLE, ADMIN.
bool joins_server_role(const sql::Node& options) {
  for (const sql::Node option : options) {
    const sql::Node element = option["DefElem"];
    if (element["defname"].string() != "addroleto") continue;
    for (const sql::Node role : element["arg"]["List"]["items"])
      if (is_server_role(role["RoleSpec"]["rolename"].string())) return true;
  }
  return false;
}

bool is_escaping_extension(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {"file_fdw",  "adminpack", "plpython3u", "plpython2u",
                                                      "plpythonu", "plperlu",   "pltclu"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// The options of file_fdw.
bool names_file_or_program(const sql::Node& options) {
  return std::any_of(options.begin(), options.end(), [](const sql::Node& option) {
    const std::string_view name = option["DefElem"]["defname"].string();
    return name == "program" || name == "filename";
  });
}

bool grants_server_role(const MigrationStatement& statement) {
  if (!statement.is("GrantRoleStmt") || !statement.node["is_grant"].boolean()) return false;
  for (const sql::Node role : statement.node["granted_roles"]) {
    const std::string_view name = role["AccessPriv"]["priv_name"].string();
    if (is_server_role(name)) return true;
  }
  return false;
}

// In which way the statement leaves the database; "" when it does not.
std::string_view escape_of(const MigrationStatement& statement) {
  const sql::Node node = statement.node;
  if (statement.is("CopyStmt") && node["is_program"].boolean())
    return "COPY ... PROGRAM runs a command on the database server";
  if (statement.is("CopyStmt") && node["filename"])
    return "COPY with a file name reads or writes a file of the database server";
  if (statement.is("AlterSystemStmt")) return "ALTER SYSTEM changes the server's configuration for every database";
  const bool role = statement.is("CreateRoleStmt") || statement.is("AlterRoleStmt");
  if (role && makes_superuser(node["options"])) return "a superuser role may do anything on the server";
  if ((role && joins_server_role(node["options"])) || grants_server_role(statement))
    return "the role may run programs or reach files of the database server";
  if (statement.is("CreateExtensionStmt") && is_escaping_extension(node["extname"].string()))
    return "the extension reads files of the database server, or runs programs on it";
  if (statement.is("CreateForeignTableStmt") && names_file_or_program(node["options"]))
    return "the foreign table reads a file of the database server, or runs a program on it";
  if (statement.is("LoadStmt")) return "LOAD brings a library into the server process";
  return {};
}

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    const std::string_view what = escape_of(statement);
    if (!what.empty()) report.at(statement, std::string(what));
    sql::walk(statement.node, [&](const sql::Node& node) {
      if (node.key() != "FuncCall" && node.key() != "CallStmt") return true;
      const std::string_view name = node["funcname"].last().name();
      if (is_escaping_function(name))
        report.at(statement.offset(node), format("{}() reaches out of the database", name));
      return true;
    });
  }
}

}  // namespace

}  // namespace migration_server_escape

extern const MigrationRule kMigrationServerEscape;
const MigrationRule kMigrationServerEscape{
    {"migration/server-escape", Severity::error, Scope::always,
     "reaches out of the database: COPY ... PROGRAM or server files, ALTER SYSTEM, superuser roles, file_fdw, dblink, "
     "lo_import",
     "It runs commands, reads or writes files of the database server, or talks to other hosts "
     "with the server's rights (PostgreSQL documentation, COPY, \"Notes\"; section 22.5, "
     "Predefined Roles).",
     "Do such work by hand on the server, not in a migration."},
    migration_server_escape::check,
    MigrationFiles::all,
    InBodies::yes};

}  // namespace kairon::lint
