#include "smoke/shell_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kairon::smoke {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string literal_of(const ShellWord& word) {
  std::string out;
  for (const ShellPiece& piece : word) out += piece.kind == ShellPiece::Kind::text ? piece.text : "";
  return out;
}

namespace {

using namespace std::string_view_literals;

class ShellReader {
 public:
  explicit ShellReader(std::string_view text) : text_(text) {}

  ShellList script() { return list({}); }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  char take();
  bool skip(std::string_view word);
  void blanks();
  /// Commands up to one of the closing words, or ")" when `closing` holds it.
  ShellList list(const std::vector<std::string_view>& closing);
  bool separator();
  /// Reads one command; true when it was a closing word.
  bool command(ShellList& out, const std::vector<std::string_view>& closing);
  bool function(const ShellCommand& found, ShellList& out);
  /// Words that begin a structure. Their commands all count.
  bool reserved(const std::string& word, ShellList& out);
  bool loop(ShellList& out);
  bool redirection(ShellCommand& found);
  /// The bodies of here documents, which begin on the line after their command.
  void documents();
  ShellWord expanded_text();
  static void add(ShellWord& word, char c);
  /// One byte or expansion inside of double quotes.
  void quoted_byte(ShellWord& out);
  /// A part in quotes, from the first to the second.
  void quoted(ShellWord& out);
  ShellWord word();
  void expansion(ShellWord& out);
  static void braced(const std::string& inside, ShellWord& out);
  void ansi(ShellWord& out);
  struct Waiting {
    std::string end;
    bool tabs = false;
    bool quoted = false;
  };
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  int depth_ = 0;
  std::vector<Waiting> waiting_;
  std::pair<ShellList*, std::size_t> waiting_command_{nullptr, 0};
};

char ShellReader::take() {
  const char c = text_[at_++];
  if (c == '\n') ++line_;
  return c;
}

bool ShellReader::skip(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return false;
  for (std::size_t i = 0; i < word.size(); ++i) take();
  return true;
}

void ShellReader::blanks() {
  for (;;) {
    if (peek() == ' ' || peek() == '\t' || peek() == '\r') {
      take();
    } else if (peek() == '\\' && peek(1) == '\n') {
      skip("\\\n");
    } else if (peek() == '#' && (at_ == 0 || " \t\n;(&|"sv.find(text_[at_ - 1]) != std::string_view::npos)) {
      while (!at_end() && peek() != '\n') take();
    } else {
      return;
    }
  }
}

ShellList ShellReader::list(const std::vector<std::string_view>& closing) {
  ShellList out;
  constexpr int kDeepest = 60;
  if (++depth_ > kDeepest) at_ = text_.size();
  const bool in_brackets = std::find(closing.begin(), closing.end(), ")") != closing.end();
  while (!at_end()) {
    blanks();
    if (peek() == ')' && in_brackets) {
      take();
      break;
    }
    if (separator()) continue;
    if (at_end()) break;
    const std::size_t before = at_;
    if (command(out, closing)) break;
    if (at_ == before) take();
  }
  --depth_;
  return out;
}

bool ShellReader::separator() {
  if (at_end() || "\n;&|"sv.find(peek()) == std::string_view::npos) return false;
  if (take() == '\n') documents();
  return true;
}

bool ShellReader::command(ShellList& out, const std::vector<std::string_view>& closing) {
  if (peek() == '(' && peek(1) == '(') {
    while (!at_end() && !skip("))")) take();
    return false;
  }
  if (peek() == '(') {
    take();
    for (ShellCommand& one : list({")"})) out.push_back(std::move(one));
    return false;
  }
  ShellCommand found;
  found.line = line_;
  while (!at_end()) {
    blanks();
    if (at_end() || "\n;&|)"sv.find(peek()) != std::string_view::npos) break;
    if (peek() == '(') {
      if (!function(found, out)) take();
      return false;
    }
    if (redirection(found)) continue;
    ShellWord word = this->word();
    const std::string text = literal_of(word);
    if (found.words.empty()) {
      if (std::find(closing.begin(), closing.end(), text) != closing.end()) return true;
      if (reserved(text, out)) return false;
    }
    found.words.push_back(std::move(word));
  }
  if (found.words.empty() && found.documents.empty()) return false;
  out.push_back(std::move(found));
  if (!waiting_.empty()) waiting_command_ = {&out, out.size() - 1};
  return false;
}

bool ShellReader::function(const ShellCommand& found, ShellList& out) {
  if (found.words.size() != 1) return false;
  take();
  blanks();
  if (peek() != ')') return false;
  take();
  while (!at_end() && (blanks(), peek() == '\n')) take();
  if (peek() != '{') return false;
  take();
  ShellCommand made;
  made.kind = ShellCommand::Kind::function;
  made.line = found.line;
  made.name = literal_of(found.words.front());
  made.body = list({"}"});
  out.push_back(std::move(made));
  return true;
}

bool ShellReader::reserved(const std::string& word, ShellList& out) {
  if (word == "case") {
    while (!at_end()) {
      const std::size_t before = at_;
      if (literal_of(this->word()) == "esac") break;
      if (at_ == before) take();
    }
    return true;
  }
  if (word == "for") return loop(out);
  if (word == "while" || word == "until") {
    for (const std::string_view end : {"do"sv, "done"sv})
      for (ShellCommand& one : list({end})) out.push_back(std::move(one));
    return true;
  }
  constexpr std::array kWords = {"if"sv,   "then"sv, "else"sv, "elif"sv, "fi"sv,  "do"sv,
                                 "done"sv, "{"sv,    "}"sv,    "!"sv,    "time"sv};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

bool ShellReader::loop(ShellList& out) {
  ShellCommand made;
  made.kind = ShellCommand::Kind::loop;
  made.line = line_;
  blanks();
  if (peek() == '(') return true;  // for ((...)): its body is read once
  made.name = literal_of(word());
  blanks();
  if (literal_of(word()) != "in") return true;
  while (!at_end()) {
    blanks();
    if (at_end() || "\n;"sv.find(peek()) != std::string_view::npos) break;
    made.words.push_back(word());
  }
  while (!at_end() && (blanks(), separator())) {
  }
  if (literal_of(word()) == "do") made.body = list({"done"});
  out.push_back(std::move(made));
  return true;
}

bool ShellReader::redirection(ShellCommand& found) {
  std::size_t digits = 0;
  while (peek(digits) >= '0' && peek(digits) <= '9') ++digits;
  const char c = peek(digits);
  if (c != '<' && c != '>') return false;
  for (std::size_t i = 0; i < digits; ++i) take();
  if (skip("<<<")) {
    blanks();
    found.documents.push_back(word());
    return true;
  }
  if (skip("<<")) {
    const bool tabs = skip("-");
    blanks();
    const bool quoted = peek() == '\'' || peek() == '"' || peek() == '\\';
    waiting_.push_back({literal_of(word()), tabs, quoted});
    return true;
  }
  while (peek() == '<' || peek() == '>' || peek() == '&' || peek() == '|') take();
  blanks();
  if (peek() != '\n') static_cast<void>(word());
  return true;
}

void ShellReader::documents() {
  std::vector<Waiting> waiting;
  waiting.swap(waiting_);
  for (const Waiting& one : waiting) {
    std::string body;
    while (!at_end()) {
      std::string line;
      while (!at_end() && peek() != '\n') line += take();
      if (!at_end()) take();
      const std::string bare = one.tabs ? line.substr(std::min(line.find_first_not_of('\t'), line.size())) : line;
      if (bare == one.end) break;
      body += bare + "\n";
    }
    ShellWord document;
    if (one.quoted) {
      document.push_back({ShellPiece::Kind::text, body});
    } else {
      ShellReader inside(body);
      document = inside.expanded_text();
    }
    const auto [list, index] = waiting_command_;
    if (list != nullptr && index < list->size()) (*list)[index].documents.push_back(std::move(document));
  }
  waiting_command_ = {nullptr, 0};
}

ShellWord ShellReader::expanded_text() {
  ShellWord out;
  while (!at_end()) quoted_byte(out);
  return out;
}

void ShellReader::add(ShellWord& word, char c) {
  if (word.empty() || word.back().kind != ShellPiece::Kind::text) word.push_back({ShellPiece::Kind::text, ""});
  word.back().text += c;
}

void ShellReader::quoted_byte(ShellWord& out) {
  if (peek() == '\\' && "\"\\$`\n"sv.find(peek(1)) != std::string_view::npos && at_ + 1 < text_.size()) {
    take();
    const char c = take();
    if (c != '\n') add(out, c);
  } else if (peek() == '$' || peek() == '`') {
    expansion(out);
  } else {
    add(out, take());
  }
}

void ShellReader::quoted(ShellWord& out) {
  const char quote = take();
  if (out.empty()) out.push_back({ShellPiece::Kind::text, ""});  // "" is a word
  while (!at_end() && peek() != quote) {
    if (quote == '"') {
      quoted_byte(out);
    } else {
      add(out, take());
    }
  }
  if (!at_end()) take();
}

ShellWord ShellReader::word() {
  ShellWord out;
  while (!at_end() && " \t\r\n;&|()<>"sv.find(peek()) == std::string_view::npos) {
    if (peek() == '\'' || peek() == '"') {
      quoted(out);
    } else if (peek() == '\\') {
      take();
      if (at_end()) break;
      const char c = take();
      if (c != '\n') add(out, c);
    } else if (peek() == '$' || peek() == '`') {
      expansion(out);
    } else {
      add(out, take());
    }
  }
  return out;
}

void ShellReader::expansion(ShellWord& out) {
  if (take() == '`') {
    std::string inside;
    while (!at_end() && peek() != '`') inside += take();
    if (!at_end()) take();
    out.push_back({ShellPiece::Kind::output, "", "", std::make_shared<ShellList>(ShellReader(inside).script())});
    return;
  }
  if (skip("((")) {
    while (!at_end() && !skip("))")) take();
    add(out, '0');
  } else if (skip("(")) {
    const auto outer = std::exchange(waiting_command_, {nullptr, 0});
    out.push_back({ShellPiece::Kind::output, "", "", std::make_shared<ShellList>(list({")"}))});
    waiting_command_ = outer;
  } else if (peek() == '\'') {
    ansi(out);
  } else if (skip("{")) {
    std::string inside;
    int depth = 1;
    while (!at_end() && (depth += (peek() == '{') - (peek() == '}')) > 0) inside += take();
    if (!at_end()) take();
    braced(inside, out);
  } else {
    std::string name;
    if (peek() >= '0' && peek() <= '9') {
      name = std::string(1, take());
    } else {
      while (is_name_byte(peek())) name += take();
      if (name.empty() && "@*#?$!-"sv.find(peek()) != std::string_view::npos && !at_end())
        name = std::string(1, take());
    }
    if (name.empty()) return add(out, '$');
    out.push_back({ShellPiece::Kind::variable, name});
  }
}

void ShellReader::braced(const std::string& inside, ShellWord& out) {
  std::size_t end = 0;
  while (end < inside.size() && is_name_byte(inside[end])) ++end;
  ShellPiece piece{ShellPiece::Kind::variable, inside.substr(0, end)};
  const std::string_view rest = std::string_view(inside).substr(end);
  if (rest.starts_with(":-") || rest.starts_with(":=")) piece.otherwise = rest.substr(2);
  out.push_back(std::move(piece));
}

void ShellReader::ansi(ShellWord& out) {
  take();
  while (!at_end() && peek() != '\'') {
    char c = take();
    if (c == '\\' && !at_end()) {
      c = take();
      c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
    add(out, c);
  }
  if (!at_end()) take();
}

}  // namespace

ShellList read_shell(std::string_view script) { return ShellReader(script).script(); }

}  // namespace kairon::smoke
