#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/upgrade.h"
#include "workflow/facts.h"

namespace kairon::lint {

/// One workflow file of the tree, as tree rules see it.
struct TreeFile {
  std::string path;
  std::string oid;  ///< content identity (git blob id, or a hash for a bare file)
  workflow::Facts facts;
  bool changed = true;  ///< part of what is being checked; findings are only reported at changed files,
                        ///< or at others when a change elsewhere causes them (rule's decision)
};

/// A workflow that this change deletes or renames away: its old path and name.
struct RemovedWorkflow {
  std::string path;
  std::string name;
  std::string id;
};

/// All workflows side by side, or those of them that a change concerns.
struct Tree {
  std::vector<TreeFile> files;
  std::vector<RemovedWorkflow> removed;
  /// Names of `.env.example`; nothing when the repository has none.
  std::optional<std::vector<std::string>> declared_variables;
  /// Returns the name of every live workflow, in path order, where `files` are only those that a change concerns
  /// (lint/links.h). Null: those of `files` are all.
  std::function<std::vector<std::string>()> all_names;
  /// False for files checked one by one outside a repository: cross-file verdicts ("no workflow of
  /// that name") are impossible then.
  bool complete = true;
  Upgrade target;  ///< the upgrade of n8n that is judged
};

}  // namespace kairon::lint
