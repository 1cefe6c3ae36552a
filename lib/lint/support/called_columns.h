#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lint/finding.h"
#include "lint/support/schema_statements.h"
#include "lint/tree.h"
#include "workflow/surroundings.h"

namespace kairon::lint {

/// Which of the columns that a statement has: those on the schema in force, or those before a change.
using ColumnsOf = std::vector<workflow::ResultColumn> SchemaStatement::*;

/// The use of columns in and across workflows: what a called workflow gives back, once a schema tells the columns of
/// its queries, decides what its callers may do with it.
class CalledColumns {
 public:
  using Read = std::function<std::string(const std::string& path)>;

  /// `tree` holds every workflow with its name and calls; `statements` are kept: what the schema says of the queries.
  /// `large_numbers`: some node asks for bigint and numeric as numbers. `read` gives the text of a file.
  CalledColumns(Tree tree, const std::vector<SchemaStatement>& statements, bool large_numbers, Read read);
  ~CalledColumns();
  CalledColumns(const CalledColumns&) = delete;
  CalledColumns& operator=(const CalledColumns&) = delete;

  [[nodiscard]] const std::vector<TreeFile>& files() const { return tree_.files; }
  /// Returns sql/column-use of one workflow: by the columns of its own queries, and by those of the workflows that it
  /// calls.
  [[nodiscard]] std::vector<Finding> findings(const TreeFile& file, ColumnsOf columns);

 private:
  struct Results;
  [[nodiscard]] const Results& results_by(ColumnsOf columns);
  [[nodiscard]] workflow::Surroundings columns_of(const std::string& path, ColumnsOf columns) const;
  [[nodiscard]] std::string told(const TreeFile& file, const workflow::Surroundings& own, ColumnsOf columns);

  Tree tree_;
  const std::vector<SchemaStatement>& statements_;
  bool large_numbers_;
  Read read_;
  /// Null means what the files alone say.
  std::vector<std::pair<ColumnsOf, std::unique_ptr<Results>>> results_;
};

}  // namespace kairon::lint
