#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "base/build_id.h"
#include "base/environment.h"
#include "base/format.h"
#include "base/guard.h"
#include "base/note.h"
#include "base/temp.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "commands/main.h"
#include "git/source.h"
#include "manual/manual.h"
#include "sql/statement.h"

namespace kairon::commands {

#define KAIRON_COMMAND(symbol) extern const Command symbol;
#include "commands/commands.inc"
#undef KAIRON_COMMAND

std::span<const Command* const> commands() {
  static const std::vector<const Command*> kAll = {
#define KAIRON_COMMAND(symbol) &symbol,
#include "commands/commands.inc"
#undef KAIRON_COMMAND
  };
  return kAll;
}

namespace {

using terminal::Channel;

/// What is before the command and holds for all of them.
constexpr OptionSpec kGlobal[] = {{"-C", "DIR", "run as if started in DIR"},
                                  {"--color", "auto|always|never", "when to use colour"},
                                  {"-q", "", "no progress, notes and hints; results and errors stay"},
                                  {"-v", "", "as --verbose of the command"}};

void print_help() {
  terminal::print(Channel::out,
                  format("Usage: kairon [options] COMMAND [ARGUMENTS]\n\nOptions:\n{}\nCommands:", describe(kGlobal)));
  for (const Command* command : commands())
    terminal::print(Channel::out, format("  {:12} {}", command->name, command->summary));
  terminal::print(Channel::out,
                  "\n`kairon COMMAND --help` describes a command, `kairon help TOPIC` shows a page of the manual:");
  std::string topics;
  for (const manual::Page& page : manual::pages()) topics += format("{} {}", topics.empty() ? " " : ",", page.topic);
  terminal::print(Channel::out, topics);
  terminal::print(Channel::out, "Exit codes: 0 passed, 1 blocked, 2 usage, 3 environment, 130 interrupted.");
}

std::string usage_line(const Command& command, std::string_view subcommand, std::string_view arguments, bool options) {
  std::string line = format("kairon {}", command.name);
  for (const std::string_view part : {subcommand, arguments})
    if (!part.empty()) line += format(" {}", part);
  return options ? line + " [options]" : line;
}

void print_command_help(const Command& command) {
  const bool has_options = !command.options.empty();
  std::string usage;
  if (command.subcommands.empty() || !command.arguments.empty())
    usage += usage_line(command, "", command.arguments, has_options);
  if (!command.subcommands.empty())
    usage += (usage.empty() ? "" : "\n       ") + usage_line(command, "COMMAND", "", has_options);
  terminal::print(Channel::out, format("Usage: {}\n\n{}", usage, command.summary));
  if (!command.subcommands.empty()) terminal::print(Channel::out, "\nCommands:");
  for (const Subcommand& one : command.subcommands)
    terminal::print(
        Channel::out,
        format("  {:28} {}", one.arguments.empty() ? std::string(one.name) : format("{} {}", one.name, one.arguments),
               one.summary));
  if (has_options) terminal::write(Channel::out, format("\nOptions:\n{}", describe_all(command.options)));
}

void print_subcommand_help(const Command& command, const Subcommand& one) {
  std::vector<OptionSpec> taken;
  std::copy_if(command.options.begin(), command.options.end(), std::back_inserter(taken),
               [&](const OptionSpec& spec) { return takes(one.name, spec); });
  terminal::print(Channel::out,
                  format("Usage: {}\n\n{}", usage_line(command, one.name, one.arguments, !taken.empty()), one.summary));
  if (!taken.empty()) terminal::write(Channel::out, format("\nOptions:\n{}", describe(taken)));
}

/// The first of the words that is not an option, when it names a sub-command; else null.
const Subcommand* subcommand_of(const Command& command, std::span<const std::string> words) {
  const auto word =
      std::find_if(words.begin(), words.end(), [](const std::string& one) { return !one.starts_with('-'); });
  if (word == words.end()) return nullptr;
  const auto hit = std::find_if(command.subcommands.begin(), command.subcommands.end(),
                                [&](const Subcommand& one) { return one.name == *word; });
  return hit == command.subcommands.end() ? nullptr : &*hit;
}

void print_help_of(const Command& command, std::span<const std::string> words) {
  const Subcommand* one = subcommand_of(command, words);
  one == nullptr ? print_command_help(command) : print_subcommand_help(command, *one);
}

/// An option that the sub-command would pass over is refused: it may be the one that says "change nothing".
void refuse_misplaced(const Command& command, const Options& options) {
  const Subcommand* one = subcommand_of(command, options.positional());
  // A word that is not a sub-command is what the command itself has to say something about.
  if (one == nullptr && !options.positional().empty() && command.arguments.empty()) return;
  const std::string_view name = one == nullptr ? std::string_view() : one->name;
  for (const OptionSpec& spec : command.options) {
    if (!options.has(spec.name) || takes(name, spec)) continue;
    const std::vector<std::string_view> of = text::split(spec.of, '|');
    if (one == nullptr)
      throw usage_error(format("{} goes with kairon {} {}", spec.name, command.name, text::alternatives(of)));
    throw usage_error(format("{} does not go with kairon {} {}", spec.name, command.name, name),
                      format("see kairon {} {} --help", command.name, name));
  }
}

/// The first line is for scripts; the others say what judges.
void print_version() {
  terminal::print(Channel::out,
                  format("kairon {}\n"
                         "commit: {}\n"
                         "SQL parser: {}\n"
                         "libgit2: {}\n"
                         "JavaScript grammar: tree-sitter-javascript {}",
                         version(), source_commit(), sql::parser_name(), git::library_version(), grammar_version()));
}

/// A page of the manual, where there is one of that topic; then the options of the command of that name.
bool print_page(std::string_view topic) {
  const manual::Page* page = manual::find_page(topic);
  if (page == nullptr) return false;
  terminal::write(Channel::out, page->text);
  for (const Command* command : commands()) {
    if (command->name != topic) continue;
    terminal::print(Channel::out, "\n## Options\n");
    print_command_help(*command);
  }
  return true;
}

const Command& find_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Command* command : commands()) {
    if (command->name == name) return *command;
    names.push_back(command->name);
  }
  const std::string_view near = text::nearest(name, names);
  throw usage_error(format("no command '{}'", text::printable(name)),
                    near.empty() ? "see kairon --help" : format("did you mean kairon {}?", near));
}

void choose_colour(std::string_view when) {
  if (when != "auto" && when != "always" && when != "never")
    throw usage_error(format("--color: '{}' is not known", text::printable(when)), "use auto, always or never");
  terminal::choose_colour(when == "always"  ? terminal::Colour::always
                          : when == "never" ? terminal::Colour::never
                                            : terminal::Colour::automatic);
}

void go_to(const std::string& folder) {
  std::error_code failed;
  std::filesystem::current_path(folder, failed);
  if (failed) throw usage_error(format("-C {}: {}", text::printable(folder), failed.message()), "name a folder");
}

/// What the options before the command say of its output.
struct Global {
  bool verbose = false;
  bool quiet = false;
};

/// Takes the options before the command out of `words`.
Global take_global(std::vector<std::string>& words) {
  Global given;
  while (!words.empty()) {
    const std::string word = words.front();
    const std::size_t equals = word.find('=');
    const std::string name = word.starts_with("--") ? word.substr(0, equals) : word;
    if (name == "-v") {
      given.verbose = true;
    } else if (name == "-q") {
      given.quiet = true;
    } else if (name != "-C" && name != "--color") {
      break;
    } else {
      if (equals == std::string::npos || name == "-C") words.erase(words.begin());
      if (words.empty()) throw usage_error(format("{} needs a value", name));
      const std::string value =
          name == "--color" && equals != std::string::npos ? word.substr(equals + 1) : words.front();
      name == "-C" ? go_to(value) : choose_colour(value);
    }
    words.erase(words.begin());
  }
  return given;
}

/// A short option stands for the long one where the command has that.
void lengthen(const Command& command, const std::string& name, const std::string& longer, bool wanted,
              std::vector<std::string>& words) {
  const bool has = std::any_of(command.options.begin(), command.options.end(),
                               [&](const OptionSpec& option) { return option.name == longer; });
  if (!has) return;
  std::replace(words.begin(), words.end(), name, longer);
  if (wanted) words.push_back(longer);
}

ExitCode dispatch(std::vector<std::string> words) {
  const Global global = take_global(words);
  if (words.empty()) {
    print_help();
    return ExitCode::usage;
  }
  const std::string first = words.front();
  words.erase(words.begin());
  if (first == "--version" || first == "-V") {
    print_version();
    return ExitCode::passed;
  }
  if (first == "--help" || first == "-h" || (first == "help" && words.empty())) {
    print_help();
    return ExitCode::passed;
  }
  if (first == "help" && words.size() == 1 && print_page(words.front())) return ExitCode::passed;
  const Command& command = find_command(first == "help" ? words.front() : first);
  if (first == "help") {
    print_help_of(command, std::span(words).subspan(1));
    return ExitCode::passed;
  }
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word == "--help" || word == "-h") {
      print_help_of(command, words);
      return ExitCode::passed;
    }
  }
  // The throw-away servers' folders have a reaper of their own, which ends the server first.
  reap_stale(environment::temp_root(), std::array<std::string_view, 2>{"pg", "pgs"});
  lengthen(command, "-v", "--verbose", global.verbose, words);
  lengthen(command, "-q", "--quiet", global.quiet, words);
  if (global.quiet || std::erase(words, "-q") > 0) terminal::be_quiet();
  const Options options = Options::parse(words, command.options);
  refuse_misplaced(command, options);
  return command.run(options);
}

}  // namespace

int kairon_main(int argc, char** argv) {
  return guarded([&] { return dispatch(arguments(argc, argv)); });
}

}  // namespace kairon::commands
