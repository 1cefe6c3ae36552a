#pragma once
#include <string>
#include <string_view>

namespace kairon {

/// What ended a program, by its log: the first line that names an error, with the next one that names another. Without
/// such lines its last four; "it said nothing" for an empty log. Stack frames are left out. One printable line of at
/// most 500 bytes; secrets are the caller's to mask.
[[nodiscard]] std::string cause_in_log(std::string_view log);
/// The same of a file; one that cannot be read said nothing.
[[nodiscard]] std::string cause_in_log_file(const std::string& path);

}  // namespace kairon
