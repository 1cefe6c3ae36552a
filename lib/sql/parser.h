#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/statement.h"

/// The one door to libpg_query. Every call takes a whole text without NUL bytes.
namespace kairon::sql::parser {

struct Split {
  std::vector<Statement> statements;  ///< as the parser bounds them: blanks and comments included
  std::optional<SyntaxError> error;
};
[[nodiscard]] Split split(const std::string& text);

/// The text's tree as JSON, nothing when it does not parse. Recursive inside libpg_query: the
/// caller has made sure that the text is not nested too deeply.
[[nodiscard]] std::optional<std::string> tree_json(const std::string& text);

/// The plpgsql body of a DO or CREATE FUNCTION statement as JSON, nothing when it does not parse.
[[nodiscard]] std::optional<std::string> plpgsql_json(const std::string& statement);

}  // namespace kairon::sql::parser
