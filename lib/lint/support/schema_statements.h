#pragma once
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "json/node.h"
#include "lint/statement_checker.h"

namespace kairon::lint {

/// One static SQL statement of a workflow, and what became of it on the schemas that were asked.
struct SchemaStatement {
  std::string path;
  std::string workflow;
  std::string node;
  std::string credential;  ///< name of the node's Postgres credential: which database it means; "" in Code
  std::string text;        ///< one statement, holes as NULL
  bool holes = false;      ///< some of its text is only known at run time
  /// A statement that gives what the node puts into its items; "" when that is not one statement's result.
  std::string result;
  /// Returns the place of a byte of `text` in the file; keeps the parsed workflow alive.
  std::function<json::Position(std::size_t)> place;
  /// "line 3 of the SQL", "line 12 of the code", "the table"; of a byte of `text`.
  std::function<std::string(std::size_t)> said_place;

  StatementVerdict verdict;  ///< on the schema in force
  std::string broken_by;     ///< the migration or schema file since which it fails; "" = it never worked
  std::vector<workflow::ResultColumn> columns;  ///< of `result` on the schema in force; empty when they are not known
  std::vector<workflow::ResultColumn> columns_before;  ///< the same on the schema that a change starts from
};

/// The static statements of workflows: queries of Postgres nodes, tables and columns of their other
/// operations, and `{sql, params}` in Code.
struct SchemaStatements {
  std::vector<SchemaStatement> statements;
  /// Relations and functions that some workflow makes itself, without their schema: unknown to the
  /// migrations, and yet there at run time.
  std::set<std::string, std::less<>> made_by_workflows;
  bool large_numbers = false;  ///< a node asks for bigint and numeric as numbers (Output Large-Format Numbers As)

  /// Adds those of one file. Texts that are not workflows, do not parse, or whose holes are outside of
  /// quotes, add nothing: other rules speak of them.
  void add(std::string text, const std::string& path);
};

}  // namespace kairon::lint
