#include "lint/support/schema_statements.h"

#include <algorithm>
#include <memory>

#include "base/format.h"
#include "base/text.h"
#include "json/document.h"
#include "sql/statement.h"
#include "workflow/expression.h"
#include "workflow/statements.h"

namespace kairon::lint {

namespace {

using workflow::SqlText;

/// A parsed workflow, kept as long as a statement of it may be spoken of.
struct Parsed {
  explicit Parsed(std::unique_ptr<json::Document> document, const std::string& path)
      : workflow(std::move(document), path), code(workflow), texts(sql_texts(workflow, code)) {}
  workflow::Workflow workflow;
  workflow::Code code;
  std::vector<SqlText> texts;
};

/// Only these are analysed by PREPARE; what makes and drops things is not.
bool is_analysed(std::string_view type) {
  return type == "SelectStmt" || type == "InsertStmt" || type == "UpdateStmt" || type == "DeleteStmt" ||
         type == "MergeStmt";
}

std::string credential_of(const workflow::Node& node) {
  return std::string(node.json["credentials"]["postgres"]["name"].string());
}

/// The relation or function that a statement makes, "" for the others.
std::string_view made_by(const sql::Node& wrapper) {
  const sql::Node statement = wrapper.inner();
  if (statement.key() == "CreateStmt") return statement["relation"]["relname"].string();
  if (statement.key() == "CreateTableAsStmt") return statement["into"]["rel"]["relname"].string();
  if (statement.key() == "SelectStmt") return statement["intoClause"]["rel"]["relname"].string();
  if (statement.key() == "ViewStmt") return statement["view"]["relname"].string();
  if (statement.key() == "CreateFunctionStmt") return statement["funcname"].last().name();
  return {};
}

std::string said_place(const SqlText& sql, std::size_t offset) {
  const std::size_t place = sql.place(offset);
  const std::string_view whole = sql.string.string();
  const std::size_t from = sql.in_code ? 0 : sql.begin;
  const auto line = 1 + std::count(whole.begin() + static_cast<std::ptrdiff_t>(from),
                                   whole.begin() + static_cast<std::ptrdiff_t>(std::min(place, whole.size())), '\n');
  return format("line {} of the {}", line, sql.in_code ? "code" : "SQL");
}

/// A resource locator's or plain parameter's text; "" when it is an expression or none.
std::string_view fixed_text(const json::Value& value) {
  const std::string_view text = value.is_object() ? value["value"].string() : value.string();
  return workflow::is_expression(text) ? std::string_view() : text;
}

std::string in_quotes(std::string_view name) { return "\"" + text::replace_all(name, "\"", "\"\"") + "\""; }

/// Columns that an operation other than executeQuery names (n8n-nodes-base Postgres v2: columns.value of
/// the resource mapper, the rows of `where`).
std::vector<std::string> named_columns(const json::Value& parameters) {
  std::vector<std::string> columns;
  const auto add = [&columns](std::string_view name) {
    if (!name.empty() && !workflow::is_expression(name)) columns.push_back(in_quotes(name));
  };
  const json::Value mapper = parameters["columns"];
  if (mapper["mappingMode"].string() == "defineBelow") {
    for (const json::Value one : mapper["value"]) add(one.key());
  }
  if (parameters["operation"].string() != "insert") {
    for (const json::Value row : parameters["where"]["values"]) add(row["column"].string());
  }
  return columns;
}

/// The table that select, insert, update, upsert and deleteTable name; "" when it is not known.
std::string table_of(const workflow::Node& node) {
  if (!node.is_base("postgres") || node.version < 2 || node.disabled) return {};
  const std::string_view operation = node.parameters["operation"].string();
  const std::string_view table = fixed_text(node.parameters["table"]);
  if (operation == "executeQuery" || table.empty()) return {};
  const json::Value where = node.parameters["schema"];
  const std::string_view schema = where ? fixed_text(where) : std::string_view("public");
  return schema.empty() ? std::string() : in_quotes(schema) + "." + in_quotes(table);
}

/// What an operation on a table needs of the schema, as a SELECT.
std::string table_statement(const workflow::Node& node) {
  const std::string table = table_of(node);
  if (table.empty()) return {};
  return format("SELECT {} FROM {}", text::join(named_columns(node.parameters), ", "), table);
}

/// The columns that select, insert, update and upsert give back (options.outputColumns), as a SELECT; "" when an
/// expression names them.
std::string table_result(const workflow::Node& node) {
  const std::string_view operation = node.parameters["operation"].string();
  const bool gives = operation.empty() || operation == "select" || operation == "insert" || operation == "update" ||
                     operation == "upsert";
  const json::Value chosen = node.parameters["options"]["outputColumns"];
  if (!gives || (chosen.present() && !chosen.is_array())) return {};
  std::vector<std::string> names;
  for (const json::Value one : chosen) {
    if (workflow::is_expression(one.string())) return {};
    names.push_back(one.string() == "*" ? std::string("*") : in_quotes(one.string()));
  }
  if (names.empty() || std::find(names.begin(), names.end(), "*") != names.end()) names = {"*"};
  return format("SELECT {} FROM {}", text::join(names, ", "), table_of(node));
}

class Collector {
 public:
  Collector(std::shared_ptr<const Parsed> parsed, SchemaStatements& out) : parsed_(std::move(parsed)), out_(out) {}

  void collect() {
    for (std::size_t i = 0; i < parsed_->texts.size(); ++i) add_text(i);
    for (const workflow::Node& node : parsed_->workflow.nodes()) add_table(node);
  }

 private:
  SchemaStatement begin(const workflow::Node& node) const {
    SchemaStatement statement;
    statement.path = parsed_->workflow.path();
    statement.workflow = parsed_->workflow.name();
    statement.node = node.name;
    return statement;
  }

  void add_text(std::size_t index) {
    const SqlText& sql = parsed_->texts[index];
    if (sql.open_holes || sql.node->disabled) return;
    const sql::Script script(sql.text);
    if (!script.ok()) return;
    for (std::size_t i = 0; i < script.statements().size(); ++i) {
      if (const std::string_view made = made_by(script.tree(i)); !made.empty()) out_.made_by_workflows.emplace(made);
      if (!is_analysed(script.tree(i).inner().key())) continue;
      SchemaStatement statement = begin(*sql.node);
      statement.credential = sql.in_code ? std::string() : credential_of(*sql.node);
      statement.text = script.text_of(i);
      statement.holes = sql.holes;
      if (!sql.in_code && script.statements().size() == 1) statement.result = statement.text;
      const std::size_t from = script.statements()[i].begin;
      statement.place = [parsed = parsed_, index, from](std::size_t byte) {
        const SqlText& text = parsed->texts[index];
        return text.string.position_in_string(text.place(from + byte));
      };
      statement.said_place = [parsed = parsed_, index, from](std::size_t byte) {
        return said_place(parsed->texts[index], from + byte);
      };
      out_.statements.push_back(std::move(statement));
    }
  }

  void add_table(const workflow::Node& node) {
    SchemaStatement statement = begin(node);
    statement.text = table_statement(node);
    if (statement.text.empty()) return;
    statement.result = table_result(node);
    statement.credential = credential_of(node);
    const json::Value table = node.parameters["table"];
    const json::Value place = table.is_object() ? table["value"] : table;
    statement.place = [parsed = parsed_, place](std::size_t) { return place.position(); };
    statement.said_place = [](std::size_t) { return std::string("its table and columns"); };
    out_.statements.push_back(std::move(statement));
  }

  std::shared_ptr<const Parsed> parsed_;
  SchemaStatements& out_;
};

}  // namespace

void SchemaStatements::add(std::string text, const std::string& path) {
  large_numbers = large_numbers || (text::contains(text, "largeNumbersOutput") && text::contains(text, "\"numbers\""));
  // Most workflows hold no SQL; parsing their code would cost more than the rest together.
  if (!text::contains(text, "n8n-nodes-base.postgres") && !text::contains(text, "sql")) return;
  auto parsed = json::Document::parse(std::move(text));
  if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root())) return;
  if (parsed.document->root()["isArchived"].boolean()) return;
  Collector(std::make_shared<const Parsed>(std::move(parsed.document), path), *this).collect();
}

}  // namespace kairon::lint
