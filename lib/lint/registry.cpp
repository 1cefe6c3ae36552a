#include <algorithm>
#include <variant>

#include "lint/migration_rule.h"
#include "lint/migration_set.h"
#include "lint/rule.h"
#include "lint/schema_rule.h"
#include "lint/support/secrets.h"

namespace kairon::lint {

// rule_table.inc has one line KAIRON_RULE(type, symbol) per file of rules/ (registry.cmake), sorted by path.
#define KAIRON_RULE(type, symbol) extern const type symbol;
#include "rule_table.inc"
#undef KAIRON_RULE

namespace {

using AnyRule = std::variant<const RuleInfo*, const WorkflowRule*, const TreeRule*, const SchemaRule*,
                             const SecretRule*, const MigrationRule*, const MigrationSetRule*>;

constexpr AnyRule kRegistered[] = {
#define KAIRON_RULE(type, symbol) &symbol,
#include "rule_table.inc"
#undef KAIRON_RULE
};

template <typename Rule>
std::vector<const Rule*> all_of() {
  std::vector<const Rule*> rules;
  for (const AnyRule& any : kRegistered)
    if (const auto* rule = std::get_if<const Rule*>(&any)) rules.push_back(*rule);
  return rules;
}

const RuleInfo* info_of(const RuleInfo* info) { return info; }
template <typename Rule>
const RuleInfo* info_of(const Rule* rule) {
  return &rule->info;
}

}  // namespace

std::span<const WorkflowRule* const> workflow_rules() {
  static const std::vector<const WorkflowRule*> kRules = all_of<WorkflowRule>();
  return kRules;
}

std::span<const TreeRule* const> tree_rules() {
  static const std::vector<const TreeRule*> kRules = all_of<TreeRule>();
  return kRules;
}

std::span<const SchemaRule* const> schema_rules() {
  static const std::vector<const SchemaRule*> kRules = all_of<SchemaRule>();
  return kRules;
}

std::span<const SecretRule* const> secret_rules() {
  static const std::vector<const SecretRule*> kRules = [] {
    std::vector<const SecretRule*> rules = all_of<SecretRule>();
    std::ranges::stable_sort(rules, {}, [](const SecretRule* rule) { return rule->shape; });
    return rules;
  }();
  return kRules;
}

std::span<const MigrationRule* const> migration_rules() {
  static const std::vector<const MigrationRule*> kRules = all_of<MigrationRule>();
  return kRules;
}

std::span<const MigrationSetRule* const> migration_set_rules() {
  static const std::vector<const MigrationSetRule*> kRules = all_of<MigrationSetRule>();
  return kRules;
}

std::span<const RuleInfo* const> all_rules() {
  static const std::vector<const RuleInfo*> kRules = [] {
    std::vector<const RuleInfo*> rules;
    for (const AnyRule& any : kRegistered)
      rules.push_back(std::visit([](const auto* rule) { return info_of(rule); }, any));
    return rules;
  }();
  return kRules;
}

bool needs_database(std::string_view id) {
  return std::ranges::any_of(schema_rules(), [id](const SchemaRule* rule) { return rule->info.id == id; });
}

const RuleInfo* find_rule(std::string_view id) {
  const auto rules = all_rules();
  const auto hit = std::ranges::find(rules, id, &RuleInfo::id);
  return hit == rules.end() ? nullptr : *hit;
}

}  // namespace kairon::lint
