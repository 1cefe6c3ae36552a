#pragma once
#include <optional>
#include <string>
#include <vector>

#include "workflow/code.h"

namespace kairon::workflow {

/// One SQL text of a workflow: the query of a Postgres node, or the `sql` of a `{sql, params}` object
/// in Code. Holes (`{{ }}`, `${ }`) are replaced by NULL and blanks, byte for byte, so that a byte of
/// `text` is the byte `begin + n` of the decoded JSON string.
struct SqlText {
  const Node* node = nullptr;
  json::Value string;
  std::size_t begin = 0;
  std::string text;
  bool open_holes = false;  ///< a hole stands outside of quotes: what the text says is not known
  bool in_code = false;
  std::optional<std::size_t> given;  ///< number of `params`, when they are written out (Code only)
  js::Node params;                   ///< the params array (Code only)
  const CodePiece* piece = nullptr;  ///< Code only
};

/// All SQL texts, in the order of nodes. Texts that do not begin with an SQL verb are left out.
[[nodiscard]] std::vector<SqlText> sql_texts(const Workflow& workflow, const Code& code);

}  // namespace kairon::workflow
