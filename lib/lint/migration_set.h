#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lint/rule.h"
#include "migration/set.h"

namespace kairon::lint {

/// The migrations folder before and now, as set rules see it.
struct MigrationStates {
  migration::Set base;
  migration::Set now;
  std::function<std::string(const migration::Entry&)> read;

  /// Not in the base, by name.
  [[nodiscard]] bool is_new(const migration::Migration& one) const;
  /// The base has the same content under a name that is gone now.
  [[nodiscard]] bool is_renamed(const migration::Migration& one) const;
  /// Its text says `-- kairon: irreversible REASON`.
  [[nodiscard]] bool is_irreversible(const migration::Migration& one) const;
};

/// Collects what a set rule finds; its findings are at the first line of a file.
class SetReporter {
 public:
  explicit SetReporter(std::vector<Finding>& findings) : findings_(findings) {}
  void enter(const RuleInfo& rule) { rule_ = &rule; }
  /// Without `help` the finding has the rule's.
  void at_file(const std::string& path, std::string message, std::optional<Severity> severity = std::nullopt,
               std::string help = {});

 private:
  std::vector<Finding>& findings_;
  const RuleInfo* rule_ = nullptr;
};

/// A rule over the migrations folder as a whole.
struct MigrationSetRule {
  RuleInfo info;
  void (*check)(const MigrationStates& input, SetReporter& report);
};

[[nodiscard]] std::span<const MigrationSetRule* const> migration_set_rules();

}  // namespace kairon::lint
