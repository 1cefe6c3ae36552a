#include "trial/extension_stubs.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "postgres/quote.h"
#include "trial/extension_stub_objects.h"

namespace kairon::trial {

namespace {

using postgres::Parameter;
using postgres::quote_identifier;
using postgres::quote_literal;

constexpr const char* kPresent = "SELECT extname FROM pg_extension WHERE extversion = 'stand-in' ORDER BY oid";

/// Runs as a superuser with the search path of a migration, which may lead to operators and types of its own: only
/// qualified names come before the path is ours. Makes the row of an extension as CreateExtension would (extension.c,
/// InsertExtensionTuple): the row, its owner and its schema.
constexpr const char* kScript = R"sql(DO $kairon$ DECLARE
  path pg_catalog.text := pg_catalog.current_setting('search_path'); here pg_catalog.name := {schema};
  ext pg_catalog.oid; owner pg_catalog.oid; space pg_catalog.oid;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);
  owner := (SELECT oid FROM pg_catalog.pg_roles WHERE rolname IN ('kairon_trial', current_user) ORDER BY rolname <> 'kairon_trial' LIMIT 1);
  space := (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = here);
  IF EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = {name}) THEN {existing} END IF;
  IF space IS NULL THEN RAISE EXCEPTION USING ERRCODE = '3F000', MESSAGE = format('schema "%s" does not exist', here); END IF;
  ext := pg_catalog.pg_nextoid('pg_catalog.pg_extension', 'oid', 'pg_catalog.pg_extension_oid_index');
  INSERT INTO pg_catalog.pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    VALUES (ext, {name}, owner, space, true, 'stand-in');
  INSERT INTO pg_catalog.pg_depend VALUES ('pg_extension'::regclass, ext, 0, 'pg_namespace'::regclass, space, 0, 'n');
  INSERT INTO pg_catalog.pg_shdepend VALUES ((SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()),
    'pg_extension'::regclass, ext, 0, 'pg_authid'::regclass, owner, 'o');
  PERFORM set_config('search_path', path, true);
END $kairon$;
)sql";

/// The administrator's search path is the catalog alone, so that descriptions name the schema of everything else.
std::string without_public(std::string_view description) {
  std::string out(description);
  for (const std::string_view before : {" ", "(", ","})
    out = text::replace_all(out, format("{}public.", before), before);
  return out;
}

/// Ends the script of an extension that is there already.
constexpr const char* kLeave = "PERFORM set_config('search_path', path, true); RETURN;";

std::string filled(std::string pattern, const std::string& name, const std::string& schema,
                   const std::string& existing) {
  pattern = text::replace_all(pattern, "{name}", quote_literal(name));
  pattern = text::replace_all(pattern, "{schema}", schema);
  return text::replace_all(pattern, "{existing}", existing);
}

/// The `n`-th text in double quotes of a message, "" when there is none.
std::string in_quotes(const std::string& message, std::size_t n = 0) {
  const auto parts = text::split(message, '"');
  return parts.size() > 2 * n + 2 ? std::string(parts[2 * n + 1]) : std::string();
}

}  // namespace

StandIn::StandIn(postgres::Connection admin) : admin_(std::move(admin)) {
  const postgres::Reply reply = admin_.must(kPresent);
  for (std::size_t row = 0; row < reply.size(); ++row) names_.emplace_back(reply.text(row, 0));
}

std::unique_ptr<StandIn> StandIn::make(MissingExtensions mode, const std::string& conninfo) {
  if (mode == MissingExtensions::block) return nullptr;
  auto admin = postgres::Connection::require({.conninfo = conninfo, .application_name = "kairon stand-in"});
  if (admin.parameter("is_superuser") != "on") return nullptr;
  // Whatever the database of a repository sets as its default.
  admin.must("SET search_path = pg_catalog");
  return std::unique_ptr<StandIn>(new StandIn(std::move(admin)));
}

bool StandIn::outdated(postgres::Connection& db) {
  return db
      .must(
          "SELECT EXISTS (SELECT FROM pg_extension e JOIN pg_available_extensions a ON a.name = e.extname WHERE "
          "e.extversion = 'stand-in')")
      .boolean(0, 0);
}

bool StandIn::available(const std::string& extension) {
  const std::array<Parameter, 1> name = {extension};
  return admin_.must("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = $1)", name).boolean(0, 0);
}

std::string StandIn::script(const std::string& extension, const std::string& schema, const std::string& existing) {
  if (std::find(names_.begin(), names_.end(), extension) == names_.end()) names_.push_back(extension);
  std::vector<Member>& members = members_[extension];
  if (members.empty()) {
    for (const std::string_view type : types_of_extension(extension)) members.push_back(type_member(std::string(type)));
    for (const KnownRelation& one : relations_of_extension(extension)) add_relation(one, members);
  }
  const std::string space = schema.empty() ? "pg_catalog.current_schema()" : quote_literal(schema);
  return filled(kScript, extension, space, existing) + members_script(extension, members);
}

/// Each member is made in the extension's schema; one that another stand-in made already is left alone.
std::string StandIn::members_script(const std::string& extension, const std::vector<Member>& members) const {
  std::string out =
      "DO $kairon$ DECLARE path pg_catalog.text := pg_catalog.current_setting('search_path'); BEGIN\n"
      "PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);\n";
  out += format(
      "PERFORM set_config('search_path', (SELECT quote_ident(nspname) FROM pg_catalog.pg_namespace n JOIN "
      "pg_catalog.pg_extension e ON e.extnamespace = n.oid WHERE extname = {}), true);\n",
      quote_literal(extension));
  for (const Member& member : members) {
    out += "BEGIN\n";
    for (const std::string& create : member.create) out += format("EXECUTE {};\n", quote_literal(create));
    for (const std::string& name : member.add)
      out += format("EXECUTE {};\n",
                    quote_literal(format("ALTER EXTENSION {} ADD {}", quote_identifier(extension), name)));
    out += "EXCEPTION WHEN duplicate_object OR duplicate_function OR duplicate_schema THEN NULL; END;\n";
  }
  return out + "PERFORM pg_catalog.set_config('search_path', path, true); END $kairon$";
}

StandIn::Replacement StandIn::instead_of(const migration::File& file, const migrate::Step& step, std::size_t index) {
  if (step.node == "IndexStmt") return {without_method(file, index), false};
  if (step.node != "CreateExtensionStmt" && step.node != "AlterExtensionStmt") return {step.text, false};
  const sql::Node tree = file.script().tree(index).inner();
  const std::string name(tree["extname"].string());
  if (available(name)) return {step.text, false};
  if (step.node == "AlterExtensionStmt") return {"SELECT 1 AS \"nothing to update in a stand-in\"", false};
  std::string schema;
  for (const sql::Node option : tree["options"]) {
    const sql::Node definition = option["DefElem"];
    if (definition["defname"].string() == "schema") schema = definition["arg"].name();
  }
  if (!tree["if_not_exists"].boolean())
    return {script(name, schema,
                   format("RAISE EXCEPTION USING ERRCODE = '42710', MESSAGE = {};",
                          quote_literal(format("extension \"{}\" already exists", name)))),
            true};
  return {script(name, schema, kLeave), true};
}

std::string StandIn::without_method(const migration::File& file, std::size_t index) const {
  const sql::Node tree = file.script().tree(index)["IndexStmt"];
  std::set<std::string> lost;
  for (const sql::Node element : tree["indexParams"]) {
    const std::string name(element["IndexElem"]["opclass"].last().name());
    if (classes_.contains(name)) lost.insert(name);
  }
  const std::string method(tree["accessMethod"].string());
  const std::string sql(file.script().text_of(index));
  if (lost.empty() && !methods_.contains(method)) return sql;
  if (methods_.contains(method)) {
    for (const sql::Node element : tree["indexParams"]) {
      const std::string name(element["IndexElem"]["opclass"].last().name());
      if (!name.empty()) lost.insert(name);
    }
  }
  return plain_index(sql, lost, tree["indexParams"].size());
}

bool StandIn::add(Member member) {
  // The extension whose name the part bears, else the newest one.
  std::string extension = names_.back();
  for (const std::string& name : names_) {
    if (text::contains(member.shown, name)) extension = name;
  }
  for (const auto& [name, members] : members_) {
    const bool known =
        std::any_of(members.begin(), members.end(), [&](const Member& m) { return m.shown == member.shown; });
    if (known) return false;
  }
  members_[extension].push_back(member);
  const std::array<Parameter, 1> key = {extension};
  const bool there = admin_.must("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = $1)", key).boolean(0, 0);
  return !there || admin_.execute(members_script(extension, {std::move(member)})).ok();
}

/// data type geometry has no default operator class for access method "gist"
bool StandIn::learn_default_class(const std::string& message) {
  constexpr std::string_view kBegin = "data type ";
  constexpr std::string_view kMiddle = " has no default operator class for access method ";
  const std::size_t middle = message.find(kMiddle);
  if (!message.starts_with(kBegin) || middle == std::string::npos) return false;
  const std::string type = message.substr(kBegin.size(), middle - kBegin.size());
  const bool ours = std::any_of(members_.begin(), members_.end(), [&](const auto& extension) {
    return std::any_of(extension.second.begin(), extension.second.end(),
                       [&](const Member& member) { return member.shown == "type " + type; });
  });
  return ours && methods_.insert(in_quotes(message)).second;
}

bool StandIn::learn_named(const postgres::SqlError& error) {
  if (error.message.starts_with("data type ")) return learn_default_class(error.message);
  std::string name = in_quotes(error.message);
  if (error.message.starts_with("type \"")) {
    while (name.ends_with("[]")) name.resize(name.size() - 2);
    return add(type_member(name));
  }
  if (error.message.starts_with("access method \"")) return methods_.insert(name).second;
  if (!error.message.starts_with("operator class \"")) return false;
  if (const std::size_t dot = name.rfind('.'); dot != std::string::npos) name.erase(0, dot + 1);
  return classes_.insert(name).second;
}

bool StandIn::learn_call(const std::string& message) {
  if (const auto call = missing_function(message))
    return add({"function " + call->shown, {call->create}, {"FUNCTION " + call->function}});
  const auto call = missing_operator(message);
  if (!call) return false;
  const std::string create = format("CREATE OPERATOR {} (LEFTARG = {}, RIGHTARG = {}, FUNCTION = {})", call->name,
                                    call->left, call->right, call->function);
  return add({"operator " + call->shown,
              {call->create, create},
              {format("FUNCTION {}({})", call->function, call->arguments),
               format("OPERATOR {} ({})", call->name, call->arguments)}});
}

bool StandIn::learn(const postgres::SqlError& error) {
  if (error.connection_lost) return false;
  if (const std::string missing = missing_extension(error); !missing.empty())
    return admin_.execute(script(missing, "public", kLeave)).ok();  // named inside a DO block or a function
  if (names_.empty()) return false;
  if (const auto cast = missing_cast(error)) {
    return add(
        {"cast " + *cast, {format("CREATE CAST ({}) WITH INOUT AS ASSIGNMENT", *cast)}, {format("CAST ({})", *cast)}});
  }
  if (error.sqlstate == "42704") return learn_named(error);
  if (error.sqlstate == "42883") return learn_call(error.message);
  if (error.sqlstate != "3F000") return false;
  return add(schema_member(in_quotes(error.message)));
}

bool StandIn::learn_use(const postgres::SqlError& error) {
  if (error.sqlstate != "42883" || names_.empty()) return false;
  const postgres::Reply types = admin_.must(
      "SELECT t.typname FROM pg_type t JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid JOIN "
      "pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid WHERE e.extversion = "
      "'stand-in' "
      "AND d.deptype = 'e' AND t.typcategory <> 'A'");
  for (std::size_t row = 0; row < types.size(); ++row) {
    if (text::contains(error.message, types.text(row, 0))) return learn(error);
  }
  return false;
}

void StandIn::add_relation(const KnownRelation& relation, std::vector<Member>& members) {
  if (const std::size_t dot = relation.name.find('.'); dot != std::string::npos)
    members.push_back(schema_member(relation.name.substr(0, dot)));
  members.push_back({format("{} {}", relation.kind == "VIEW" ? "view" : "table", relation.name),
                     {format("CREATE {} {} {}", relation.kind, relation.name, relation.body),
                      format("GRANT SELECT ON {} TO PUBLIC", relation.name)},
                     {format("{} {}", relation.kind, relation.name)}});
}

StandIn::Member StandIn::schema_member(const std::string& name) {
  const std::string quoted_name = quote_identifier(name);
  return {"schema " + name,
          {"CREATE SCHEMA " + quoted_name, format("GRANT USAGE ON SCHEMA {} TO PUBLIC", quoted_name)},
          {"SCHEMA " + quoted_name}};
}

StandIn::Member StandIn::type_member(const std::string& name) {
  return {"type " + name, create_type(name), names_of_type(name)};
}

std::vector<std::string> StandIn::told() {
  // What the functions and types of stand_in_parts.cpp are made of is of no interest.
  constexpr const char* kParts =
      "SELECT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d JOIN pg_extension e ON d.refobjid = "
      "e.oid LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid LEFT JOIN pg_type y ON "
      "d.classid "
      "= 'pg_type'::regclass AND y.oid = d.objid WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND "
      "d.classid IN ('pg_type'::regclass, 'pg_operator'::regclass, 'pg_namespace'::regclass, 'pg_proc'::regclass, "
      "'pg_class'::regclass) AND "
      "(p.oid IS NULL OR (p.prolang <> 12 AND p.proname NOT LIKE 'kairon\\_operator%')) AND (y.oid IS NULL OR "
      "y.typcategory <> 'A') AND e.extname = $1 ORDER BY 1";
  std::vector<std::string> extensions = names_;
  const postgres::Reply reply = admin_.must(kPresent);
  for (std::size_t row = 0; row < reply.size(); ++row) {
    const std::string name(reply.text(row, 0));
    if (std::find(extensions.begin(), extensions.end(), name) == extensions.end()) extensions.push_back(name);
  }
  std::vector<std::string> out;
  for (const std::string& name : extensions) {
    const std::array<Parameter, 1> key = {name};
    const postgres::Reply parts = admin_.must(kParts, key);
    std::set<std::string> named;
    for (const Member& member : members_[name]) named.insert(member.shown);
    for (std::size_t row = 0; row < parts.size(); ++row) named.insert(without_public(parts.text(row, 0)));
    for (const std::string& method : methods_) named.insert("index method " + method);
    for (const std::string& one : classes_) named.insert("operator class " + one);
    const std::vector<std::string> sorted(named.begin(), named.end());
    out.push_back(sorted.empty() ? name : format("{} ({})", name, text::join(sorted, ", ")));
  }
  return out;
}

}  // namespace kairon::trial
