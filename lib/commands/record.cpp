#include "smoke/record.h"

#include <array>

#include "base/arguments.h"
#include "base/format.h"
#include "base/text.h"
#include "commands/command.h"
#include "config/layers.h"

namespace kairon::commands {

namespace {

constexpr std::array kRecordOptions = {
    OptionSpec{"--since", "DURATION", "how far back executions are read: 30m, 12h, 7d (default: 7d)"},
    OptionSpec{"--redact", "", "replace texts of messages and answers by others of the same shape"},
};

std::chrono::seconds since_of(const Options& options) {
  const std::string wanted = options.value("--since").value_or("7d");
  const auto duration = config::parse_duration(wanted);
  if (!duration || duration->count() <= 0)
    throw usage_error(format("--since {}: invalid duration", text::printable(wanted)), "use 30m, 12h or 7d");
  return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

ExitCode run_record(const Options& options) {
  no_more_words(options, 1);
  if (options.positional().empty())
    throw usage_error("say which environment to record", "kairon record prod --since 7d");
  smoke::RecordRequest request;
  request.environment = environment_name(options.positional().front());
  request.since = since_of(options);
  if (options.has("--redact")) request.texts = smoke::Texts::redact;
  const std::unique_ptr<git::GitSource> source = git::open();
  if (!source || source->top().empty()) throw usage_error("kairon record works inside a work tree");
  return smoke::record(*source, config::load(source.get()), request);
}

}  // namespace

extern const Command kCommandRecord;
const Command kCommandRecord = {"record", "dev|staging|prod",
                                "Write regression cases from the executions that n8n stored, one for each path.",
                                kRecordOptions, run_record};

}  // namespace kairon::commands
