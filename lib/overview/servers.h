#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "overview/facts.h"

namespace kairon::overview {

/// How long one environment may take to answer before the report says that it did not.
inline constexpr std::chrono::seconds kPatience{10};

/// Asks an environment how it is and what was deployed to it, and returns the answer as JSON for add_answer().
/// Takes as long as the servers take: the caller runs it in a process of its own.
[[nodiscard]] std::string look_at(git::GitSource& source, const config::Settings& settings, const std::string& name);

/// Runs `kairon report --look NAME` with a time limit, and adds what it answers. No answer is a fact as well.
void ask_environment(const std::string& name, std::chrono::milliseconds limit, Facts& facts);

/// Adds the answer of look_at() about an environment: its health replaces what the records of this machine say of
/// it; deployments that those records have already are not added twice. Returns false for anything else.
[[nodiscard]] bool add_answer(const std::string& name, std::string_view answer, Facts& facts);

}  // namespace kairon::overview
