#include "postgres/quote.h"

#include "base/text.h"

namespace kairon::postgres {

std::string quote_identifier(std::string_view name) { return "\"" + text::replace_all(name, "\"", "\"\"") + "\""; }

std::string quote_literal(std::string_view value) {
  const bool escaped = text::contains(value, "\\");
  std::string out = escaped ? "E'" : "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + "'";
}

}  // namespace kairon::postgres
