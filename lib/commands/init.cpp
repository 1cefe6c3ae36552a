#include <algorithm>
#include <array>
#include <filesystem>

#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/adopt.h"
#include "commands/command.h"
#include "config/settings.h"
#include "git/source.h"
#include "install/hooks.h"
#include "install/running_version.h"
#include "install/survey.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kInitOptions = {
    OptionSpec{"--force", "", "replace a .kairon that exists"},
    OptionSpec{"--adopt", "", "also fetch the node catalogue, write a baseline, install the hooks; say what is gated"},
    OptionSpec{"--dry-run", "", "only print what would be written"},
};

void say(std::string_view line) { terminal::print(Channel::out, text::printable(line)); }

std::string top_of_work_tree() {
  const std::string top = install::ask_git("", {"rev-parse", "--path-format=absolute", "--show-toplevel"}).value_or("");
  if (top.empty()) throw environment_error("no work tree here", "run it inside the repository");
  return top;
}

std::string in_words(std::string_view lead, const std::vector<std::string>& things) {
  return things.empty() ? std::string() : format(" ({}: {})", lead, install::first_few(things));
}

std::string others_of(const std::vector<install::StatedVersion>& versions) {
  std::vector<std::string> others;
  for (std::size_t i = 1; i < versions.size(); ++i)
    others.push_back(format("{} by {}", versions[i].version, versions[i].place));
  return in_words("also stated", others);
}

void explain_migrations(const install::Survey& found) {
  if (!found.other_database.empty())
    say(format("not taken: the migrations in {}, which are not for PostgreSQL", found.other_database));
  say(found.migrations.empty()
          ? std::string("migrations: none found (numbered .sql files in one folder)")
          : format("migrations: {} in {}, the last one is {}{}", found.migration_count, found.migrations,
                   found.last_migration, in_words("also numbered", found.other_migrations)));
  if (!found.histories.empty() && !found.migrations.empty() && found.histories.front().folder == found.migrations)
    say(format("layout: {}, from {}", found.histories.front().layout->name, found.histories.front().reason));
  for (const migration::History& one : found.histories)
    if (!one.layout->is_ours() && one.folder != found.migrations)
      say(format("not taken: {} in {}, in the layout of {}", one.count, one.folder, one.layout->tool));
}

void explain(const install::Survey& found, const std::string& catalogue) {
  say(found.workflows == 0 ? std::string("workflows: none found (a JSON file with nodes and connections is one)")
                           : format("workflows: {} in {}{}", found.workflows, install::first_few(found.workflow_globs),
                                    in_words("left out", found.workflows_aside)));
  if (found.workflows > 0)
    say(format("ruleset: {}, as {} of {} pass ctx along", found.passes_ctx() ? "kairon" : "n8n", found.with_ctx,
               found.workflows));
  for (const install::NamedHistory& one : found.named_histories)
    say(format("migrations of {}: {} in {}, in the layout of {} ({})", one.name, one.history.count, one.history.folder,
               one.history.layout->tool, one.history.reason));
  if (found.named_histories.empty()) explain_migrations(found);
  if (!found.schema.empty()) say(format("schema: {}", found.schema));
  if (!catalogue.empty()) say(format("n8n: {}{}", catalogue, others_of(found.n8n_versions)));
  if (!found.postgres_versions.empty())
    say(format("PostgreSQL: {}, from {}{}", found.postgres_version(), found.postgres_versions.front().place,
               others_of(found.postgres_versions)));
  if (!found.branch.empty()) say(format("branch that deploys: {}", found.branch));
}

/// Asks the servers that this user's settings name which n8n they run.
void look_at_servers(const std::string& top, install::Survey& found) {
  const std::unique_ptr<git::GitSource> source = git::open(top);
  const std::vector<install::RunningVersion> running = install::running_versions(config::load(source.get()));
  for (const install::RunningVersion& one : running)
    if (one.version.empty()) say(format("n8n of {}: its version is unknown: {}", one.environment, one.problem));
  install::add_running_versions(running, found);
}

void point_onwards(const std::string& top) {
  const bool gated =
      install::is_gate_folder(install::ask_git(top, {"config", "--get", install::kHooksPathKey}).value_or(""));
  say("");
  if (!gated) say("next: kairon hooks install    gate commits and pushes here");
  say("next: kairon init --adopt     does that, and writes a baseline of what is there now");
  say("next: kairon check            judge everything that is there now");
  say("next: kairon doctor           what is set, what is missing");
}

void write_settings(const std::string& path, const std::string& content) {
  const Result<void> written = file::write_atomic(path, content);
  if (!written.ok()) throw environment_error(written.failure().text, "make the folder writable");
}

ExitCode run_init(const Options& options) {
  if (!options.positional().empty()) throw usage_error("init takes no path", "run it inside the repository");
  const std::string top = top_of_work_tree();
  const std::string path = top + "/.kairon";
  const bool only_show = options.has("--dry-run");
  const bool adopting = options.has("--adopt");
  if (adopting && only_show) throw usage_error("--adopt cannot be used with --dry-run", "leave out one of them");
  std::error_code unknown;
  if (std::filesystem::is_symlink(std::filesystem::symlink_status(path, unknown)))
    throw usage_error(format("{} is a symbolic link, which is not followed", path), format("rm {}", path));
  const bool kept = file::exists(path) && !options.has("--force");
  if (!only_show && !adopting && kept)
    throw usage_error(format("{} exists already", path), "kairon init --force replaces it, --dry-run only shows");
  if (adopting) static_cast<void>(install::installed_hooks_folder());
  install::Survey found = install::survey(top);
  look_at_servers(top, found);
  const std::string catalogue = pin_catalogue(found, adopting ? CatalogueAccess::fetched : CatalogueAccess::cached);
  explain(found, catalogue);
  const std::string content = install::settings_text(found);
  if (only_show) {
    terminal::write(Channel::out, format("\n{} would hold:\n{}", path, content));
    return ExitCode::passed;
  }
  if (adopting) {
    if (!kept) write_settings(path, content);
    adopt(top, found);
    return ExitCode::passed;
  }
  write_settings(path, content);
  say("");
  say(format("wrote {}", path));
  terminal::write(Channel::out, content);
  point_onwards(top);
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandInit;
const Command kCommandInit = {"init", "", "Look at the repository, write .kairon, explain what was found.",
                              kInitOptions, run_init};

}  // namespace kairon::commands
