#include "js/internal.h"

// A light check of a regular expression (ECMAScript 22.2.1 with annex B): what is reported is
// surely wrong; what needs the whole grammar is let through.
namespace kairon::js::internal {
namespace {

bool flags_are_fine(std::string_view flags) {
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (std::string_view("dgimsuvy").find(flags[i]) == std::string_view::npos) return false;
    if (flags.find(flags[i], i + 1) != std::string_view::npos) return false;
  }
  return flags.find('u') == std::string_view::npos || flags.find('v') == std::string_view::npos;
}

/// True when `(` at `at` begins a group that exists: (?: (?= (?! (?<= (?<! (?<name>.
bool is_group(std::string_view pattern, std::size_t at) {
  const std::string_view rest = pattern.substr(at + 1, 2);
  if (!rest.starts_with('?')) return true;
  const char next = rest.size() > 1 ? rest[1] : '\0';
  return next == ':' || next == '=' || next == '!' || next == '<';
}

/// True when `{` at `at` begins a quantifier: {n}, {n,}, {n,m}.
bool is_quantifier(std::string_view pattern, std::size_t at) {
  const std::size_t close = pattern.find('}', at);
  if (close == std::string_view::npos || close == at + 1) return false;
  const std::string_view inside = pattern.substr(at + 1, close - at - 1);
  return inside.find_first_not_of("0123456789,") == std::string_view::npos && inside.front() != ',' &&
         inside.find(',') == inside.rfind(',');
}

}  // namespace

std::string_view regex_problem(std::string_view pattern, std::string_view flags) {
  if (!flags_are_fine(flags)) return "unknown or repeated flag";
  std::size_t depth = 0;
  bool repeatable = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
      repeatable = true;
    } else if (c == '[') {
      for (++i; i < pattern.size() && pattern[i] != ']'; ++i) {
        if (pattern[i] == '\\') ++i;
      }
      if (i >= pattern.size()) return "unterminated character class";
      repeatable = true;
    } else if (c == '(') {
      if (!is_group(pattern, i)) return "invalid group";
      ++depth;
      repeatable = false;
      if (pattern.substr(i + 1, 1) == "?") ++i;
    } else if (c == ')') {
      if (depth == 0) return "unmatched `)`";
      --depth;
      repeatable = true;
    } else if (c == '*' || c == '+' || c == '?' || (c == '{' && is_quantifier(pattern, i))) {
      if (!repeatable) return "nothing to repeat";
      if (c == '{') i = pattern.find('}', i);
      if (pattern.substr(i + 1, 1) == "?") ++i;
      repeatable = false;
    } else {
      repeatable = c != '|' && c != '^';
    }
  }
  return depth > 0 ? "unterminated group" : std::string_view();
}

}  // namespace kairon::js::internal
