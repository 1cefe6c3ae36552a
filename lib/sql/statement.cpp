#include "sql/statement.h"

#include <algorithm>

#include "base/text.h"
#include "sql/parser.h"

namespace kairon::sql {
namespace {

// Deepest tree that is written: its writer needs some hundred bytes of stack for each level and
// dies at about 50,000 levels on an 8 MiB stack, PostgreSQL's own limit (max_stack_depth, 2 MB)
// is at about 10,000.
constexpr std::size_t kMaxDepth = 4000;

// Without the blanks and comments before it and the blanks, comments and semicolon after it.
Statement trimmed(std::string_view text, Statement statement) {
  const std::size_t begin = skip_blank(text, statement.begin, statement.end);
  Lexer lexer(text.substr(0, statement.end), begin);
  std::size_t end = begin;
  Token token;
  while (lexer.next(token)) {
    if (token.kind == TokenKind::line_comment || token.kind == TokenKind::block_comment) continue;
    if (text[token.begin] == ';' && token.end >= statement.end) break;
    end = token.end;
  }
  return {begin, end};
}

// An upper bound of the tree's depth: what nests is one operator or keyword after the other
// without a comma between them, and parentheses.
bool too_deep(std::string_view text) {
  if (text.size() < kMaxDepth) return false;
  std::vector<std::size_t> open{0};
  std::size_t depth = 0;
  Lexer lexer(text);
  Token token;
  while (lexer.next(token)) {
    const char c = text[token.begin];
    if (token.kind == TokenKind::punctuation && (c == '(' || c == '[')) {
      open.push_back(0);
      ++depth;
    } else if (token.kind == TokenKind::punctuation && (c == ')' || c == ']') && open.size() > 1) {
      depth -= open.back() + 1;
      open.pop_back();
    } else if (c == ',' && token.kind == TokenKind::punctuation) {
      depth -= open.back();
      open.back() = 0;
    } else if (token.kind == TokenKind::operator_sign || token.kind == TokenKind::word) {
      ++open.back();
      ++depth;
    }
    if (depth > kMaxDepth) return true;
  }
  return false;
}

std::optional<SyntaxError> unreadable(std::string_view text) {
  if (text.size() > kMaxBytes) return SyntaxError{"the text is larger than 64 MiB", 0};
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return SyntaxError{"a NUL byte, which SQL text cannot hold", nul};
  }
  if (const std::size_t bad = text::invalid_utf8(text); bad != std::string_view::npos) {
    return SyntaxError{"bytes that are not UTF-8", bad};
  }
  return std::nullopt;
}

// The pieces between top-level semicolons. A semicolon inside parentheses (CREATE RULE) or between
// BEGIN ATOMIC and its END belongs to its statement.
std::vector<Statement> pieces(std::string_view text) {
  std::vector<Statement> all;
  std::size_t begin = 0;
  std::size_t parentheses = 0;
  std::size_t blocks = 0;
  std::string_view before;
  Lexer lexer(text);
  Token token;
  while (lexer.next(token)) {
    const std::string_view word = text.substr(token.begin, token.end - token.begin);
    if (token.kind == TokenKind::word) {
      if (text::equal_ignoring_case(word, "atomic") && text::equal_ignoring_case(before, "begin")) ++blocks;
      if (blocks != 0 && text::equal_ignoring_case(word, "case")) ++blocks;
      if (blocks != 0 && text::equal_ignoring_case(word, "end")) --blocks;
      before = word;
    } else if (token.kind == TokenKind::punctuation) {
      if (word == "(") ++parentheses;
      if (word == ")" && parentheses != 0) --parentheses;
      if (word == ";" && parentheses == 0 && blocks == 0) {
        all.push_back({begin, token.begin});
        begin = token.end;
      }
    }
  }
  all.push_back({begin, text.size()});
  return all;
}

}  // namespace

Script::Script(std::string text) : text_(std::make_unique<const std::string>(std::move(text))), lines_(*text_) {
  if (auto error = unreadable(*text_)) {
    errors_.push_back(*std::move(error));
    return;
  }
  std::string readable = *text_;
  if (readable.starts_with("\xEF\xBB\xBF")) readable.replace(0, 3, "   ");
  auto [statements, error] = parser::split(readable);
  if (error) {
    split_tolerantly(*std::move(error));
  } else {
    for (const Statement& statement : statements) {
      const Statement tight = trimmed(readable, statement);
      if (tight.begin < tight.end) statements_.push_back(tight);
    }
  }
  trees_.resize(statements_.size());
}

Script::Script(Script&&) noexcept = default;
Script& Script::operator=(Script&&) noexcept = default;
Script::~Script() = default;

void Script::split_tolerantly(SyntaxError first) {
  constexpr std::size_t kEnough = 20;
  for (const Statement& piece : pieces(text())) {
    if (errors_.size() >= kEnough) return;
    const Statement tight = trimmed(text(), piece);
    if (tight.begin >= tight.end) continue;
    auto [statements, error] = parser::split(text().substr(tight.begin, tight.end - tight.begin));
    if (!error) {
      statements_.push_back(tight);
    } else if (errors_.empty()) {
      errors_.push_back(first);
    } else {
      errors_.push_back({std::move(error->message), tight.begin + error->offset});
    }
  }
  // Every piece is SQL and the whole is not: it was cut at other places than the parser would.
  if (errors_.empty()) errors_.push_back(std::move(first));
}

std::string_view Script::text_of(std::size_t index) const {
  const Statement& statement = statements_.at(index);
  return std::string_view(text()).substr(statement.begin, statement.end - statement.begin);
}

Node Script::tree(std::size_t index) const {
  std::unique_ptr<Tree>& tree = trees_.at(index);
  if (!tree) {
    const std::string_view text = text_of(index);
    std::optional<std::string> json;
    if (!too_deep(text)) json = parser::tree_json(std::string(text));
    tree = std::make_unique<Tree>(json ? *std::move(json) : std::string());
  }
  return tree->root()["stmts"].at(0)["stmt"];
}

}  // namespace kairon::sql
