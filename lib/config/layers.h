#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

/// How each source of settings becomes a list of entries. Private to lib/config.
namespace kairon::config {

/// "lint.node/unreachable.severity" or "kairon.ruleset" from the command line.
[[nodiscard]] git::ConfigEntry command_line_entry(std::string_view name, const std::string& value);

/// The user's git configuration: `kairon.<key>` and `kairon.<section>[-<name>].<key>`.
[[nodiscard]] std::vector<git::ConfigEntry> git_layer(const std::vector<git::ConfigEntry>& config,
                                                      std::vector<Notice>& notices);

/// `.env`: KAIRON_* variables and the names Kairon always had (N8N_API_URL ...).
[[nodiscard]] std::vector<git::ConfigEntry> dotenv_layer(std::string_view content);

/// The committed `.kairon`; keys that only the user may set are refused with a notice, unknown ones
/// get "did you mean". Throws Error(usage) when it does not parse.
[[nodiscard]] std::vector<git::ConfigEntry> repository_layer(const std::optional<std::string>& content,
                                                             std::vector<Notice>& notices);

/// A key's value from Kairon's own variable names in the process environment.
[[nodiscard]] std::optional<Setting> known_variable(std::string_view section, std::string_view subsection,
                                                    std::string_view key);

[[nodiscard]] std::optional<long long> parse_integer(std::string_view text);
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

}  // namespace kairon::config
