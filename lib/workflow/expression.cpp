#include "workflow/expression.h"

#include <algorithm>
#include <array>

namespace kairon::workflow {
namespace {

/// Position of the next `bracket` at or after `from` that is not escaped, npos when there is none.
/// The backslashes that count are those after the last bracket looked at, as in Tournament.
std::size_t find_bracket(std::string_view text, std::string_view bracket, std::size_t from) {
  for (;;) {
    const std::size_t at = text.find(bracket, from);
    if (at == std::string_view::npos) return at;
    std::size_t slashes = 0;
    while (at - slashes > from && text[at - slashes - 1] == '\\') ++slashes;
    if (slashes % 2 == 0) return at;
    from = at + bracket.size();
  }
}

}  // namespace

std::vector<ExpressionPart> split_expression(std::string_view text) {
  std::vector<ExpressionPart> parts;
  std::size_t at = 0;
  for (;;) {
    const std::size_t open = find_bracket(text, "{{", at);
    if (open == std::string_view::npos) return parts;
    const std::size_t close = find_bracket(text, "}}", open + 2);
    const bool closed = close != std::string_view::npos;
    // With nothing after the last `{{` Tournament has no part at all.
    if (!closed && open + 2 == text.size()) return parts;
    parts.push_back({open + 2, closed ? close : text.size(), closed});
    if (!closed) return parts;
    at = close + 2;
  }
}

bool resolves_itself(const Node& node, std::string_view key) {
  std::string_view type = node.short_type();
  if (node.type.starts_with("n8n-nodes-base.") && type.ends_with("Tool")) type.remove_suffix(4);  // an agent's variant
  if (type == "html" || type == "form" || type == "formTrigger") return key == "html" || key == "jsonOutput";
  if (type == "set") return key == "jsonOutput";
  if (type == "ldap") return key == "searchText" || key == "customFilter";
  constexpr std::array<std::string_view, 10> kDatabases = {
      "postgres",       "mySql",          "microsoftSql", "snowflake", "merge",
      "googleBigQuery", "oracleDatabase", "timescaleDb",  "questDb",   "crateDb"};
  if (std::find(kDatabases.begin(), kDatabases.end(), type) == kDatabases.end()) return false;
  return key == "query" || key == "sqlQuery" || key == "queryReplacement";
}

}  // namespace kairon::workflow
