#include "git/git_process.h"

#include "base/environment.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::git {

namespace {

constexpr std::size_t kOutputLimit = std::size_t{1} << 30U;

std::vector<std::string> command_line(const std::vector<std::string>& arguments) {
  std::vector<std::string> argv = {"git", "--no-pager", "--no-optional-locks", "--no-replace-objects"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

std::vector<std::string> variables(Network network) {
  std::vector<std::string> entries = environment::all();
  std::erase_if(entries, [&](const std::string& entry) {
    const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
    return name == "LC_ALL" || name == "GIT_TERMINAL_PROMPT" || name.starts_with("GIT_TRACE") ||
           (name.starts_with("GIT_") && name.ends_with("_PATHSPECS")) ||
           (network == Network::forbidden && (name == "GIT_ALLOW_PROTOCOL" || name == "GIT_NO_LAZY_FETCH"));
  });
  entries.emplace_back("LC_ALL=C");
  entries.emplace_back("GIT_TERMINAL_PROMPT=0");
  if (network == Network::forbidden) {
    entries.emplace_back("GIT_NO_LAZY_FETCH=1");         // git 2.44
    entries.emplace_back("GIT_ALLOW_PROTOCOL=nothing");  // before: the fetch begins, and no transport may serve it
  }
  return entries;
}

Error not_started(const std::string& why) {
  return environment_error("cannot run git: " + why, "install git (apt-get install git), or correct PATH");
}

std::string remedy_for(std::string_view message) {
  if (text::contains(message, "dubious ownership")) {
    return "git config --global --add safe.directory FOLDER, when you trust that repository";
  }
  if (text::contains(message, "bad config")) return "correct that file; git itself refuses to work with it";
  if (text::contains(message, "not a git repository")) {
    return environment::get("GIT_DIR") ? "unset GIT_DIR, or let it name a repository"
                                       : "git status shows what git says about it";
  }
  if (text::contains(message, "index")) {
    return "git status shows whether git itself can read the index; after moving it away `git reset` rebuilds it";
  }
  return "git fsck names what is damaged";
}

}  // namespace

process::Outcome GitProcess::run(const std::vector<std::string>& arguments, std::optional<std::string> input) const {
  const Result<process::Outcome> outcome = process::run({.argv = command_line(arguments),
                                                         .folder = folder_,
                                                         .environment = variables(network_),
                                                         .input = std::move(input),
                                                         .output_limit = kOutputLimit});
  if (!outcome.ok()) throw not_started(outcome.failure().text);
  if (outcome->signal != 0) {
    throw environment_error(format("git {} was ended by signal {}", arguments.front(), outcome->signal));
  }
  if (outcome->output.size() >= kOutputLimit) {
    throw environment_error(format("git {} answers with more than {} bytes", arguments.front(), kOutputLimit));
  }
  return *outcome;
}

std::string GitProcess::must(const std::vector<std::string>& arguments, std::optional<std::string> input) const {
  process::Outcome outcome = run(arguments, std::move(input));
  if (!outcome.ok()) throw failed(arguments, outcome);
  return std::move(outcome.output);
}

process::Dialogue GitProcess::cat_file() const {
  Result<process::Dialogue> dialogue =
      process::Dialogue::start(command_line({"cat-file", "--batch"}), folder_, variables(network_));
  if (!dialogue.ok()) throw not_started(dialogue.failure().text);
  return std::move(dialogue).value();
}

bool GitProcess::wanted_to_fetch(const process::Outcome& outcome) {
  return text::contains(outcome.errors, "lazy fetching disabled") ||
         (text::contains(outcome.errors, "promisor remote") && text::contains(outcome.errors, "' not allowed"));
}

Error GitProcess::failed(const std::vector<std::string>& arguments, const process::Outcome& outcome) {
  if (wanted_to_fetch(outcome)) {
    return environment_error("an object is not in this partial clone, and a commit uses no network",
                             "git fetch --refetch --no-filter gets all that is missing (git 2.36)");
  }
  std::string said = "no message";
  for (const std::string_view line : text::lines(outcome.errors)) {
    if (line.empty()) continue;
    said = line;
    if (line.starts_with("fatal:") || line.starts_with("error:")) break;
  }
  return environment_error(format("git {} failed with status {}: {}", text::printable(arguments.front()),
                                  outcome.status, text::printable(said)),
                           remedy_for(outcome.errors));
}

}  // namespace kairon::git
