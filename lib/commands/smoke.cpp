#include <array>

#include "base/arguments.h"
#include "base/format.h"
#include "base/text.h"
#include "commands/command.h"
#include "repository/content.h"
#include "repository/snapshot.h"
#include "smoke/local_server.h"
#include "smoke/stage.h"

namespace kairon::commands {

namespace {

constexpr std::array kSmokeOptions = {
    OptionSpec{"--case", "NAME", "only this case, or those that fit a pattern with *; repeatable"},
    OptionSpec{"--format", "text|json|junit", "how to print the result"},
    OptionSpec{"--commit", "ID", "the tests of this commit instead of the work tree's"},
    OptionSpec{"--unless-proven", "", "do nothing when they passed for the same content since the last deployment"},
    OptionSpec{"--n8n", "FOLDER", "with local: the n8n to start, else that of PATH, the cache or npm"},
    OptionSpec{"--verbose", "", "the execution tree of every case"},
};

smoke::SmokeFlags smoke_flags(const Options& options) {
  smoke::SmokeFlags flags;
  const std::string how = options.value("--format").value_or("text");
  if (how == "json") {
    flags.format = smoke::SmokeFormat::json;
  } else if (how == "junit") {
    flags.format = smoke::SmokeFormat::junit;
  }
  flags.cases = options.values("--case");
  flags.n8n_folder = options.value("--n8n").value_or("");
  flags.verbose = options.has("--verbose");
  if (options.has("--unless-proven")) flags.proof = smoke::Proof::accept;
  return flags;
}

const std::string& smoked_environment(const std::string& word) {
  return word == smoke::kLocalEnvironment ? word : environment_name(word);
}

ExitCode run_smoke(const Options& options) {
  no_more_words(options, 1);
  const std::string environment =
      options.positional().empty() ? std::string("dev") : smoked_environment(options.positional().front());
  const smoke::SmokeFlags flags = smoke_flags(options);
  if (options.has("--n8n") && environment != smoke::kLocalEnvironment)
    throw usage_error("--n8n is for kairon smoke local alone");
  const std::unique_ptr<git::GitSource> source = git::open();
  if (!source) throw usage_error("kairon smoke works inside a git repository");
  const auto [commit, settings] = repository::chosen_state(options, *source);
  return smoke::smoke(*source, settings, repository::read_content(*source, settings, commit), environment, flags);
}

}  // namespace

extern const Command kCommandSmoke;
const Command kCommandSmoke = {"smoke", "[dev|staging|prod|local]",
                               "Send test messages to an environment and check everything they cause.", kSmokeOptions,
                               run_smoke};

}  // namespace kairon::commands
