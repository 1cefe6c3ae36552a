#include <algorithm>
#include <array>

#include "base/environments.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "catalogue/store.h"
#include "commands/command.h"
#include "config/settings.h"
#include "git/source.h"
#include "json/document.h"
#include "lint/rule.h"
#include "manual/manual.h"
#include "repository/snapshot.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

struct Candidate {
  std::string word;
  std::string help;
};
using Candidates = std::vector<Candidate>;

void add_words(std::string_view alternatives, Candidates& out) {
  for (const std::string_view word : text::split(alternatives, '|'))
    if (!word.empty() &&
        std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }))
      out.push_back({std::string(word), ""});
}

void add_rules(Candidates& out) {
  for (const lint::RuleInfo* rule : lint::all_rules())
    out.push_back({std::string(rule->id), std::string(rule->summary)});
}

void add_environments(Candidates& out) {
  for (const std::string_view name : kEnvironments) out.push_back({std::string(name), "environment"});
}

/// The files of the work tree that a command may be asked about; nothing where there is none.
repository::Snapshot work_tree() {
  const std::unique_ptr<git::GitSource> source = git::open({}, git::Network::forbidden);
  if (!source || source->top().empty()) return {};
  return repository::work_tree_snapshot(source->top(), config::load(source.get()));
}

void add_workflows(Candidates& out) {
  const repository::Snapshot snapshot = work_tree();
  for (const repository::SnapshotFile& file : snapshot.workflows) {
    const auto parsed = json::Document::parse(snapshot.read(file));
    if (!parsed.document) continue;
    const std::string_view name = parsed.document->root()["name"].string();
    if (!name.empty()) out.push_back({std::string(name), file.path});
  }
}

void add_migrations(Candidates& out) {
  for (const repository::SnapshotFile& file : work_tree().migrations)
    if (file.path.find("rollback") == std::string::npos) out.push_back({file.path, "migration"});
}

void add_values(std::string_view kind, Candidates& out) {
  if (kind == "ID=SEVERITY" || kind == "RULE") return add_rules(out);
  if (kind == "VERSION" || kind == "N8N_VERSION")
    for (const std::string& version : catalogue::cached_versions()) out.push_back({version, "n8n"});
  if (kind == "ENV") add_environments(out);
  if (kind == "NAME") add_workflows(out);
  if (text::contains(kind, "|")) add_words(kind, out);
}

const OptionSpec* option_of(const Command& command, std::string_view name) {
  const auto hit = std::find_if(command.options.begin(), command.options.end(),
                                [&](const OptionSpec& option) { return option.name == name; });
  return hit == command.options.end() ? nullptr : &*hit;
}

/// What may stand at the place of the `position`-th argument of a command.
void add_arguments(const Command& command, const std::vector<std::string>& words, Candidates& out) {
  const std::string_view first = words.size() > 1 ? std::string_view(words[1]) : std::string_view();
  if (command.name == "explain") return first == "--shape" ? add_workflows(out) : add_rules(out);
  if (command.name == "rules") {
    for (const lint::RuleInfo* rule : lint::all_rules()) {
      const std::string prefix(rule->id.substr(0, rule->id.find('/') + 1));
      if (out.empty() || out.back().word != prefix) out.push_back({prefix, "rules"});
    }
    return;
  }
  if (command.name == "new" && words.size() > 2) return add_workflows(out);
  if (command.name == "deploy" && first == "pull") return add_workflows(out);
  if (command.name == "migrate" && first == "test") return add_migrations(out);
  if (command.name == "completion") return add_words("bash|zsh|fish", out);
  if (words.size() == 2) {
    for (const Subcommand& one : command.subcommands) out.push_back({std::string(one.name), std::string(one.summary)});
    std::string arguments(command.arguments);
    for (const char c : {'[', ']', ' '}) arguments = text::replace_all(arguments, std::string(1, c), "|");
    add_words(arguments, out);
    if (text::contains(command.arguments, "ENV") || text::contains(command.arguments, "dev|")) {
      if (!text::contains(command.arguments, "dev|")) add_environments(out);
    }
  }
}

/// Candidates for the last of `words`, which stand after `kairon`.
Candidates candidates(const std::vector<std::string>& words) {
  Candidates out;
  const std::string& current = words.back();
  if (words.size() == 1) {
    for (const Command* command : commands())
      out.push_back({std::string(command->name), std::string(command->summary)});
    out.push_back({"help", "Show a page of the manual, or a command's options."});
    return out;
  }
  if (words.front() == "help") {
    for (const manual::Page& page : manual::pages()) out.push_back({std::string(page.topic), std::string(page.title)});
    for (const Command* command : commands())
      out.push_back({std::string(command->name), std::string(command->summary)});
    return out;
  }
  const auto all = commands();
  const auto hit = std::find_if(all.begin(), all.end(), [&](const Command* one) { return one->name == words.front(); });
  if (hit == all.end()) return out;
  const Command& command = **hit;
  const OptionSpec* before = option_of(command, words[words.size() - 2]);
  if (before != nullptr && !before->value.empty()) {
    add_values(before->value, out);
    return out;
  }
  if (current.starts_with("-")) {
    const bool named = std::any_of(command.subcommands.begin(), command.subcommands.end(),
                                   [&](const Subcommand& one) { return one.name == words[1]; });
    for (const OptionSpec& option : command.options)
      if (takes(named ? std::string_view(words[1]) : std::string_view(), option) ||
          (!named && command.arguments.empty()))
        out.push_back({std::string(option.name), std::string(option.help)});
    out.push_back({"--help", "describe the command"});
    return out;
  }
  add_arguments(command, words, out);
  return out;
}

/// Each candidate that continues the last word, with its description after a tab.
void print_candidates(std::vector<std::string> words) {
  if (words.empty()) words.emplace_back();
  for (const Candidate& one : candidates(words)) {
    if (!one.word.starts_with(words.back())) continue;
    terminal::print(Channel::out, one.help.empty() ? one.word : one.word + "\t" + one.help);
  }
}

constexpr std::string_view kBash =
    R"SH(# bash completion of kairon; put it into share/bash-completion/completions/kairon
_kairon() {
  local line IFS=$'\n'
  COMPREPLY=()
  for line in $(kairon completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
    COMPREPLY+=("$(printf '%q' "${line%%$'\t'*}")")
  done
  [ -n "${COMPREPLY[*]}" ] || compopt -o default
  # A group of rules ends with a slash: more is to follow.
  case ${COMPREPLY[0]:-} in */) compopt -o nospace ;; esac
}
complete -F _kairon kairon
)SH";

constexpr std::string_view kZsh = R"SH(#compdef kairon
# zsh completion of kairon; put it into a folder of $fpath as _kairon
_kairon() {
  local line
  local -a found
  for line in "${(@f)$(kairon completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  if [[ -n $found ]]; then _describe kairon found; else _files; fi
}
if [[ $funcstack[1] == _kairon ]]; then _kairon "$@"; else compdef _kairon kairon; fi
)SH";

constexpr std::string_view kFish =
    R"SH(# fish completion of kairon; put it into share/fish/vendor_completions.d/kairon.fish
function __kairon_words
  set -l before (commandline -opc)
  set -e before[1]
  kairon completion words -- $before (commandline -ct) 2>/dev/null
end
complete -c kairon -f -n 'test (count (__kairon_words)) -gt 0' -a '(__kairon_words)'
complete -c kairon -F -n 'test (count (__kairon_words)) -eq 0'
)SH";

ExitCode run_completion(const Options& options) {
  const std::vector<std::string>& words = options.positional();
  const std::string shell = words.empty() ? std::string() : words.front();
  if (shell == "words") {
    print_candidates({words.begin() + 1, words.end()});
    return ExitCode::passed;
  }
  if (shell != "bash" && shell != "zsh" && shell != "fish")
    throw usage_error(
        shell.empty() ? std::string("no shell is named") : format("unknown shell '{}'", text::printable(shell)),
        "kairon completion bash, zsh or fish");
  terminal::write(Channel::out, shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish);
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandCompletion;
const Command kCommandCompletion{"completion",
                                 "bash|zsh|fish",
                                 "Print the script that completes commands, options, rules and names in a shell.",
                                 {},
                                 run_completion};

}  // namespace kairon::commands
