#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "migration/file.h"

namespace kairon::lint {

/// A comment that squawk obeys, as squawk reads it (measured with squawk 2.66): `squawk-ignore RULE, RULE` is about
/// what begins in its own line or the next one, `squawk-ignore-file [RULE, RULE]` about the whole file wherever
/// it is; what follows a second `--` is a reason.
struct SquawkIgnore {
  std::size_t offset = 0;            ///< of the word in the file
  std::size_t line = 0;              ///< its line; 0 = the whole file
  bool all = false;                  ///< names none, and so means every rule that has squawk's name
  std::vector<std::string> rules;    ///< with our prefix
  std::vector<std::string> unknown;  ///< names, as written, of unknown rules
};

[[nodiscard]] std::vector<SquawkIgnore> squawk_ignores(const migration::File& file);

/// Takes out the findings that such comments cover; returns how many. Never covered: syntax errors, secrets, and
/// what reaches outside of the database.
std::size_t apply_squawk_ignores(const std::vector<SquawkIgnore>& ignores, std::vector<Finding>& findings);

}  // namespace kairon::lint
