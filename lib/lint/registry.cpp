#include <algorithm>
#include <variant>

#include "lint/migration_rule.h"
#include "lint/rule.h"
#include "lint/support/secrets.h"

namespace kairon::lint {

#define KAIRON_WORKFLOW_RULE(symbol) extern const WorkflowRule symbol;
#define KAIRON_TREE_RULE(symbol) extern const TreeRule symbol;
#define KAIRON_SECRET_RULE(symbol) extern const SecretRule symbol;
#define KAIRON_RULE_INFO(symbol) extern const RuleInfo symbol;
#include "lint/rules/workflow_rules.inc"
#undef KAIRON_WORKFLOW_RULE
#undef KAIRON_TREE_RULE
#undef KAIRON_SECRET_RULE
#undef KAIRON_RULE_INFO

namespace {

using AnyRule = std::variant<const WorkflowRule*, const TreeRule*, const SecretRule*, const RuleInfo*>;

constexpr AnyRule kRegistered[] = {
#define KAIRON_WORKFLOW_RULE(symbol) &symbol,
#define KAIRON_TREE_RULE(symbol) &symbol,
#define KAIRON_SECRET_RULE(symbol) &symbol,
#define KAIRON_RULE_INFO(symbol) &symbol,
#include "lint/rules/workflow_rules.inc"
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

std::span<const SecretRule* const> secret_rules() {
  static const std::vector<const SecretRule*> kRules = all_of<SecretRule>();
  return kRules;
}

std::span<const RuleInfo* const> all_rules() {
  static const std::vector<const RuleInfo*> kRules = [] {
    std::vector<const RuleInfo*> rules;
    for (const AnyRule& any : kRegistered)
      rules.push_back(std::visit([](const auto* rule) { return info_of(rule); }, any));
    for (const RuleInfo* info : migration_rule_infos()) rules.push_back(info);
    return rules;
  }();
  return kRules;
}

bool needs_database(std::string_view id) { return id == kSqlSchema.id || id == kSqlDrift.id; }

const RuleInfo* find_rule(std::string_view id) {
  const auto rules = all_rules();
  const auto hit = std::find_if(rules.begin(), rules.end(), [id](const RuleInfo* rule) { return rule->id == id; });
  return hit == rules.end() ? nullptr : *hit;
}

}  // namespace kairon::lint
