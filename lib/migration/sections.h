#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "migration/layout.h"
#include "sql/psql.h"

namespace kairon::migration {

/// Which way a text takes the database.
enum class Direction : std::uint8_t { forward, rollback };

/// Something to say of a byte of the file.
struct Remark {
  std::size_t offset = 0;
  std::string message;
};

/// How a tool reads one direction of a file.
struct Section {
  std::vector<sql::PsqlCommand> others;  ///< the parts of the text that do not belong to it
  bool marked = true;                    ///< false: the file has no such section
  bool no_transaction = false;           ///< the tool's own directive says so
  std::vector<sql::PsqlCommand> blocks;  ///< goose's StatementBegin to StatementEnd
  std::vector<Remark> problems;          ///< why the tool refuses the file, or reads it otherwise than it looks
};

/// Reads the marks of a layout. In one without sections all of the text belongs to both directions. Never fails.
[[nodiscard]] Section read_section(const Layout& layout, Direction direction, std::string_view text);

/// The comments of a file as a whole, as Atlas reads them: the first lines, where a blank line ends them. Without the
/// dashes.
[[nodiscard]] std::vector<std::string_view> atlas_head(std::string_view text);

/// What the tool replaces before it sends the text: `${name}` of Flyway, `$NAME` between goose's ENVSUB marks, psql's
/// `:name`, and `{{ ... }}` of programs around a tool. In a text that parses only what is certain counts.
[[nodiscard]] std::vector<Remark> placeholders(const Layout& layout, std::string_view text, bool parses);

}  // namespace kairon::migration
