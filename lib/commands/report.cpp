#include <algorithm>

#include "base/arguments.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "config/settings.h"
#include "git/source.h"
#include "health/probe.h"
#include "overview/render.h"
#include "overview/servers.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr OptionSpec kReportOptions[] = {
    {"--output", "FILE", "write the page there (default: standard output)"},
    {"--format", "html|markdown", "how to show it"},
    {"--env", "NAME", "also ask this environment, or all, for its health and deployments; repeatable"},
    {"--look", "NAME", "print what one environment answers as JSON (used by --env)"},
};

/// The environments of --env, each once.
std::vector<std::string> wanted_environments(const Options& options, const config::Settings& settings) {
  const std::vector<std::string> configured = health::configured_environments(settings);
  std::vector<std::string> wanted;
  if (configured.empty() && options.has("--env"))
    throw usage_error("no environment is configured", "git config kairon.env-prod.n8nUrl URL");
  for (const std::string& word : options.values("--env")) {
    const std::string name = environment_name(word, AllEnvironments::allowed);
    if (name != "all" && std::find(configured.begin(), configured.end(), name) == configured.end())
      throw usage_error(format("the environment {} is not configured", name),
                        format("git config kairon.env-{}.n8nUrl URL", name));
    for (const std::string& one : configured)
      if ((name == "all" || name == one) && std::find(wanted.begin(), wanted.end(), one) == wanted.end())
        wanted.push_back(one);
  }
  return wanted;
}

ExitCode run_report(const Options& options) {
  if (!options.positional().empty())
    throw usage_error(format("unexpected argument '{}'", text::printable(options.positional().front())),
                      "kairon report --output FILE");
  const std::unique_ptr<git::GitSource> source = git::open();
  if (!source) throw usage_error("kairon report works inside a git repository");
  const config::Settings settings = config::load(source.get());
  if (const auto name = options.value("--look")) {
    terminal::print(Channel::out, overview::look_at(*source, settings, *name));
    return ExitCode::passed;
  }
  const std::vector<std::string> environments = wanted_environments(options, settings);
  overview::Facts facts = overview::gather_facts(*source, settings);
  for (const std::string& name : environments) {
    const terminal::Progress progress(name + ": asking n8n and the database");
    overview::ask_environment(name, overview::kPatience, facts);
  }
  const bool markdown = options.value("--format").value_or("html") == "markdown";
  const std::string page = markdown ? overview::to_markdown(facts) : overview::to_html(facts);
  const auto output = options.value("--output");
  if (!output) {
    terminal::write(Channel::out, page);
    return ExitCode::passed;
  }
  const auto written = file::write_atomic(*output, page);
  if (!written.ok()) throw environment_error(format("--output: {}", written.failure().text));
  terminal::print(Channel::out, format("report written to {}", text::printable(*output)));
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandReport;
const Command kCommandReport{"report", "",
                             "Show the state of the gate, findings, workflows and operations on one page.",
                             kReportOptions, run_report};

}  // namespace kairon::commands
