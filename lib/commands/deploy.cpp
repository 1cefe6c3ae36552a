#include <array>
#include <optional>

#include "base/arguments.h"
#include "base/environments.h"
#include "base/format.h"
#include "base/kairon_child.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "deploy/environment_run.h"
#include "deploy/not_on_remote.h"
#include "diff/render.h"
#include "diff/words.h"
#include "repository/content.h"
#include "repository/snapshot.h"

namespace kairon::commands {

namespace {

constexpr std::array kDeployOptions = {
    OptionSpec{"--dry-run", "", "print the plan, write nothing", "-"},
    OptionSpec{"--diff", "", "also print node by node what changes against what the server runs", "-"},
    OptionSpec{"--only", "NAME", "only this workflow, repeatable", "-"},
    OptionSpec{"--overwrite", "", "take over workflows that were edited on the server"},
    OptionSpec{"--prune", "", "delete workflows that are gone from git, instead of deactivating them", "-"},
    OptionSpec{"--resume", "", "finish an interrupted deployment", "-"},
    OptionSpec{"--rollback", "", "undo an interrupted deployment", "-"},
    OptionSpec{"--verify", "", "count the references on the server that resolve; write nothing", "-"},
    OptionSpec{"--commit", "ID", "deploy this commit instead of the work tree"},
    OptionSpec{"--branch", "NAME", "the branch that the commit is being pushed to (production: deployBranch only)",
               "-"},
    OptionSpec{"--from", "ENV", "the environment to take the workflow from (default prod)", "pull"},
    OptionSpec{"--format", "text|json", "how to print plan and result", "-"},
};

constexpr std::array kDeploySubcommands = {
    Subcommand{"pull", "NAME", "Take a workflow as an environment has it into the work tree."},
};

diff::FileDiff compared(const std::string& name, const std::string& before, const std::string& after) {
  const auto side = [&name](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(diff::FileVersion{name, text});
  };
  return diff::diff_file(side(before), side(after));
}

deploy::ChangeWords change_words(terminal::Channel channel, bool whole) {
  deploy::ChangeWords words;
  words.line = [](const std::string& name, const std::string& before, const std::string& after) {
    const diff::FileDiff file = compared(name, before, after);
    return file.empty() ? std::string() : diff::visible_line(diff::summary_line(file, name));
  };
  if (!whole) return words;
  words.whole = [channel](const std::string& name, const std::string& before, const std::string& after) {
    diff::DiffReport report;
    report.files.push_back(compared(name, before, after));
    return report.files.front().empty() ? std::string() : diff::to_text(report, channel);
  };
  return words;
}

deploy::DeployFlags deploy_flags(const Options& options) {
  deploy::DeployFlags flags;
  for (const std::string& name : options.values("--only")) flags.only.insert(name);
  flags.overwrite = options.has("--overwrite");
  flags.prune = options.has("--prune");
  flags.branch = options.value("--branch").value_or("");
  flags.output = wants_json(options) ? deploy::OutputForm::json : deploy::OutputForm::text;
  flags.words = change_words(flags.output == deploy::OutputForm::text ? terminal::Channel::out : terminal::Channel::err,
                             options.has("--diff"));
  int modes = 0;
  const auto choose = [&](std::string_view option, deploy::DeployMode mode) {
    if (!options.has(option)) return;
    flags.mode = mode;
    ++modes;
  };
  choose("--dry-run", deploy::DeployMode::dry_run);
  choose("--resume", deploy::DeployMode::resume);
  choose("--rollback", deploy::DeployMode::rollback);
  choose("--verify", deploy::DeployMode::verify);
  if (modes > 1) throw usage_error("only one of --dry-run, --resume, --rollback and --verify can be given");
  return flags;
}

// Without a word: the only environment there is.
std::string chosen_environment(const std::vector<std::string>& words, const config::Settings& settings) {
  if (words.size() > 1) throw usage_error("one environment at a time", "kairon deploy dev|staging|prod|all");
  if (words.size() == 1) return words.front();
  std::vector<std::string> configured;
  for (const std::string_view name : kEnvironments)
    if (settings.target(name).configured()) configured.emplace_back(name);
  if (configured.size() != 1)
    throw usage_error("say where to deploy", "kairon deploy dev|staging|prod|all, or kairon deploy pull NAME");
  return configured.front();
}

std::vector<std::string> environments(const std::string& word) {
  if (environment_name(word, AllEnvironments::allowed) == "all") return {kEnvironments.begin(), kEnvironments.end()};
  return {word};
}

ExitCode run_deploy(const Options& options) {
  const std::vector<std::string>& words = options.positional();
  const bool pulls = !words.empty() && words.front() == "pull";
  if (pulls && words.size() != 2) throw usage_error("say which workflow", "kairon deploy pull NAME");
  deploy::DeployFlags flags = deploy_flags(options);
  const std::unique_ptr<git::GitSource> source = git::open();
  if (!source) throw usage_error("kairon deploy works inside a git repository");
  if (!is_stage_child()) deploy::say_unpushed(*source);
  const auto [commit, settings] = repository::chosen_state(options, *source);
  // What an interrupted deployment needs is in its journal: a broken file must not be in the way.
  const bool from_journal =
      !pulls && (flags.mode == deploy::DeployMode::resume || flags.mode == deploy::DeployMode::rollback);
  const repository::DeployContent content =
      from_journal ? repository::DeployContent{}
                   : repository::read_content(*source, settings, commit,
                                              pulls ? repository::NoWorkflows::fine : repository::NoWorkflows::refused);
  const deploy::DeployScene scene{*source, settings, content};
  if (pulls) {
    flags.words = change_words(terminal::Channel::out, true);
    return deploy::pull_workflow(scene, options.value("--from").value_or("prod"), words.back(), flags);
  }
  const std::vector<std::string> names = environments(chosen_environment(words, settings));
  for (const std::string& name : names) {
    if (names.size() > 1 && !settings.target(name).configured()) {
      terminal::print(terminal::Channel::out, name + ": not configured, left out");
      continue;
    }
    const ExitCode code = deploy::deploy_to(scene, name, flags);
    if (code != ExitCode::passed) return code;
  }
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandDeploy;
const Command kCommandDeploy = {
    "deploy",   "[dev|staging|prod|all]", "Bring the workflows to an n8n server, all of them or none.", kDeployOptions,
    run_deploy, kDeploySubcommands};

}  // namespace kairon::commands
