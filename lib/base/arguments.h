#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/options.h"

namespace kairon {

/// The first word of a command's arguments, which names one of `known`. Throws Error(usage), naming the
/// nearest of them or all, when it is another or missing.
[[nodiscard]] std::string subcommand(std::string_view command, const Options& options,
                                     std::span<const Subcommand> known);

/// Throws Error(usage) when there are more words than the command takes: what is not understood is not
/// passed over.
void no_more_words(const Options& options, std::size_t most);

/// Whether "all" may stand where an environment is named.
enum class AllEnvironments { refused, allowed };

/// `word`, when it names an environment: dev, staging or prod. Throws Error(usage) otherwise.
[[nodiscard]] const std::string& environment_name(const std::string& word,
                                                  AllEnvironments all = AllEnvironments::refused);

/// `--format json` was given.
[[nodiscard]] bool wants_json(const Options& options);

}  // namespace kairon
