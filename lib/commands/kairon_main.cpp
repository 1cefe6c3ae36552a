#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "base/build_id.h"
#include "base/environment.h"
#include "base/format.h"
#include "base/guard.h"
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

/// What stands before the command and holds for all of them.
constexpr OptionSpec kGlobal[] = {{"-C", "DIR", "run as if started in DIR"},
                                  {"--color", "auto|always|never", "when to use colour"},
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

void print_command_help(const Command& command) {
  std::string usage(command.name);
  if (!command.arguments.empty()) usage += " " + std::string(command.arguments);
  if (!command.options.empty()) usage += " [options]";
  terminal::print(Channel::out, format("Usage: kairon {}\n\n{}", usage, command.summary));
  if (!command.options.empty()) terminal::write(Channel::out, format("\nOptions:\n{}", describe(command.options)));
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

/// Takes the options before the command out of `words`. Returns true for -v.
bool take_global(std::vector<std::string>& words) {
  bool verbose = false;
  while (!words.empty()) {
    const std::string word = words.front();
    const std::size_t equals = word.find('=');
    const std::string name = word.starts_with("--") ? word.substr(0, equals) : word;
    if (name == "-v") {
      verbose = true;
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
  return verbose;
}

/// -v stands for --verbose where the command has that option.
void add_verbose(const Command& command, bool wanted, std::vector<std::string>& words) {
  const bool has = std::any_of(command.options.begin(), command.options.end(),
                               [](const OptionSpec& option) { return option.name == "--verbose"; });
  if (!has) return;
  std::replace(words.begin(), words.end(), std::string("-v"), std::string("--verbose"));
  if (wanted) words.emplace_back("--verbose");
}

ExitCode dispatch(std::vector<std::string> words) {
  const bool verbose = take_global(words);
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
  if (first == "help" && print_page(words.front())) return ExitCode::passed;
  const Command& command = find_command(first == "help" ? words.front() : first);
  for (const std::string& word : words) {
    if (word == "--") break;
    if (first == "help" || word == "--help" || word == "-h") {
      print_command_help(command);
      return ExitCode::passed;
    }
  }
  // The throw-away servers' folders have a reaper of their own, which ends the server first.
  reap_stale(environment::temp_root(), std::array<std::string_view, 2>{"pg", "pgs"});
  add_verbose(command, verbose, words);
  return command.run(Options::parse(words, command.options));
}

}  // namespace

int kairon_main(int argc, char** argv) {
  return guarded([&] { return dispatch(arguments(argc, argv)); });
}

}  // namespace kairon::commands
