#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/message.h"

namespace kairon::report {

enum class Health { ok, warn, fail };

/// One line of `kairon hooks status` and `kairon doctor`.
struct Diagnosis {
  Health health = Health::ok;
  std::string topic;  ///< "hooks", "settings", "tools", "credentials", "environment"
  Message message;    ///< without a remedy when healthy
};

/// Prints "OK   hooks: ..." lines with their remedies, and a closing verdict.
void print_text(std::span<const Diagnosis> diagnoses);

/// Prints {"version":1,"checks":[{"status","topic","detail","remedy"}],"summary":{"ok","warn","fail"}}.
void print_json(std::span<const Diagnosis> diagnoses);

/// Returns blocked when any diagnosis is a fail, else passed.
[[nodiscard]] ExitCode verdict(std::span<const Diagnosis> diagnoses);

}  // namespace kairon::report
