#pragma once
#include <set>
#include <string>

#include "base/error.h"
#include "config/settings.h"
#include "deploy/change_words.h"
#include "git/source.h"
#include "repository/content.h"

namespace kairon::deploy {

enum class DeployMode { write, dry_run, resume, rollback, verify };
enum class OutputForm { text, json };

/// What the command line says about a deployment.
struct DeployFlags {
  DeployMode mode = DeployMode::write;
  OutputForm output = OutputForm::text;
  std::set<std::string> only;
  std::string branch;  ///< the branch that is being deployed, "" = any that has the commit
  bool overwrite = false;
  bool prune = false;
  ChangeWords words = {};
};

/// Where the content comes from and what steers it.
struct DeployScene {
  git::GitSource& source;
  const config::Settings& settings;
  const repository::DeployContent& content;
};

/// Deploys to one environment, asking for approval where it has to. Returns what the command ends
/// with; throws Error for what stops it before any write.
[[nodiscard]] ExitCode deploy_to(const DeployScene& scene, const std::string& environment, const DeployFlags& flags);

/// Writes the server's version of a workflow into the work tree: sanitised, with the file's own
/// ids where they mean the same, and in its form where its content stays. Refuses to overwrite changes that no commit
/// holds, unless `flags.overwrite`.
[[nodiscard]] ExitCode pull_workflow(const DeployScene& scene, const std::string& environment, const std::string& name,
                                     const DeployFlags& flags);

}  // namespace kairon::deploy
