#include <algorithm>
#include <array>

#include "lint/support/secrets.h"

namespace kairon::lint::secret {
namespace {

/// Longest run that one piece of a shape takes: no published token is longer.
constexpr std::size_t kLongestRun = 2048;

bool is_in_class(char c, char kind) {
  const bool digit = c >= '0' && c <= '9';
  const bool small = c >= 'a' && c <= 'z';
  const bool capital = c >= 'A' && c <= 'Z';
  switch (kind) {
    case 'a':
      return digit || small || capital;
    case 'c':
      return small || capital;
    case 'd':
      return digit;
    case 'h':
      return digit || (c >= 'a' && c <= 'f');
    case 'u':
      return digit || capital;
    case 'l':
      return digit || small;
    case 't':
      return digit || small || capital || c == '-' || c == '_';
    case 'b':
      return digit || small || capital || c == '+' || c == '/' || c == '=';
    default:
      return false;
  }
}

/// One piece of a shape's body: a literal, or a class and how often.
struct ShapePiece {
  std::string_view literal;
  char kind = 0;
  std::size_t least = 0;
  std::size_t most = 0;
};

std::size_t take_number(std::string_view& word) {
  std::size_t value = 0;
  while (!word.empty() && word.front() >= '0' && word.front() <= '9') {
    value = value * 10 + static_cast<std::size_t>(word.front() - '0');
    word.remove_prefix(1);
  }
  return value;
}

ShapePiece piece_of(std::string_view word) {
  constexpr std::string_view kClasses = "acdhultb";
  const bool counted = word.size() > 1 && word[1] >= '0' && word[1] <= '9';
  if (!counted || kClasses.find(word.front()) == std::string_view::npos) return {word, 0, 0, 0};
  ShapePiece piece;
  piece.kind = word.front();
  word.remove_prefix(1);
  piece.least = piece.most = take_number(word);
  if (word.starts_with('+')) piece.most = kLongestRun;
  if (word.starts_with('~')) {
    word.remove_prefix(1);
    piece.most = take_number(word);
  }
  return piece;
}

/// Returns the end of the piece that begins at `at`; npos when another text is there.
std::size_t take_piece(const ShapePiece& piece, std::string_view text, std::size_t at) {
  if (piece.kind == 0)
    return text.substr(at, piece.literal.size()) == piece.literal ? at + piece.literal.size() : std::string_view::npos;
  const std::size_t last = std::min(text.size(), at + piece.most);
  std::size_t end = at;
  while (end < last && is_in_class(text[end], piece.kind)) ++end;
  return end - at < piece.least ? std::string_view::npos : end;
}

}  // namespace

std::optional<SecretMatch> match_shape(const TokenShape& shape, std::string_view text, std::size_t at) {
  if (text.substr(at, shape.prefix.size()) != shape.prefix || inside_word(text, at)) return std::nullopt;
  const std::size_t begin = at + shape.prefix.size();
  std::size_t end = begin;
  char last = 0;
  for (std::string_view body = shape.body; !body.empty();) {
    const std::size_t blank = std::min(body.find(' '), body.size());
    const ShapePiece piece = piece_of(body.substr(0, blank));
    body.remove_prefix(std::min(blank + 1, body.size()));
    end = take_piece(piece, text, end);
    if (end == std::string_view::npos) return std::nullopt;
    last = piece.kind;
  }
  // A longer word is something else; a dash may be prose that goes on.
  const bool goes_on = end < text.size() && (is_alphanumeric(text[end]) || text[end] == '_');
  if (last != 0 && goes_on) return std::nullopt;
  if (!looks_random(text.substr(begin, end - begin))) return std::nullopt;
  return accept(text, at, end, shape.what);
}

}  // namespace kairon::lint::secret
