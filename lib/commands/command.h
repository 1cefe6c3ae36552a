#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/options.h"

namespace kairon::commands {

/// One `kairon` subcommand. Each is in its own file commands/<name>.cpp as
/// `const Command kCommandName` and has one line in commands/commands.inc.
struct Command {
  std::string_view name;
  /// "[PATH...]", for the usage line; options are told from their table. "" with sub-commands: one has to be named.
  std::string_view arguments;
  std::string_view summary;  ///< one line for `kairon --help`
  std::span<const OptionSpec> options;
  ExitCode (*run)(const Options& options);
  std::span<const Subcommand> subcommands = {};
};

/// All commands in the order of `kairon --help`.
[[nodiscard]] std::span<const Command* const> commands();

}  // namespace kairon::commands
