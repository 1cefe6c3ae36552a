#pragma once
#include <string>
#include <string_view>

namespace kairon::commands {

/// The examples of a rule as one text: a file that is in both is shown as the lines that differ, with one line around
/// them; a file of the good example alone as its lines. At most a screen.
[[nodiscard]] std::string example_text(std::string_view rule);

/// Returns a rule's summary as a sentence.
[[nodiscard]] std::string rule_sentence(std::string_view summary);

/// How one place is allowed: in a workflow a node's note, in a migration a comment, for what is neither the setting.
[[nodiscard]] std::string suppression_text(std::string_view rule);

}  // namespace kairon::commands
