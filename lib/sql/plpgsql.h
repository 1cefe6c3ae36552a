#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sql/tree.h"

namespace kairon::sql {

/// One SQL text inside a DO block or a function body.
struct EmbeddedSql {
  std::string text;        ///< a statement, or several for a body in LANGUAGE sql
  std::size_t offset = 0;  ///< byte of the outer statement's text where it begins (or the line that holds it does)
  bool dynamic = false;    ///< the constant text of an EXECUTE
};

/// The SQL inside `statement` (text and tree of a DO, CREATE FUNCTION or CREATE PROCEDURE), of
/// bodies in LANGUAGE plpgsql and sql. Statements only: expressions of IF, RETURN and assignments
/// are left out. EXECUTE of a constant string, or of format() with a constant pattern, gives that
/// text with its %I, %L, %s replaced by names; other dynamic SQL stays unseen. Empty when there is
/// none or the body does not parse.
[[nodiscard]] std::vector<EmbeddedSql> embedded_sql(std::string_view statement, const Node& tree);

}  // namespace kairon::sql
