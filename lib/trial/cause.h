#pragma once
#include <optional>
#include <string>
#include <vector>

#include "migration/file.h"
#include "postgres/connection.h"
#include "trial/trial.h"

namespace kairon::trial {

/// The object that an undefined-object error names, without its schema; "" when it names none.
[[nodiscard]] std::string missing_name(const postgres::SqlError& error);

/// True when a statement of `file` makes what `error` misses: it creates, adds or renames an object of that kind and
/// that name. DO blocks and texts that do not parse count when they hold the name.
[[nodiscard]] bool would_make(const migration::File& file, const postgres::SqlError& error);

/// would_make() without what an extension brings: true when the file itself makes the object.
[[nodiscard]] bool makes_itself(const migration::File& file, const postgres::SqlError& error);

/// True when `error` names an object that `file` makes, changes or drops, and complains of what depends on the object
/// or of what it is: that `file` could not be run may be why.
[[nodiscard]] bool left_as_it_was(const migration::File& file, const postgres::SqlError& error);

/// The version of the failed migration that `error` comes from: what it would have made is missing, or what it would
/// have changed is as it was. "" when none of them is.
[[nodiscard]] std::string cause_among(const std::vector<const migrate::Source*>& failed,
                                      const postgres::SqlError& error);

/// The finding of `rule` for a file that cannot be sent as it is: it does not parse, or holds nothing.
[[nodiscard]] std::optional<TrialFinding> refusal_of(const migration::File& file, const char* rule, int server_version);

/// What to do about a statement that fails. What no migration makes may be made by something else before the first one.
[[nodiscard]] std::string remedy_for(const postgres::SqlError& error, const TrialOptions& options);

}  // namespace kairon::trial
