#include <array>
#include <iterator>

#include "base/arguments.h"
#include "base/environment.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "doctor/checks.h"
#include "doctor/network.h"
#include "doctor/settings.h"
#include "health/probe.h"
#include "install/hooks.h"
#include "install/status.h"

namespace kairon::commands {

namespace {

constexpr std::array kDoctorOptions = {
    OptionSpec{"--offline", "", "ask no server: neither n8n nor a database"},
    OptionSpec{"--format", "text|json", "how to print the result"},
};

void append(std::vector<report::Diagnosis>& all, std::vector<report::Diagnosis> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Runs one group of checks; what it throws is its finding, so that the others still run.
template <typename Check>
void attempt(std::vector<report::Diagnosis>& all, const char* topic, const Check& check) {
  try {
    append(all, check());
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    all.push_back({report::Health::fail, topic, error.message()});
  }
}

void check_hooks(std::vector<report::Diagnosis>& all, const git::GitSource* source) {
  std::string suite;
  attempt(all, "hooks", [&] {
    suite = install::installed_hooks_folder();
    return install::diagnose_hooks_folder(suite);
  });
  if (source == nullptr || suite.empty()) return;
  const std::string folder = source->top().empty() ? source->git_dir() : source->top();
  attempt(all, "hooks", [&] { return install::diagnose_repository(folder, suite); });
}

void check_servers(std::vector<report::Diagnosis>& all, const config::Settings& settings, git::GitSource* source) {
  for (const std::string& name : health::configured_environments(settings)) {
    const terminal::Progress progress(name + ": asking n8n and the database");
    attempt(all, "environment", [&] { return doctor::check_environment(settings, source, name); });
  }
}

ExitCode run_doctor(const Options& options) {
  no_more_words(options, 0);
  std::vector<report::Diagnosis> all;
  std::unique_ptr<git::GitSource> source;
  attempt(all, "repository", [&]() -> std::vector<report::Diagnosis> {
    source = git::open();
    if (!source)
      return {
          {report::Health::warn, "repository", {"no git repository here", "run this inside the repository to check"}}};
    return {{report::Health::ok,
             "repository",
             {format("{}, read by {}", source->top().empty() ? source->git_dir() : source->top(),
                     source->implementation())}}};
  });
  config::Settings settings;
  attempt(all, "settings", [&] {
    settings = config::load(source.get());
    return doctor::check_settings(settings);
  });
  attempt(all, "settings", [&] { return doctor::check_values(settings); });
  attempt(all, "settings", [&] { return doctor::check_variables(environment::all(), "the environment"); });
  attempt(all, "tools", [&] { return doctor::check_tools(settings); });
  check_hooks(all, source.get());
  const std::string top = source ? source->top() : "";
  if (!top.empty()) attempt(all, "settings", [&] { return doctor::check_matches(settings, top); });
  if (!top.empty()) attempt(all, "credentials", [&] { return doctor::check_dotenv(top); });
  attempt(all, "credentials", [&] { return doctor::check_secret_files(settings, top); });
  if (!options.has("--offline")) check_servers(all, settings, source.get());
  wants_json(options) ? report::print_json(all) : report::print_text(all);
  return report::verdict(all);
}

}  // namespace

extern const Command kCommandDoctor;
const Command kCommandDoctor = {
    "doctor", "", "Check settings, servers, tools, credentials and hook installation; say how to fix each.",
    kDoctorOptions, run_doctor};

}  // namespace kairon::commands
