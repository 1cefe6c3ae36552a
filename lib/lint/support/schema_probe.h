#pragma once
#include <string>
#include <vector>

#include "lint/finding.h"
#include "lint/support/schema_statements.h"

namespace kairon::lint {

/// Follows statements through the states of a schema and reports which of them stopped working, and with
/// what.
class SchemaProbe {
 public:
  explicit SchemaProbe(SchemaStatements statements);

  [[nodiscard]] bool empty() const { return all_.statements.empty(); }
  /// The state that a change starts from.
  void start(StatementChecker& checker);
  /// The state after one more migration.
  void step(StatementChecker& checker, const std::string& cause);
  /// Another description of the state in force: a schema file that changed as well. A statement that
  /// never worked may work there; one that worked all the way and does not work there is broken by it.
  void second(StatementChecker& checker, const std::string& cause);
  /// True when a statement fails that no change broke.
  [[nodiscard]] bool fails_from_the_start() const;
  /// One more state that may be the one in force: what failed from the start and works here is right.
  void pardon(StatementChecker& checker);

  /// Asks for the columns of what the nodes put into their items, on the state that the change starts from, and on the
  /// state in force.
  void describe_start(StatementChecker& checker);
  void describe(StatementChecker& checker);

  [[nodiscard]] bool has_large_numbers() const { return all_.large_numbers; }
  [[nodiscard]] const std::vector<SchemaStatement>& statements() const { return all_.statements; }
  /// What the schema rules say of the statements that `counts` accepts.
  template <typename Counts>
  [[nodiscard]] std::vector<Finding> findings(const Counts& counts) const {
    std::vector<Finding> found;
    for (std::size_t i = 0; i < all_.statements.size(); ++i) {
      if (!speaks_of_another_database(i) && counts(all_.statements[i])) judge(all_.statements[i], found);
    }
    return found;
  }

 private:
  [[nodiscard]] std::vector<StatementVerdict> ask(StatementChecker& checker) const;
  [[nodiscard]] bool proves_nothing(const SchemaStatement& statement, const StatementVerdict& verdict) const;
  [[nodiscard]] bool speaks_of_another_database(std::size_t index) const;
  [[nodiscard]] bool may_mean_another_database(const SchemaStatement& statement) const;
  void describe(StatementChecker& checker, std::vector<workflow::ResultColumn> SchemaStatement::*columns);
  static void judge(const SchemaStatement& statement, std::vector<Finding>& found);

  SchemaStatements all_;
};

}  // namespace kairon::lint
