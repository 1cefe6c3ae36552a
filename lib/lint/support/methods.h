#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "workflow/value.h"

/// Methods that values have inside {{ }}, by their kind: JavaScript's own (Node.js 20), those of Luxon's DateTime, and
/// the extensions of n8n-workflow 1.123. Each list is sorted; every kind of value has those of kEvery.
namespace kairon::lint::methods {

extern const std::span<const std::string_view> kEvery;
extern const std::span<const std::string_view> kText;
extern const std::span<const std::string_view> kNumber;
extern const std::span<const std::string_view> kBoolean;
extern const std::span<const std::string_view> kList;
extern const std::span<const std::string_view> kDate;    ///< of Luxon's DateTime
extern const std::span<const std::string_view> kJsDate;  ///< of JavaScript's Date
/// The names among them that only n8n knows, inside {{ }}: Code has none of these.
extern const std::span<const std::string_view> kExtensions;

/// The methods of all kinds that are possible; none when an object is among them, which may have its own.
[[nodiscard]] std::vector<std::string_view> of(workflow::Kinds kinds);

}  // namespace kairon::lint::methods
