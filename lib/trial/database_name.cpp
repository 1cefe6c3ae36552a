#include "trial/database_name.h"

#include "base/text.h"
#include "postgres/quote.h"
#include "sql/token.h"

namespace kairon::trial {

namespace {

/// The token after the word DATABASE; empty without that word.
sql::Token name_in(std::string_view text) {
  sql::Lexer lexer(text);
  bool begun = false;
  for (sql::Token token; lexer.next(token);) {
    if (token.kind == sql::TokenKind::line_comment || token.kind == sql::TokenKind::block_comment) continue;
    if (begun) return token;
    begun = token.kind == sql::TokenKind::word &&
            text::lower(text.substr(token.begin, token.end - token.begin)) == "database";
  }
  return {};
}

}  // namespace

std::string named_database(const sql::Node& tree) {
  const std::string_view node = tree.key();
  if (node == "AlterDatabaseSetStmt" || node == "AlterDatabaseStmt") return std::string(tree["dbname"].string());
  if (node == "GrantStmt" && tree["objtype"].string() == "OBJECT_DATABASE")
    return std::string(tree["objects"].at(0).name());
  if ((node == "CommentStmt" && tree["objtype"].string() == "OBJECT_DATABASE") ||
      (node == "AlterOwnerStmt" && tree["objectType"].string() == "OBJECT_DATABASE"))
    return std::string(tree["object"].name());
  return {};
}

std::string on_this_database(std::string_view text, const sql::Node& tree, postgres::Connection& db) {
  const sql::Token name = named_database(tree).empty() ? sql::Token() : name_in(text);
  if (name.end == 0) return std::string(text);
  const postgres::Reply reply = db.execute("SELECT pg_catalog.current_database()");
  if (!reply.ok() || reply.size() != 1) return std::string(text);
  return std::string(text.substr(0, name.begin)) + postgres::quote_identifier(std::string(reply.text(0, 0))) +
         std::string(text.substr(name.end));
}

}  // namespace kairon::trial
