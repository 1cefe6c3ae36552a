#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "base/arguments.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "config/settings.h"
#include "git/source.h"
#include "install/ci_files.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

/// Files that one runner judges well within a minute, reading them for the first time.
constexpr std::size_t kFilesPerShard = 500;
constexpr int kMaxShards = 16;

constexpr std::array kCiOptions = {
    OptionSpec{"--shards", "N", "parts that are checked in parallel (default: by the number of files)"},
    OptionSpec{"--source", "URL", "what the suite is cloned from (default: repository variable KAIRON_GATE_SOURCE)"},
    OptionSpec{"--package", "URL", "a .deb that CI installs, instead of building the suite once and caching it"},
    OptionSpec{"--ref", "NAME", "tag or branch of it"},
    OptionSpec{"--smoke", "", "also the smoke tests, on an n8n and a PostgreSQL that exist for the job alone"},
    OptionSpec{"--force", "", "replace a workflow that was changed by hand"},
    OptionSpec{"--stdout", "", "print the workflow, write nothing"},
    OptionSpec{"--pre-commit", "", "print the part of a .pre-commit-config.yaml instead (pre-commit, prek)"},
    OptionSpec{"--lefthook", "", "print the part of a lefthook.yml instead"},
    OptionSpec{"--gitlab", "", "print the part of a .gitlab-ci.yml instead"},
};

constexpr std::array kCiSubcommands = {
    Subcommand{"init", "", "Write the workflow, or print the part for another tool."},
};

int shards_of(const Options& options, git::GitSource& source, const config::Settings& settings) {
  if (const auto value = options.value("--shards")) {
    int shards = 0;
    const auto [end, failed] = std::from_chars(value->data(), value->data() + value->size(), shards);
    if (failed != std::errc() || end != value->data() + value->size() || shards < 1 || shards > kMaxShards)
      throw usage_error(format("--shards {}: a number from 1 to {}", text::printable(*value), kMaxShards));
    return shards;
  }
  const auto entries = source.index_entries({});
  const auto files = std::count_if(entries.begin(), entries.end(), [&](const git::Entry& entry) {
    return settings.is_workflow_path(entry.path) || settings.is_migration_path(entry.path);
  });
  const std::size_t shards = (static_cast<std::size_t>(files) + kFilesPerShard - 1) / kFilesPerShard;
  return std::clamp(static_cast<int>(shards), 1, kMaxShards);
}

/// A word that goes into YAML and a shell script as it is.
std::string plain(std::string_view what, std::string value) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@+~%=?&";
  if (value.find_first_not_of(kAllowed) != std::string::npos)
    throw usage_error(format("{} '{}' has a character that a workflow does not allow", what, text::printable(value)),
                      "letters, digits and -_./:@+~%=?& only");
  return value;
}

ExitCode write_workflow(const std::string& top, const std::string& content, bool force) {
  const std::string path = top + "/" + install::kCiWorkflow;
  const Result<std::string> before = file::read(path);
  if (before.ok() && *before == content) {
    terminal::print(Channel::out, format("{} is as it should be", install::kCiWorkflow));
    return ExitCode::passed;
  }
  if (before.ok() && !force)
    throw usage_error(format("{} exists and is another one", install::kCiWorkflow),
                      "look at the difference (kairon ci init --stdout), then --force");
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  const auto written = file::write_atomic(path, content);
  if (!written.ok()) throw environment_error(format("{}: {}", path, written.failure().text));
  terminal::print(Channel::out,
                  format("wrote {}: commit it, and pushes and pull requests are gated", install::kCiWorkflow));
  return ExitCode::passed;
}

ExitCode run_ci(const Options& options) {
  static_cast<void>(subcommand("ci", options, kCiSubcommands));
  no_more_words(options, 1);
  std::vector<std::string_view> forms;
  for (const std::string_view form : {"--pre-commit", "--lefthook", "--gitlab"})
    if (options.has(form)) forms.push_back(form);
  if (forms.size() > 1)
    throw usage_error(format("{} cannot be used with {}", forms[0], forms[1]), "print one after the other");
  const std::unique_ptr<git::GitSource> source = git::open();
  if (!source || source->top().empty()) throw usage_error("kairon ci init works inside a work tree");
  const config::Settings settings = config::load(source.get());
  install::CiPlan plan;
  plan.branch = plain("the branch", settings.value(config::kDeployBranch));
  for (const std::string& folder : settings.migration_folders())
    plan.migrations += (plan.migrations.empty() ? "" : "\" ] || [ -d \"") + plain("the folder", folder);
  plan.source = plain("the url", options.value("--source").value_or(""));
  plan.package = plain("the url", options.value("--package").value_or(""));
  plan.ref = plain("the tag or branch", options.value("--ref").value_or(""));
  plan.smoke = options.has("--smoke");
  plan.shards = shards_of(options, *source, settings);
  if (options.has("--pre-commit")) {
    terminal::write(Channel::out, install::pre_commit_snippet(plan));
  } else if (options.has("--lefthook")) {
    terminal::write(Channel::out, install::lefthook_snippet());
  } else if (options.has("--gitlab")) {
    terminal::write(Channel::out, install::gitlab_snippet(plan));
  } else if (options.has("--stdout")) {
    terminal::write(Channel::out, install::ci_workflow(plan));
  } else {
    const ExitCode code = write_workflow(source->top(), install::ci_workflow(plan), options.has("--force"));
    if (plan.source.empty() && plan.package.empty())
      terminal::print(Channel::out, "then tell it where Kairon Gate is: gh variable set KAIRON_GATE_SOURCE --body URL");
    return code;
  }
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandCi;
const Command kCommandCi = {
    "ci",       "",     "Put the gate into CI (GitHub, GitLab), or into pre-commit, prek or lefthook.",
    kCiOptions, run_ci, kCiSubcommands};

}  // namespace kairon::commands
