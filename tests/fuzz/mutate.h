#pragma once
#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace kairon::test {

/// Damages text the same way in every run: bytes taken out, tokens put in, lines dropped or doubled.
class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  /// A number in [0, bound).
  [[nodiscard]] std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  [[nodiscard]] std::string damaged(std::string text, std::span<const std::string_view> tokens) {
    for (std::size_t rounds = 1 + below(2); rounds > 0; --rounds) {
      switch (below(10)) {
        case 0:
          change_line(text, "");
          break;
        case 1:
          change_line(text, line_at(text, below(text.size() + 1)));
          break;
        case 2:
        case 3:
        case 4:
        case 5:
          text.erase(below(text.size() + 1), 1 + below(3));
          break;
        default:
          text.insert(below(text.size() + 1), tokens[below(tokens.size())]);
      }
    }
    return text;
  }

 private:
  static std::string line_at(const std::string& text, std::size_t at) {
    const std::size_t begin = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  }
  void change_line(std::string& text, const std::string& by) {
    const std::size_t at = below(text.size() + 1);
    const std::string old = line_at(text, at);
    if (const std::size_t found = text.find(old); found != std::string::npos) text.replace(found, old.size(), by);
  }
  std::mt19937 random_;
};

inline constexpr auto kJavaScriptTokens =
    std::to_array<std::string_view>({"(",      ")",      "{",    "}",      "[",        "]",         ";",
                                     ",",      "const ", "let ", "=>",     "await ",   "return ",   "?.",
                                     "??",     "||",     "\"",   "'",      "`",        "\n",        "=",
                                     ".",      "...",    "x",    "1",      "/",        "\\",        "async ",
                                     "if (",   "else ",  "${",   "in ",    "new ",     "class ",    "const x = 1;",
                                     "let y;", "*",      "**",   "-",      "!",        "break;",    "typeof ",
                                     "/re(/",  "/*",     "//",   "var ",   "=== ",     "?",         ":",
                                     "}}",     "{{",     "\\}}", "$('A')", "\xC3\xBC", "function ", "catch (e) {",
                                     "try {",  "<a>",    "\x01"});

}  // namespace kairon::test
