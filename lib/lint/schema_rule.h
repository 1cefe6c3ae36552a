#pragma once
#include <span>

#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/schema_statements.h"

namespace kairon::lint {

/// A rule over statements that a database was asked about.
struct SchemaRule {
  RuleInfo info;
  /// Called for a statement that fails; `byte` of its text is where the server points at.
  void (*check)(const SchemaStatement& statement, std::size_t byte, Reporter& report);
};

[[nodiscard]] std::span<const SchemaRule* const> schema_rules();

}  // namespace kairon::lint
