#pragma once
#include <string>
#include <vector>

#include "smoke/recorded_case.h"

namespace kairon::smoke {

/// The answers of every node of the executions that the dev version replaces, as a case's `mocks` (deploy/recorded.h):
/// one entry a run; where executions of one workflow got different ones, with a text of the input that tells them
/// apart. Adds what is not recorded to `notes`.
[[nodiscard]] n8n::Tree recorded_mocks(const StoredTree& tree, const RecordingScene& scene,
                                       std::vector<std::string>& notes);

/// The file of a workflow; null when the work tree has none.
[[nodiscard]] const n8n::Local* local_of(const RecordingScene& scene, const std::string& workflow);
/// The node of that name; a null value when the workflow has none.
[[nodiscard]] const n8n::Tree& node_in(const n8n::Tree& workflow, const std::string& name);
/// True for a model, memory, tool or parser, which never runs by itself.
[[nodiscard]] bool serves_an_ai_node(const n8n::Tree& workflow, const std::string& node);

}  // namespace kairon::smoke
