#pragma once
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace kairon::config {

/// Who may set a key (DESIGN section 3, "Trust").
enum class Trust {
  anyone,    ///< also the committed .kairon: chooses files and rules
  user_only  ///< decides where secrets go or what is executed: never from a committed file
};

enum class Secrecy { open, secret };

/// What is known of a setting, whatever its type.
struct KeyRow {
  std::string_view section;
  std::string_view subsection;  ///< "" none, "*" any name (environments, rule ids)
  std::string_view name;        ///< as documented: "n8nUrl"
  std::string_view fallback;    ///< default, "" = none
  std::string_view kind;        ///< "text", "on|off", "number", "duration", or the allowed words
  Trust trust = Trust::anyone;
  Secrecy secrecy = Secrecy::open;
  std::string_view help;
  bool repeatable = false;  ///< every value counts, not only the last one
};

/// A setting whose value is a T; Settings::value() reads it.
template <typename T>
struct Key : KeyRow {};

using Text = std::string;
using List = std::vector<std::string>;  ///< a repeatable setting
using Number = long long;
using Duration = std::chrono::milliseconds;

// kWorkflows, kGateTrial, kEnvN8nUrl, kBackupMaxAge ...
#define KAIRON_KEY(constant, type, section, subsection, name, fallback, kind, who, secrecy, help) \
  inline constexpr Key<type> constant{                                                            \
      {section, subsection, name, fallback, kind, Trust::who, Secrecy::secrecy, help, std::is_same_v<type, List>}};
#include "config/keys.inc"
#undef KAIRON_KEY

/// Every known key, in the order of the manual's table.
[[nodiscard]] std::span<const KeyRow* const> known_keys();

/// The key's row; null when it is unknown. `name` in any case.
[[nodiscard]] const KeyRow* find_key(std::string_view section, std::string_view subsection, std::string_view name);

/// The variable that overrides a key: KAIRON_ENV_PROD_N8NURL, KAIRON_RULESET,
/// KAIRON_LINT_NODE_UNREACHABLE (for a rule's severity).
[[nodiscard]] std::string variable_name(std::string_view section, std::string_view subsection, std::string_view name);

/// The subsection (lower case) that a variable name like KAIRON_HEALTH_STUCK_QUERY stands for; nothing
/// when it is another key's.
[[nodiscard]] std::optional<std::string> subsection_of_variable(std::string_view section, std::string_view name,
                                                                std::string_view variable);

/// Why `value` is not of the key's kind ("is neither on nor off"); "" when it is.
[[nodiscard]] std::string kind_problem(const KeyRow& key, std::string_view value);

/// The key as people write it: `[env "prod"] n8nUrl`.
[[nodiscard]] std::string shown_key(std::string_view section, std::string_view subsection, std::string_view name);

}  // namespace kairon::config
