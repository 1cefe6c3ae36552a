#include "trial/cause.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "migrate/run_file.h"
#include "trial/input.h"

namespace kairon::trial {

namespace {

bool is_part_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

bool holds_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_part_of_name(text[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == text.size() || !is_part_of_name(text[end]))) return true;
  }
  return false;
}

/// The relation that a statement makes or renames to; "" for other statements.
std::string_view made_relation(const sql::Node& tree) {
  const std::string_view node = tree.key();
  if (node == "CreateStmt") return tree["relation"]["relname"].string();
  if (node == "CreateForeignTableStmt") return tree["base"]["relation"]["relname"].string();
  if (node == "ViewStmt") return tree["view"]["relname"].string();
  if (node == "CreateSeqStmt") return tree["sequence"]["relname"].string();
  if (node == "CreateTableAsStmt") return tree["into"]["rel"]["relname"].string();
  if (node == "SelectStmt") return tree["intoClause"]["rel"]["relname"].string();
  return node == "RenameStmt" ? tree["newname"].string() : std::string_view();
}

/// A table makes the sequences and indexes of its columns: t_id_seq, t_pkey.
bool makes_relation(const sql::Node& tree, std::string_view text, std::string_view name) {
  const std::string_view made = made_relation(tree);
  if (!made.empty()) return name == made || name.starts_with(std::string(made) + "_");
  static const std::set<std::string_view> kOthers = {"IndexStmt", "CreateSchemaStmt", "ImportForeignSchemaStmt",
                                                     "AlterObjectSchemaStmt"};
  return kOthers.contains(tree.key()) && holds_word(text, name);
}

bool makes_column(std::string_view node) {
  static const std::set<std::string_view> kNodes = {
      "CreateStmt", "CreateTableAsStmt", "ViewStmt",         "AlterTableStmt",
      "RenameStmt", "CompositeTypeStmt", "CreateSchemaStmt", "CreateForeignTableStmt"};
  return kNodes.contains(node);
}

bool makes_function(std::string_view node) {
  return node == "CreateFunctionStmt" || node == "DefineStmt" || node == "RenameStmt" ||
         node == "AlterObjectSchemaStmt";
}

bool makes_something(std::string_view node) {
  return node.starts_with("Create") || node.starts_with("Alter") || node == "DefineStmt" || node == "RenameStmt" ||
         node == "CompositeTypeStmt" || node == "IndexStmt" || node == "RuleStmt" || node == "ViewStmt";
}

bool makes(const sql::Node& tree, std::string_view text, std::string_view name, const std::string& sqlstate) {
  const std::string_view node = tree.key();
  const bool is_schema = sqlstate == "3F000";
  // The objects of an extension do not stand in the statement that installs it.
  if (node == "CreateExtensionStmt") return !is_schema && sqlstate != "42703";
  if (node == "DoStmt") {
    const std::string lower = text::lower(text);
    return holds_word(text, name) && text::contains(lower, is_schema ? "create schema" : "create");
  }
  if (sqlstate == "42P01") return makes_relation(tree, text, name);
  if (!holds_word(text, name)) return false;
  if (is_schema) return node == "CreateSchemaStmt" || node == "RenameStmt";
  if (sqlstate == "42703") return makes_column(node);
  return sqlstate == "42883" ? makes_function(node) : makes_something(node);
}

/// The relations, types and functions that a statement makes, changes or drops.
std::vector<std::string_view> changed_objects(const sql::Node& tree) {
  std::vector<std::string_view> names = {made_relation(tree)};
  const std::string_view node = tree.key();
  if (node == "AlterTableStmt" || node == "RenameStmt") names.push_back(tree["relation"]["relname"].string());
  if (node == "CreateFunctionStmt") names.push_back(tree["funcname"].last().name());
  if (node == "CreateEnumStmt") names.push_back(tree["typeName"].last().name());
  if (node == "DropStmt")
    for (const sql::Node object : tree["objects"]) {
      names.push_back(object["List"]["items"].last().name());
      names.push_back(object["TypeName"]["names"].last().name());
      names.push_back(object["ObjectWithArgs"]["objname"].last().name());
    }
  std::erase(names, std::string_view());
  return names;
}

/// The schema (3F000), function (42883) or type (42704) that a statement makes or renames to; "" for other statements.
std::string_view made_name(const sql::Node& tree, const std::string& sqlstate) {
  const std::string_view node = tree.key();
  if (node == "RenameStmt") return tree["newname"].string();
  if (sqlstate == "3F000") return node == "CreateSchemaStmt" ? tree["schemaname"].string() : std::string_view();
  if (node == "DefineStmt") return tree["defnames"].last().name();
  if (sqlstate == "42883") return node == "CreateFunctionStmt" ? tree["funcname"].last().name() : std::string_view();
  if (node == "CreateEnumStmt" || node == "CreateRangeStmt") return tree["typeName"].last().name();
  if (node == "CompositeTypeStmt") return tree["typevar"]["relname"].string();
  return node == "CreateDomainStmt" ? tree["domainname"].last().name() : std::string_view();
}

/// A text that does not parse holds FUNCTION and then this name.
bool defines_function(const std::string& text, std::string_view name) {
  constexpr std::string_view kWord = "function";
  const std::string lower = text::lower(text);
  for (std::size_t at = lower.find(kWord); at != std::string::npos; at = lower.find(kWord, at + 1)) {
    const std::string_view rest = std::string_view(lower).substr(at + kWord.size());
    const std::size_t begin = rest.find_first_not_of(" \t\r\n");
    if (begin == 0 || begin == std::string_view::npos) continue;
    std::string_view called = rest.substr(begin, rest.find_first_of(" \t\r\n(", begin) - begin);
    called.remove_prefix(called.rfind('.') + 1);
    if (called == name) return true;
  }
  return false;
}

}  // namespace

std::string missing_name(const postgres::SqlError& error) {
  const std::string_view message = error.message;
  std::string_view name;
  if (const std::size_t quote = message.find('"'); quote != std::string_view::npos) {
    name = message.substr(quote + 1);
    name = name.substr(0, name.find('"'));
  } else if (const std::size_t blank = message.find(' '); blank != std::string_view::npos) {
    // column t.c does not exist; function s.f(integer) does not exist
    name = message.substr(blank + 1);
    name = name.substr(0, name.find_first_of(" ("));
  }
  return std::string(name.substr(name.rfind('.') + 1));
}

bool would_make(const migration::File& file, const postgres::SqlError& error) {
  const std::string name = missing_name(error);
  if (name.empty()) return false;
  const sql::Script& script = file.script();
  if (!script.ok()) return holds_word(file.text(), name);
  for (std::size_t i = 0; i < script.statements().size(); ++i)
    if (makes(script.tree(i).inner(), script.text_of(i), name, error.sqlstate)) return true;
  return false;
}

bool makes_itself(const migration::File& file, const postgres::SqlError& error) {
  const std::string name = missing_name(error);
  if (name.empty()) return false;
  const sql::Script& script = file.script();
  // A type or schema of that name in a text that does not parse may be the extension's.
  if (!script.ok()) return error.sqlstate == "42883" && defines_function(file.text(), name);
  for (std::size_t i = 0; i < script.statements().size(); ++i)
    if (made_name(script.tree(i).inner(), error.sqlstate) == name) return true;
  return false;
}

bool left_as_it_was(const migration::File& file, const postgres::SqlError& error) {
  // feature_not_supported, dependent_objects_still_exist, invalid_table_definition, and what is there already.
  static const std::set<std::string_view> kStates = {"0A000", "2BP01", "42P16", "42P07",
                                                     "42710", "42723", "42701", "42809"};
  if (!kStates.contains(error.sqlstate) || !file.script().ok()) return false;
  const std::string said = error.message + "\n" + error.detail;
  for (std::size_t i = 0; i < file.script().statements().size(); ++i)
    for (const std::string_view name : changed_objects(file.script().tree(i).inner()))
      if (holds_word(said, name)) return true;
  return false;
}

std::string cause_among(const std::vector<const migrate::Source*>& failed, const postgres::SqlError& error) {
  for (const migrate::Source* source : failed) {
    const migration::File& file = *source->forward;
    if (is_missing_object(error.sqlstate) ? would_make(file, error) : left_as_it_was(file, error))
      return source->version.stem;
  }
  return {};
}

std::optional<TrialFinding> refusal_of(const migration::File& file, const char* rule, int server_version) {
  try {
    migrate::require_runnable(file, server_version);
    return std::nullopt;
  } catch (const Error& error) {
    // Its message begins with the place: "path:1:2: ..." or "path holds ...".
    const std::string_view message = error.message().text;
    const std::string_view first = message.substr(0, message.find(' '));
    const bool placed = first == file.path() || first.starts_with(file.path() + ":");
    const std::size_t offset = !file.psql_commands().empty()     ? file.psql_commands().front().begin
                               : !file.script().errors().empty() ? file.script().errors().front().offset
                                                                 : 0;
    return TrialFinding{rule,
                        Gravity::error,
                        file.path(),
                        file.script().position(offset),
                        {std::string(placed ? message.substr(first.size() + 1) : message), error.message().remedy}};
  }
}

std::string remedy_for(const postgres::SqlError& error, const TrialOptions& options) {
  const auto makes = [&error](const migrate::Source& one) { return would_make(*one.forward, error); };
  const bool made = !is_missing_object(error.sqlstate) || missing_name(error).empty() ||
                    std::any_of(options.fresh.begin(), options.fresh.end(), makes) ||
                    std::any_of(options.base.chain.begin(), options.base.chain.end(), makes);
  return made ? "run it on a copy of the data and fix the statement"
              : format(
                    "no migration here makes {}: fix the name, or write what else makes it into the file that "
                    "[kairon] schema names",
                    text::printable(missing_name(error)));
}

}  // namespace kairon::trial
