#pragma once
#include <span>
#include <string_view>

/// Methods that values have inside {{ }}, by their kind: JavaScript's own (Node.js 20), those of Luxon's DateTime, and
/// the extensions of n8n-workflow 1.123. Each list is sorted; every kind of value has those of kEvery.
namespace kairon::lint::methods {

extern const std::span<const std::string_view> kEvery;
extern const std::span<const std::string_view> kText;
extern const std::span<const std::string_view> kNumber;
extern const std::span<const std::string_view> kBoolean;
extern const std::span<const std::string_view> kList;
extern const std::span<const std::string_view> kDate;

}  // namespace kairon::lint::methods
