#pragma once
#include <string>
#include <vector>

#include "workflow/workflow.h"

namespace kairon::workflow {

/// A safe repair: bytes [begin, end) of the file become `text`.
struct Repair {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
  std::string what;  ///< "pinData emptied", one line
};

/// Repairs that change nothing that a run depends on: pinData emptied, staticData to null, activeVersion
/// and owner data (`shared`, `homeProject`) out, credential ids to null (n8n then looks up strictly by
/// name; without the key it takes any credential of the type); and a stable webhookId where a webhook has none. In file
/// order, not overlapping.
[[nodiscard]] std::vector<Repair> safe_repairs(const Workflow& workflow);

/// The text with all repairs made.
[[nodiscard]] std::string apply(std::string_view text, const std::vector<Repair>& repairs);

}  // namespace kairon::workflow
