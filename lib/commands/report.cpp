#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "config/settings.h"
#include "git/source.h"
#include "overview/render.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr OptionSpec kOptions[] = {
    {"--output", "FILE", "write the page there (default: standard output)"},
    {"--format", "html|markdown", "how to show it"},
};

ExitCode run(const Options& options) {
  if (!options.positional().empty())
    throw usage_error(format("unexpected argument '{}'", text::printable(options.positional().front())),
                      "kairon report --output FILE");
  const std::unique_ptr<git::GitSource> source = git::open();
  if (!source) throw usage_error("kairon report works inside a git repository");
  const overview::Facts facts = overview::gather_facts(*source, config::load(source.get()));
  const bool markdown = options.value("--format").value_or("html") == "markdown";
  const std::string page = markdown ? overview::to_markdown(facts) : overview::to_html(facts);
  const auto output = options.value("--output");
  if (!output) {
    terminal::write(Channel::out, page);
    return ExitCode::passed;
  }
  const auto written = file::write_atomic(*output, page);
  if (!written.ok()) throw environment_error(format("--output: {}", written.failure().message));
  terminal::print(Channel::out, format("report written to {}", text::printable(*output)));
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandReport;
const Command kCommandReport{
    "report", "", "Show the state of the gate, findings, workflows and operations on one page.", kOptions, run};

}  // namespace kairon::commands
