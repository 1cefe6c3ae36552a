#include <array>

#include "lint/schema_rule.h"

namespace kairon::lint {

extern const RuleInfo kSqlSchema;
extern const RuleInfo kSqlDrift;
void check_sql_schema(const SchemaStatement& statement, std::size_t byte, Reporter& report);
void check_sql_drift(const SchemaStatement& statement, std::size_t byte, Reporter& report);

std::span<const SchemaRule> schema_rules() {
  static const std::array kRules = {SchemaRule{kSqlSchema, check_sql_schema}, SchemaRule{kSqlDrift, check_sql_drift}};
  return kRules;
}

}  // namespace kairon::lint
