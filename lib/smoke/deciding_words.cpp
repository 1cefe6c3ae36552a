#include "smoke/deciding_words.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "n8n/content.h"

namespace kairon::smoke {

namespace {

using n8n::Tree;
using std::string_view;

bool is_word_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word_digit(char c) { return c >= '0' && c <= '9'; }
/// The first byte of a letter beyond ASCII, by its UTF-8: symbols (U+2000 to U+2FFF) and emojis are none.
bool is_wide_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0xC3 && byte < 0xE2) || (byte >= 0xE3 && byte < 0xEE);
}
bool is_word_byte(char c) { return is_word_letter(c) || is_word_digit(c) || is_wide_letter(c); }

/// An ASCII capital, or one of Latin-1: À to Þ.
bool is_capital(const std::string& text, std::size_t at) {
  if (text[at] >= 'A' && text[at] <= 'Z') return true;
  const auto second = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
  return static_cast<unsigned char>(text[at]) == 0xC3 && second >= 0x80 && second <= 0x9E;
}

enum class Capitals { keep, drop };

class Words {
 public:
  explicit Words(std::set<std::string>& out) : out_(out) {}

  /// A text of the workflow that is not code.
  void text(const std::string& text) {
    constexpr std::size_t kShortText = 3;
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
      if (const std::size_t end = word_end(text, at); end > at) {
        ++count;
        at = end;
      }
    add(text, count > kShortText ? Capitals::drop : Capitals::keep);
  }

  /// JavaScript, Python or SQL: literals are texts, comments are left out.
  void code(const std::string& code) {
    std::string names;
    for (std::size_t at = 0; at < code.size();) {
      if (const std::size_t after = comment_end(code, at); after > at) {
        at = after;
      } else if (code[at] == '"' || code[at] == '\'' || code[at] == '`') {
        const std::size_t end = literal_end(code, at);
        text(code.substr(at + 1, end - at - 1));
        names += ' ';
        at = end + 1;
      } else {
        names += code[at++];
      }
    }
    add(names, Capitals::keep);
  }

  /// A text with `{{ }}`.
  void expression(const std::string& expression) {
    std::string outside;
    for (std::size_t at = 0; at < expression.size();) {
      const std::size_t begin = std::min(expression.find("{{", at), expression.size());
      outside += expression.substr(at, begin - at) + ' ';
      const std::size_t end = std::min(expression.find("}}", begin), expression.size());
      if (begin < end) code(expression.substr(begin + 2, end - std::min(end, begin + 2)));
      at = std::min(end, expression.size() - 2) + 2;
    }
    text(outside);
  }

 private:
  void add(const std::string& text, Capitals capitals) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = word_end(text, at);
      const bool dropped = capitals == Capitals::drop && is_capital(text, at);
      if (end > at && !dropped) out_.insert(text::lower(text.substr(at, end - at)));
      at = end > at ? end : at + 1;
    }
  }

  static std::size_t comment_end(const std::string& code, std::size_t at) {
    const string_view two = string_view(code).substr(at, 2);
    if (two == "/*") return std::min(code.find("*/", at + 2), code.size() - 2) + 2;
    const bool slashes = two == "//" && (at == 0 || (code[at - 1] != ':' && code[at - 1] != '\\'));
    const bool dashes = two == "--" && (at == 0 || code[at - 1] == '\n' || code[at - 1] == ' ');
    const bool hash = code[at] == '#' && (at == 0 || code[at - 1] == '\n' || code[at - 1] == ' ');
    return slashes || dashes || hash ? std::min(code.find('\n', at), code.size()) : at;
  }

  static std::size_t literal_end(const std::string& code, std::size_t at) {
    const char quote = code[at];
    for (++at; at < code.size() && code[at] != quote && (quote == '`' || code[at] != '\n'); ++at)
      if (code[at] == '\\' && at + 1 < code.size()) ++at;
    return std::min(at, code.size());
  }

  std::set<std::string>& out_;
};

constexpr auto kCode = std::to_array<string_view>({"jsCode", "functionCode", "pythonCode", "code", "query"});

void add_value(const Tree& value, const std::string& key, std::set<std::string>& words) {
  for (const Tree& one : value.items()) add_value(one, key, words);
  for (const auto& [name, one] : value.members()) {
    Words(words).text(name);
    add_value(one, name, words);
  }
  if (!value.is_string()) return;
  const std::string& text = value.string();
  if (std::find(kCode.begin(), kCode.end(), key) != kCode.end()) {
    Words(words).code(text);
  } else if (text.starts_with('=')) {
    Words(words).expression(text.substr(1));
  } else {
    Words(words).text(text);
  }
}

}  // namespace

std::size_t word_end(const std::string& text, std::size_t at) {
  while (at < text.size() && is_word_byte(text[at])) {
    const bool wide = is_wide_letter(text[at]);
    ++at;
    while (wide && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

void add_deciding_words(const Tree& workflow, std::set<std::string>& words) {
  for (const Tree& node : workflow["nodes"].items())
    if (!n8n::is_type(node, "stickyNote")) add_value(node["parameters"], "parameters", words);
}

}  // namespace kairon::smoke
