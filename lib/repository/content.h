#pragma once
#include <string>
#include <vector>

#include "base/options.h"
#include "config/settings.h"
#include "git/source.h"
#include "n8n/content.h"

namespace kairon::repository {

/// A file with its text.
struct ContentFile {
  std::string path;  ///< from the repository's top
  std::string text;
};

/// The content of a deployment: the workflow and smoke test files of a commit or of the work tree.
struct DeployContent {
  std::string commit;  ///< full id; "" when the work tree differs from HEAD in what is deployed
  std::vector<n8n::Local> workflows;
  std::vector<ContentFile> smoke_files;
  std::optional<ContentFile> answers;  ///< `mocks.json` next to the smoke tests' folder
};

/// The state that a command works on, and the settings that are in force for it: those of --commit ID, whose
/// .kairon counts then, as another branch may be checked out; without it those of the work tree.
struct ChosenState {
  std::string commit;  ///< full id, "" without --commit
  config::Settings settings;
};
/// Throws Error(usage) when --commit names none.
[[nodiscard]] ChosenState chosen_state(const Options& options, git::GitSource& source);

/// Whether a state without workflows can be worked on: the first one may be pulled into it.
enum class NoWorkflows { refused, fine };

/// Reads a commit's content ("" = the work tree). Throws Error(usage) naming every file that is not a
/// workflow, and for a state without workflows where that is refused.
[[nodiscard]] DeployContent read_content(git::GitSource& source, const config::Settings& settings,
                                         const std::string& commit, NoWorkflows empty = NoWorkflows::refused);

}  // namespace kairon::repository
