#include <array>

#include "base/format.h"
#include "base/text.h"
#include "gate/command.h"
#include "gate/deploy_content.h"
#include "gate/smoke_stage.h"
#include "gate/snapshot.h"
#include "gate/words.h"

namespace kairon::gate {

namespace {

constexpr std::array kOptions = {
    OptionSpec{"--case", "NAME", "only this case, or those that fit a pattern with *; repeatable"},
    OptionSpec{"--format", "text|json|junit", "how to print the result"},
    OptionSpec{"--commit", "ID", "the tests of this commit instead of the work tree's"},
    OptionSpec{"--unless-proven", "", "do nothing when they passed for the same content since the last deployment"},
    OptionSpec{"--verbose", "", "the execution tree of every case"},
};

SmokeFlags read_flags(const Options& options) {
  SmokeFlags flags;
  const std::string how = options.value("--format").value_or("text");
  if (how == "json") {
    flags.format = SmokeFormat::json;
  } else if (how == "junit") {
    flags.format = SmokeFormat::junit;
  }
  flags.cases = options.values("--case");
  flags.verbose = options.has("--verbose");
  if (options.has("--unless-proven")) flags.proof = Proof::accept;
  return flags;
}

ExitCode run(const Options& options) {
  no_more_words(options, 1);
  const std::string environment =
      options.positional().empty() ? std::string("dev") : environment_name(options.positional().front());
  const SmokeFlags flags = read_flags(options);
  const std::unique_ptr<git::GitSource> source = git::open();
  if (!source) throw usage_error("kairon smoke works inside a git repository");
  const auto [commit, settings] = chosen_state(options, *source);
  return smoke(*source, settings, read_content(*source, settings, commit), environment, flags);
}

}  // namespace

extern const Command kCommandSmoke;
const Command kCommandSmoke = {"smoke", "[dev|staging|prod] [options]",
                               "Send test messages to an environment and check everything they cause.", kOptions, run};

}  // namespace kairon::gate
