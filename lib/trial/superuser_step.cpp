#include "trial/superuser_step.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/format.h"
#include "base/text.h"
#include "sql/plpgsql.h"
#include "trial/base.h"

namespace kairon::trial {

namespace {

/// Extensions that only a superuser installs and whose scripts reach nothing outside the database. Missing on
/// purpose: file_fdw, adminpack, untrusted languages, and what reads pages or other processes.
const std::set<std::string_view>& known_extensions() {
  static const std::set<std::string_view> kNames = {"address_standardizer",
                                                    "address_standardizer_data_us",
                                                    "age",
                                                    "amcheck",
                                                    "autoinc",
                                                    "bloom",
                                                    "btree_gin",
                                                    "btree_gist",
                                                    "citext",
                                                    "cube",
                                                    "dblink",
                                                    "dict_int",
                                                    "dict_xsyn",
                                                    "earthdistance",
                                                    "fuzzystrmatch",
                                                    "h3",
                                                    "h3_postgis",
                                                    "hll",
                                                    "hstore",
                                                    "hypopg",
                                                    "insert_username",
                                                    "intagg",
                                                    "intarray",
                                                    "isn",
                                                    "lo",
                                                    "ltree",
                                                    "moddatetime",
                                                    "pg_buffercache",
                                                    "pg_cron",
                                                    "pg_graphql",
                                                    "pg_hashids",
                                                    "pg_ivm",
                                                    "pg_jsonschema",
                                                    "pg_net",
                                                    "pg_partman",
                                                    "pg_prewarm",
                                                    "pg_repack",
                                                    "pg_stat_statements",
                                                    "pg_trgm",
                                                    "pgaudit",
                                                    "pgcrypto",
                                                    "pgmq",
                                                    "pgroonga",
                                                    "pgrouting",
                                                    "pgrowlocks",
                                                    "pgstattuple",
                                                    "pgtap",
                                                    "plpgsql",
                                                    "plpgsql_check",
                                                    "postgis",
                                                    "postgis_raster",
                                                    "postgis_sfcgal",
                                                    "postgis_tiger_geocoder",
                                                    "postgis_topology",
                                                    "postgres_fdw",
                                                    "refint",
                                                    "rum",
                                                    "seg",
                                                    "semver",
                                                    "sslinfo",
                                                    "supabase_vault",
                                                    "tablefunc",
                                                    "tcn",
                                                    "timescaledb",
                                                    "timescaledb_toolkit",
                                                    "tsm_system_rows",
                                                    "tsm_system_time",
                                                    "unaccent",
                                                    "unit",
                                                    "uuid-ossp",
                                                    "vector",
                                                    "vectorscale",
                                                    "xml2"};
  return kNames;
}

/// Settings that ALTER ROLE may give another role: none that loads code or names a file.
constexpr std::array<std::string_view, 11> kPlainSettings = {"search_path",
                                                             "statement_timeout",
                                                             "lock_timeout",
                                                             "idle_in_transaction_session_timeout",
                                                             "timezone",
                                                             "datestyle",
                                                             "work_mem",
                                                             "row_security",
                                                             "application_name",
                                                             "client_encoding",
                                                             "default_transaction_isolation"};

/// Roles of the server whose members see more of its database and reach nothing outside of it.
constexpr const char* kWatchers =
    "('pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables', 'pg_read_all_data')";

/// A role that is neither superuser nor one of the server's own, nor a member of such a role.
bool is_plain(std::string_view role, postgres::Connection& admin) {
  if (role.empty()) return true;  // CURRENT_USER and its like: the plain role itself
  const std::array<postgres::Parameter, 1> name = {std::string(role)};
  return admin
      .must(format(
                "SELECT count(*) = 0 FROM pg_catalog.pg_roles r WHERE (r.rolsuper OR r.rolname ~ '^pg_') AND r.rolname "
                "NOT IN {} AND (r.rolname = $1 OR EXISTS (SELECT FROM pg_catalog.pg_roles m WHERE m.rolname = $1 AND "
                "pg_catalog.pg_has_role(m.oid, r.oid, 'MEMBER')))",
                kWatchers),
            name)
      .boolean(0, 0);
}

std::string_view role_of(const sql::Node& node) {
  const sql::Node wrapped = node["RoleSpec"];
  return (wrapped ? wrapped : node)["rolename"].string();
}

bool all_plain(const sql::Node& roles, postgres::Connection& admin) {
  return std::all_of(roles.begin(), roles.end(), [&](const sql::Node& role) {
    const std::string_view granted = role["AccessPriv"]["priv_name"].string();
    return is_plain(granted.empty() ? role_of(role) : granted, admin);
  });
}

/// No option of CREATE or ALTER ROLE that gives more than a plain role has.
bool has_plain_options(const sql::Node& options, postgres::Connection& admin) {
  return std::all_of(options.begin(), options.end(), [&](const sql::Node& option) {
    const sql::Node element = option["DefElem"];
    const std::string_view name = element["defname"].string();
    const sql::Node value = element["arg"];
    const bool on = value["Boolean"]["boolval"].boolean() || value["Integer"]["ival"].integer() == 1;
    if (name == "superuser" || name == "isreplication" || name == "bypassrls" || name == "createrole") return !on;
    if (name != "addroleto" && name != "rolemembers" && name != "adminmembers") return true;
    return all_plain(value["List"]["items"], admin);
  });
}

Denied repeat_if(bool good) { return good ? Denied::repeat : Denied::escape; }

/// The owner that the statement gives to something; absent for other statements.
sql::Node new_owner(const sql::Node& tree) {
  if (tree.key() == "AlterOwnerStmt") return tree["newowner"];
  const sql::Node commands = tree["cmds"];
  if (tree.key() != "AlterTableStmt" || commands.empty()) return {};
  for (const sql::Node command : commands) {
    if (command["AlterTableCmd"]["subtype"].string() != "AT_ChangeOwner") return {};
  }
  return commands.at(0)["AlterTableCmd"]["newowner"];
}

/// True for ALTER TABLE ... DISABLE TRIGGER ALL and its like, which name the triggers of foreign keys too: only a
/// superuser may. It evaluates no expression and calls no function.
bool switches_triggers(const sql::Node& tree) {
  static const std::set<std::string_view> kSwitches = {"AT_DisableTrigAll", "AT_EnableTrigAll"};
  const sql::Node commands = tree["cmds"];
  return tree.key() == "AlterTableStmt" && !commands.empty() &&
         std::all_of(commands.begin(), commands.end(), [](const sql::Node& command) {
           return kSwitches.contains(command["AlterTableCmd"]["subtype"].string());
         });
}

/// What runs with the rights of its owner.
bool runs_as_owner(const sql::Node& tree) {
  const std::string_view type = tree["objectType"].string();
  return type == "OBJECT_FUNCTION" || type == "OBJECT_PROCEDURE" || type == "OBJECT_ROUTINE" ||
         type == "OBJECT_AGGREGATE";
}

Denied about_roles(const sql::Node& tree, postgres::Connection& admin) {
  const std::string_view node = tree.key();
  if (node == "CreateRoleStmt") return repeat_if(has_plain_options(tree["options"], admin));
  if (node == "AlterRoleStmt")
    return repeat_if(is_plain(role_of(tree["role"]), admin) && role_of(tree["role"]) != kTrialRole &&
                     has_plain_options(tree["options"], admin));
  if (node == "DropRoleStmt") return repeat_if(all_plain(tree["roles"], admin));
  if (node == "GrantRoleStmt") return repeat_if(all_plain(tree["granted_roles"], admin));
  if (node != "AlterRoleSetStmt") return Denied::failure;
  const std::string_view setting = tree["setstmt"]["name"].string();
  const bool plain = std::find(kPlainSettings.begin(), kPlainSettings.end(), setting) != kPlainSettings.end();
  return plain && is_plain(role_of(tree["role"]), admin) ? Denied::repeat : Denied::failure;
}

bool is_of_superusers(std::string_view object) {
  return object == "OBJECT_EXTENSION" || object == "OBJECT_EVENT_TRIGGER" || object == "OBJECT_PUBLICATION" ||
         object == "OBJECT_ROLE";
}

}  // namespace

Denied after_denial(const migration::File& file, std::size_t index, postgres::Connection& admin) {
  if (index >= file.script().statements().size()) return Denied::failure;
  const sql::Node tree = file.script().tree(index).inner();
  const std::string_view node = tree.key();
  if (node == "CreateExtensionStmt" || node == "AlterExtensionStmt")
    return repeat_if(known_extensions().contains(tree["extname"].string()));
  if (node == "CreateEventTrigStmt" || node == "CreatePublicationStmt" || node == "AlterPublicationStmt")
    return Denied::repeat;
  if (node == "AlterEventTrigStmt") return Denied::left_out;
  if (switches_triggers(tree)) return Denied::repeat;
  if (node == "CommentStmt") return is_of_superusers(tree["objtype"].string()) ? Denied::repeat : Denied::failure;
  if (node == "DropStmt") return is_of_superusers(tree["removeType"].string()) ? Denied::repeat : Denied::failure;
  if (const sql::Node owner = new_owner(tree)) {
    if (is_plain(role_of(owner), admin)) return Denied::repeat;
    return runs_as_owner(tree) ? Denied::escape : Denied::left_out;
  }
  static const std::set<std::string_view> kOutside = {
      "CreateForeignServerStmt", "AlterForeignServerStmt", "CreateFdwStmt",          "AlterFdwStmt",
      "CreateUserMappingStmt",   "AlterUserMappingStmt",   "CreateForeignTableStmt", "ImportForeignSchemaStmt",
      "CreateSubscriptionStmt",  "AlterSubscriptionStmt",  "CreatePLangStmt"};
  return kOutside.contains(node) ? Denied::escape : about_roles(tree, admin);
}

namespace {

/// A CREATE ROLE of a plain role inside a DO block: its bytes in the statement's text.
struct InnerRole {
  std::string name;
  std::size_t begin = 0;  ///< npos: it is not there as it is
  std::size_t size = 0;
};

std::vector<InnerRole> inner_roles(const migration::File& file, std::size_t index, postgres::Connection& admin) {
  std::vector<InnerRole> roles;
  if (index >= file.script().statements().size()) return roles;
  const sql::Node tree = file.script().tree(index);
  if (tree.inner().key() != "DoStmt") return roles;
  const std::string_view text = file.script().text_of(index);
  for (const sql::EmbeddedSql& one : sql::embedded_sql(text, tree)) {
    const sql::Script inside(one.text);
    if (!inside.ok()) continue;
    for (std::size_t i = 0; i < inside.statements().size(); ++i) {
      const sql::Node role = inside.tree(i).inner();
      if (role.key() != "CreateRoleStmt" || !has_plain_options(role["options"], admin)) continue;
      const std::string_view statement = inside.text_of(i);
      const std::size_t begin = one.dynamic ? std::string_view::npos : text.find(statement, one.offset);
      roles.push_back({std::string(role["role"].string()), begin, statement.size()});
    }
  }
  return roles;
}

}  // namespace

std::vector<std::string> roles_inside(const migration::File& file, std::size_t index, postgres::Connection& admin) {
  std::vector<std::string> names;
  for (InnerRole& role : inner_roles(file, index, admin)) names.push_back(std::move(role.name));
  return names;
}

std::string without_roles_inside(const migration::File& file, std::size_t index, std::string text,
                                 postgres::Connection& admin) {
  constexpr std::string_view kNothing = "NULL";
  if (index >= file.script().statements().size() || text != file.script().text_of(index)) return text;
  for (const InnerRole& role : inner_roles(file, index, admin)) {
    if (role.begin == std::string::npos) continue;
    for (std::size_t i = 0; i < role.size; ++i) {
      char& c = text[role.begin + i];
      c = i < kNothing.size() ? kNothing[i] : c == '\n' ? '\n' : ' ';
    }
  }
  return text;
}

bool is_about_roles(const migration::File& file, std::size_t index) {
  if (index >= file.script().statements().size()) return false;
  const sql::Node tree = file.script().tree(index).inner();
  const std::string_view node = tree.key();
  const std::string_view variable = tree["name"].string();
  return node == "GrantStmt" || node == "AlterDefaultPrivilegesStmt" || node == "GrantRoleStmt" || new_owner(tree) ||
         (node == "VariableSetStmt" && variable == "session_authorization");
}

std::vector<std::string> dropped_roles(const migration::File& file, std::size_t index) {
  std::vector<std::string> names;
  if (index >= file.script().statements().size()) return names;
  const sql::Node tree = file.script().tree(index).inner();
  if (tree.key() == "DropRoleStmt")
    for (const sql::Node role : tree["roles"]) names.emplace_back(role_of(role));
  return names;
}

bool is_held_by_copies(const postgres::SqlError& error, std::string_view database) {
  if (error.sqlstate != "2BP01" || !error.message.starts_with("role \"") || error.detail.empty()) return false;
  const std::vector<std::string_view> lines = text::split(error.detail, '\n');
  return std::all_of(lines.begin(), lines.end(), [database](std::string_view line) {
    // "2 objects in database x", "privileges for database x", "owner of database x"; others are about this one.
    const std::size_t at = line.find(" database ");
    if (at == std::string_view::npos || line.substr(at + 10) == database) return false;
    const std::string_view before = line.substr(0, at);
    const bool counted = before.find_first_not_of("0123456789") > 0 && before.ends_with(" in");
    return counted || before == "privileges for" || before == "owner of";
  });
}

bool lacks_resources(const postgres::SqlError& error) {
  if (text::contains(error.hint, "max_locks_per_transaction")) return false;
  return error.sqlstate.starts_with("53") || error.message.starts_with("could not extend file");
}

}  // namespace kairon::trial
