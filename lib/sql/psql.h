#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kairon::sql {

/// Something that psql acts on itself and never sends to the server: a meta-command (`\echo x`,
/// `\i file`, `\gset`), or the data lines after `COPY ... FROM stdin;` up to `\.`.
struct PsqlCommand {
  std::size_t begin = 0;  ///< offset of the backslash, or of the first data line
  std::size_t end = 0;    ///< where its text ends; the line end is not part of it
  std::string name;       ///< "\\echo"; "\\." for COPY data
};

/// Finds them outside of strings, quoted identifiers, dollar quotes and comments.
[[nodiscard]] std::vector<PsqlCommand> psql_commands(std::string_view text);

/// The text with every such part replaced by blanks: same length, same line ends, so that offsets
/// stay true.
[[nodiscard]] std::string without_psql_commands(std::string_view text, const std::vector<PsqlCommand>& commands);

}  // namespace kairon::sql
