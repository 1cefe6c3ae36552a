#include "sql/psql.h"

#include <algorithm>

#include "base/text.h"
#include "sql/token.h"

namespace kairon::sql {
namespace {

std::size_t line_end(std::string_view text, std::size_t from) {
  const std::size_t end = std::min(text.find('\n', from), text.size());
  return end > from && text[end - 1] == '\r' ? end - 1 : end;
}

/// Recognises COPY ... FROM STDIN by its words as they come by.
class CopyWatch {
 public:
  void word(std::string_view word) {
    if (words_++ == 0) copy_ = text::equal_ignoring_case(word, "copy");
    stdin_ = stdin_ || (from_ && text::equal_ignoring_case(word, "stdin"));
    from_ = text::equal_ignoring_case(word, "from");
  }
  [[nodiscard]] bool data_follows() const { return copy_ && stdin_; }
  void reset() { *this = {}; }

 private:
  std::size_t words_ = 0;
  bool copy_ = false;
  bool from_ = false;
  bool stdin_ = false;
};

// The lines behind a COPY up to the one that reads "\."; nothing when that one never comes, as a
// file without psql in mind has none.
bool copy_data(std::string_view text, std::size_t from, PsqlCommand& found) {
  const std::size_t begin = std::min(text.find('\n', from), text.size());
  for (std::size_t at = begin; at < text.size();) {
    const std::size_t end = line_end(text, at + 1);
    if (text.substr(at + 1, end - at - 1) == "\\.") {
      found = {begin + 1, end, "\\."};
      return true;
    }
    at = std::min(text.find('\n', at + 1), text.size());
  }
  return false;
}

std::string command_name(std::string_view text, std::size_t begin, std::size_t end) {
  const std::size_t stop = text.substr(0, end).find_first_of(" \t;'\"", begin);
  return std::string(text.substr(begin, std::min(stop, end) - begin));
}

}  // namespace

std::vector<PsqlCommand> psql_commands(std::string_view text) {
  std::vector<PsqlCommand> all;
  if (text.find('\\') == std::string_view::npos) return all;
  CopyWatch copy;
  Lexer lexer(text);
  Token token;
  while (lexer.next(token)) {
    if (token.kind == TokenKind::word) {
      copy.word(text.substr(token.begin, token.end - token.begin));
    } else if (token.kind == TokenKind::punctuation && text[token.begin] == ';') {
      PsqlCommand data;
      if (copy.data_follows() && copy_data(text, token.end, data)) {
        lexer.seek(data.end);
        all.push_back(std::move(data));
      }
      copy.reset();
    } else if (token.kind == TokenKind::other && text[token.begin] == '\\') {
      const std::size_t end = line_end(text, token.begin);
      all.push_back({token.begin, end, command_name(text, token.begin, end)});
      lexer.seek(end);
    }
  }
  return all;
}

std::string without_psql_commands(std::string_view text, const std::vector<PsqlCommand>& commands) {
  std::string out(text);
  for (const PsqlCommand& command : commands) {
    for (std::size_t i = command.begin; i < command.end; ++i) {
      if (out[i] != '\n' && out[i] != '\r') out[i] = ' ';
    }
  }
  return out;
}

}  // namespace kairon::sql
