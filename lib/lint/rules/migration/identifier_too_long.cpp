#include "base/format.h"
#include "base/text.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_identifier_too_long {
namespace {

// Returns the bytes of the name that a token means, without its quotes; 0 for another token.
std::size_t name_size(std::string_view text, const sql::Token& token) {
  std::string_view name = text.substr(token.begin, token.end - token.begin);
  if (token.kind == sql::TokenKind::word) return name.size();
  if (token.kind != sql::TokenKind::quoted_identifier) return 0;
  name.remove_prefix(name.find('"') + 1);
  name.remove_suffix(1);
  return text::replace_all(name, "\"\"", "\"").size();
}

void check(const MigrationInput& input, MigrationReporter& report) {
  for (const MigrationStatement& statement : input.statements()) {
    sql::Lexer lexer(statement.text);
    sql::Token token;
    while (lexer.next(token)) {
      const std::size_t size = name_size(statement.text, token);
      if (size > 63)
        report.at(statement.begin + token.begin, format("the name has {} bytes, the server keeps 63", size));
    }
  }
}

}  // namespace

}  // namespace migration_identifier_too_long

extern const MigrationRule kMigrationIdentifierTooLong;
const MigrationRule kMigrationIdentifierTooLong{
    {"migration/identifier-too-long", Severity::warning, Scope::always, "uses an identifier of more than 63 bytes",
     "The server cuts it to 63 bytes: two long names can become one, and what is looked up by "
     "the full name is not found (PostgreSQL documentation, section 4.1.1).",
     "Choose a shorter name."},
    migration_identifier_too_long::check};

}  // namespace kairon::lint
