#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "install/evidence.h"

namespace kairon::install {

/// Whose CI a file configures.
enum class CiForm { github, gitlab };

/// A job of a CI file, or another key on the jobs' level (a hidden job or `default:` of GitLab).
struct CiJob {
  std::string name;
  std::size_t begin = 0;  ///< index of its first line, `name:`
  std::size_t end = 0;    ///< index after its last line
  bool runs = true;       ///< it is a job that a pipeline can run
  bool block = true;      ///< its keys have lines of their own
};

/// A CI file of the repository.
struct CiFile {
  std::string path;  ///< relative to the top
  std::string content;
  CiForm form = CiForm::github;
};

/// A job that deploys, and the line that turns it off.
struct DeployingJob {
  std::string path;
  std::string name;
  std::size_t line = 1;
  std::string reason;  ///< "deploys n8n-workflows", "needs deploy"
  std::string off;     ///< "if: false", "rules: [{when: never}]"; "" when only a person can turn the job off
};

/// Returns the jobs of a file in YAML's block style, found by indentation.
[[nodiscard]] std::vector<CiJob> jobs_of(CiForm form, const std::string& content);

/// Returns the CI files of the work tree at `top`: those of .github/workflows, .gitlab-ci.yml, the files of .gitlab/
/// and the local files that they include.
[[nodiscard]] std::vector<CiFile> existing_ci(const std::string& top);

/// Returns the jobs that deploy what is watched. In GitLab a template that a job extends counts as its own text, and
/// a job that needs a deploying one is added: a pipeline with a need that is not there is refused as a whole.
[[nodiscard]] std::vector<DeployingJob> deploying_jobs(const std::vector<CiFile>& files, const Watched& watched);

/// Returns a CI file with jobs turned off: `off` is a line for each job's name. What the line replaces stays in
/// comments; with_retired() brings it back.
[[nodiscard]] std::string without_jobs(CiForm form, const std::string& content,
                                       const std::map<std::string, std::string>& off);

}  // namespace kairon::install
