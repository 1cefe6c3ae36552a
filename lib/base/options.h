#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kairon {

/// What a command accepts: written once, used for parsing, `--help` and "did you mean".
struct OptionSpec {
  std::string_view name;   ///< "--format"
  std::string_view value;  ///< "FILE"; "text|json" when only these are allowed; "" for a switch
  std::string_view help;   ///< one line
  /// "up|down": the sub-commands that take it, "-" being the command without one; "" = all of them.
  std::string_view of = {};
};

/// A word that may follow a command: `kairon migrate up`.
struct Subcommand {
  std::string_view name;
  std::string_view arguments;  ///< "[ENV]", for the usage line
  std::string_view summary;    ///< one line
};

/// A parsed command line. `--name value`, `--name=value` and switches may stand anywhere; `--`
/// ends them; a lone `-` is a positional argument.
class Options {
 public:
  /// Throws Error(usage) for an unknown option (naming the nearest known one), a missing value, or one
  /// that is not among the allowed.
  [[nodiscard]] static Options parse(std::span<const std::string> arguments, std::span<const OptionSpec> specs);

  [[nodiscard]] bool has(std::string_view name) const;
  /// The last value given, or nothing.
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& positional() const noexcept { return positional_; }

 private:
  struct Given {
    std::string name;
    std::string value;
  };
  std::vector<Given> given_;
  std::vector<std::string> positional_;
};

/// True when the sub-command takes the option; `subcommand` "" is the command without one.
[[nodiscard]] bool takes(std::string_view subcommand, const OptionSpec& spec);

/// The option list as help text, two columns.
[[nodiscard]] std::string describe(std::span<const OptionSpec> specs);
/// The same for a command with sub-commands: an option that only some take begins with their names.
[[nodiscard]] std::string describe_all(std::span<const OptionSpec> specs);

}  // namespace kairon
