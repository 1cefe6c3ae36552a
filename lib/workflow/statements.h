#pragma once
#include <optional>
#include <string>
#include <vector>

#include "workflow/code.h"

namespace kairon::workflow {

/// One SQL text of a workflow: the query of a Postgres node, or the `sql` of a `{sql, params}` object
/// in Code. Holes (`{{ }}`, `${ }`) are replaced by NULL and blanks, byte for byte.
struct SqlText {
  const Node* node = nullptr;
  json::Value string;
  std::size_t begin = 0;  ///< where it starts in the decoded JSON string
  std::string text;
  std::vector<std::size_t> origin;  ///< per byte of `text` its byte behind `begin`; empty = the same
  bool holes = false;               ///< it has holes at all
  bool open_holes = false;          ///< a hole stands outside of quotes: what the text says is not known
  bool in_code = false;
  std::optional<std::size_t> given;  ///< number of `params`, when they are written out (Code only)
  js::Node params;                   ///< the params array (Code only)
  const CodePiece* piece = nullptr;  ///< Code only

  /// Byte of the decoded JSON string at which a byte of `text` stands.
  [[nodiscard]] std::size_t place(std::size_t offset) const {
    return begin + (origin.empty() ? offset : offset < origin.size() ? origin[offset] : origin.back() + 1);
  }
};

/// All SQL texts, in the order of nodes: every query of a Postgres node that is not blank; in Code what
/// begins with an SQL verb.
[[nodiscard]] std::vector<SqlText> sql_texts(const Workflow& workflow, const Code& code);

/// Values of an array literal; nothing when it is none, or a spread makes the number unknown.
[[nodiscard]] std::optional<std::size_t> element_count(const js::Node& array);

/// The query of one Postgres node; empty for every other node.
[[nodiscard]] std::vector<SqlText> sql_texts_of(const Node& node);

}  // namespace kairon::workflow
