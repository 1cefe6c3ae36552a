#include <array>

#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "install/hooks.h"
#include "install/survey.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kOptions = {
    OptionSpec{"--force", "", "replace a .kairon that exists"},
    OptionSpec{"--dry-run", "", "only print what would be written"},
};

void say(std::string_view line) { terminal::print(Channel::out, text::printable(line)); }

std::string top_of_work_tree() {
  const std::string top = install::ask_git("", {"rev-parse", "--path-format=absolute", "--show-toplevel"}).value_or("");
  if (top.empty()) throw environment_error("no work tree here", "run it inside the repository");
  return top;
}

void explain(const install::Survey& found) {
  say(found.workflows == 0 ? std::string("workflows: none found (a JSON file with nodes and connections is one)")
                           : format("workflows: {} in {}", found.workflows, text::join(found.workflow_globs, ", ")));
  if (found.workflows > 0)
    say(found.with_ctx > 0 ? format("ruleset: kairon, as {} of them pass ctx along", found.with_ctx)
                           : std::string("ruleset: n8n, as none of them passes ctx along"));
  say(found.migrations.empty() ? std::string("migrations: none found (numbered .sql files in one folder)")
                               : format("migrations: {} in {}", found.migration_count, found.migrations));
  if (!found.schema.empty()) say(format("schema: {}", found.schema));
  if (!found.n8n_version.empty()) say(format("n8n: {}", found.n8n_version));
  if (!found.postgres_version.empty()) say(format("PostgreSQL: {}", found.postgres_version));
  if (!found.branch.empty()) say(format("branch that deploys: {}", found.branch));
}

void point_onwards(const std::string& top) {
  const bool gated =
      install::is_gate_folder(install::ask_git(top, {"config", "--get", install::kHooksPathKey}).value_or(""));
  say("");
  if (!gated) say("next: kairon hooks install    gate commits and pushes here");
  say("next: kairon check            judge everything that is there now");
  say("next: kairon doctor           what is set, what is missing");
}

ExitCode run(const Options& options) {
  if (!options.positional().empty()) throw usage_error("init takes no path", "run it inside the repository");
  const std::string top = top_of_work_tree();
  const std::string path = top + "/.kairon";
  const bool only_show = options.has("--dry-run");
  if (!only_show && file::exists(path) && !options.has("--force"))
    throw usage_error(format("{} exists already", path), "kairon init --force replaces it, --dry-run only shows");
  const install::Survey found = install::survey(top);
  explain(found);
  const std::string content = install::settings_text(found);
  if (only_show) {
    terminal::write(Channel::out, format("\n{} would hold:\n{}", path, content));
    return ExitCode::passed;
  }
  const Result<void> written = file::write_atomic(path, content);
  if (!written.ok()) throw environment_error(written.failure().message, "make the folder writable");
  say("");
  say(format("wrote {}", path));
  terminal::write(Channel::out, content);
  point_onwards(top);
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandInit;
const Command kCommandInit = {"init", "", "Look at the repository, write .kairon, explain what was found.", kOptions,
                              run};

}  // namespace kairon::commands
