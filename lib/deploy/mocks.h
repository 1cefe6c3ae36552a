#pragma once
#include <string>
#include <string_view>

#include "n8n/tree.h"

namespace kairon::deploy {

/// What becomes of a node in the dev version.
enum class Treatment { keep, mock, become_webhook };

/// Decides by the one table of node types: what only computes or uses the environment's own database
/// stays, everything that would reach the outside answers from a Code node, triggers that wait for
/// the outside or the clock become webhooks. Types that are in no table are mocked.
[[nodiscard]] Treatment treatment_of(const n8n::Tree& node);

/// JavaScript of a Code node (all items at once) that answers in the shape in which the real node
/// does: deterministic, one item per input item. `answer` (or null) is the repository's own. `replay` is code that
/// comes first and may return recorded items (deploy/recorded.h), "" for none.
[[nodiscard]] std::string mock_code(const n8n::Tree& node, const n8n::Tree& answer, std::string_view replay = {});

/// The literal host that an HTTP Request node goes to, "" when it is computed.
[[nodiscard]] std::string literal_host(const n8n::Tree& node);

}  // namespace kairon::deploy
