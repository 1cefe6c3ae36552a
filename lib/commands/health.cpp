#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "base/arguments.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "config/layers.h"
#include "health/n8n.h"
#include "health/probe.h"
#include "health/state.h"
#include "n8n/api.h"
#include "notify/notify.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kHealthOptions = {
    OptionSpec{"--watch", "", "for a monitor: tell [notify] url what is new since the last look, once"},
    OptionSpec{"--every", "DURATION", "with --watch: look again and again, e.g. 5m"},
    OptionSpec{"--since", "DURATION", "how far back executions and events are looked at (default [health] window)"},
    OptionSpec{"--format", "text|json", "how to print the result"},
};

struct Flags {
  bool watch = false;
  bool json = false;
  std::optional<std::chrono::milliseconds> every;
  std::optional<std::chrono::milliseconds> since;
};

std::optional<std::chrono::milliseconds> duration_of(const Options& options, std::string_view name) {
  const auto value = options.value(name);
  if (!value) return std::nullopt;
  const auto parsed = config::parse_duration(*value);
  if (!parsed || parsed->count() < 1000)
    throw usage_error(format("{}: invalid duration '{}': a second or more is needed", name, text::printable(*value)),
                      "write 30s, 5m or 2h");
  return parsed;
}

Flags health_flags(const Options& options) {
  Flags flags;
  flags.json = wants_json(options);
  flags.watch = options.has("--watch");
  flags.every = duration_of(options, "--every");
  flags.since = duration_of(options, "--since");
  if (flags.every && !flags.watch) throw usage_error("--every belongs to --watch");
  return flags;
}

std::vector<std::string> environments(const Options& options, const config::Settings& settings) {
  const std::vector<std::string> configured = health::configured_environments(settings);
  const std::vector<std::string>& words = options.positional();
  if (words.size() > 1) throw usage_error("one environment at a time, or none for all that are configured");
  const std::string name = words.empty() ? "all" : environment_name(words.front(), AllEnvironments::allowed);
  if (name != "all") {
    if (std::find(configured.begin(), configured.end(), name) == configured.end())
      throw usage_error(
          format("the environment {} is not configured", name),
          format("git config kairon.env-{0}.n8nUrl URL, git config kairon.env-{0}.database CONNECTION", name));
    return {name};
  }
  if (configured.empty())
    throw usage_error("no environment is configured", "git config kairon.env-prod.n8nUrl URL; see `kairon doctor`");
  return configured;
}

/// What a look at one environment found, and what is new about it.
struct Look {
  std::vector<health::HealthLine> lines;
  health::HealthMemory before;
  health::HealthTurn turn;
  std::string file;
};

health::HealthMemory remembered(const std::string& path) {
  Result<std::string> text = file::read(path);
  return health::read_memory(text.ok() ? std::move(text).value() : std::string());
}

void keep(const Look& look, const health::HealthMemory& memory) {
  const auto written = file::write_atomic(look.file, health::to_text(memory), 0600);
  if (!written.ok()) throw environment_error(format("{}: {}", look.file, written.failure().text));
}

Look look_once(const health::HealthScene& scene, const std::string& environment) {
  Look look;
  look.file = health::memory_file(scene.source == nullptr ? "" : scene.source->common_dir(), environment);
  look.before = remembered(look.file);
  const std::string now = health::iso_time(std::chrono::system_clock::now());
  look.lines = health::look_at_environment(scene, environment, look.before.looked_at);
  look.turn = health::compare_looks(look.before, look.lines, now);
  return look;
}

/// A look by hand moves the time of the last look on, and leaves the alerts to the monitor, which may have looked
/// meanwhile. When the memory is not ours to write, the look was still good.
void keep_time(const Look& look) {
  health::HealthMemory memory = remembered(look.file);
  memory.looked_at = look.turn.after.looked_at;
  static_cast<void>(file::write_atomic(look.file, health::to_text(memory), 0600, file::Durability::cached));
}

/// Tells what began and what is over in one message. The memory is kept only when people know, so
/// that a message that did not arrive is sent again by the next look.
void tell(const config::Settings& settings, const Look& look, const std::string& environment) {
  const health::HealthTurn& turn = look.turn;
  if (turn.begun.empty() && turn.over.empty()) return keep(look, turn.after);
  notify::Notice notice{
      "health", environment, turn.begun.empty() ? notify::JobOutcome::recovered : notify::JobOutcome::failed, {}, {}};
  std::vector<std::string> parts;
  if (!turn.begun.empty()) parts.push_back(format("{} new: {}", turn.begun.size(), turn.begun.front()));
  if (!turn.over.empty()) parts.push_back(format("{} over: {}", turn.over.size(), turn.over.front()));
  notice.summary = text::join(parts, "; ");
  for (const health::HealthLine& line : look.lines) {
    const bool news = std::any_of(turn.begun.begin(), turn.begun.end(), [&](const std::string& alert) {
      return alert == line.check || alert.starts_with(line.check + "/");
    });
    if (news) notice.details.push_back(format("{}: {}", line.check, line.message.text));
  }
  for (const std::string& alert : turn.over) notice.details.push_back("works again: " + alert);
  const notify::Delivery delivery = notify::notify(settings, notice);
  if (delivery.state != notify::Delivery::State::failed) keep(look, turn.after);
}

ExitCode look_at_all(const health::HealthScene& scene, const std::vector<std::string>& names, const Flags& flags) {
  std::vector<health::HealthLine> lines;
  std::vector<std::string> begun;
  std::vector<std::string> over;
  for (const std::string& name : names) {
    Look look = [&] {
      const terminal::Progress progress(name + ": looking at n8n and the database");
      return look_once(scene, name);
    }();
    if (!flags.watch) keep_time(look);
    if (flags.watch) {
      tell(scene.settings, look, name);
      for (const std::string& alert : look.turn.begun) begun.push_back(name + " " + alert);
      for (const std::string& alert : look.turn.over) over.push_back(name + " " + alert);
    }
    lines.insert(lines.end(), std::make_move_iterator(look.lines.begin()), std::make_move_iterator(look.lines.end()));
  }
  if (flags.json) {
    terminal::print(Channel::out, health::health_json(lines, begun, over));
  } else {
    health::print_health(lines);
    for (const std::string& alert : begun) terminal::print(Channel::out, "new: " + alert);
    for (const std::string& alert : over) terminal::print(Channel::out, "over: " + alert);
  }
  return health::health_verdict(lines);
}

ExitCode run_health(const Options& options) {
  const Flags flags = health_flags(options);
  const std::unique_ptr<git::GitSource> source = git::open();
  const config::Settings settings = config::load(source.get());
  const std::vector<std::string> names = environments(options, settings);
  const auto window = flags.since.value_or(settings.value(config::kHealthWindow));
  const health::HealthScene scene{settings, source.get(), std::chrono::duration_cast<std::chrono::seconds>(window)};
  for (;;) {
    const ExitCode code = look_at_all(scene, names, flags);
    if (!flags.every) return code;
    n8n::pause(*flags.every);
  }
}

}  // namespace

extern const Command kCommandHealth;
const Command kCommandHealth = {"health", "[ENV]",
                                "Look at n8n, database, pipeline, backups and deployments of an environment.",
                                kHealthOptions, run_health};

}  // namespace kairon::commands
