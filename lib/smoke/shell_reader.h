#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::smoke {

struct ShellCommand;
using ShellList = std::vector<ShellCommand>;

/// A piece of a word.
struct ShellPiece {
  enum class Kind { text, variable, output } kind = Kind::text;
  std::string text;                          ///< or the variable's name
  std::string otherwise = {};                ///< of ${name:-otherwise}
  std::shared_ptr<ShellList> commands = {};  ///< of $(...)
};
using ShellWord = std::vector<ShellPiece>;

/// A simple command, a function or a loop over words.
struct ShellCommand {
  enum class Kind { simple, function, loop } kind = Kind::simple;
  std::size_t line = 0;
  std::string name;  ///< of the function, or the loop's variable
  std::vector<ShellWord> words;
  std::vector<ShellWord> documents;  ///< here documents
  ShellList body;
};

/// The text of a word without what a shell would put in.
[[nodiscard]] std::string literal_of(const ShellWord& word);
/// A letter, a digit or "_": what variables and functions are named with.
[[nodiscard]] bool is_name_byte(char c);

/// Reads a script into its commands; nothing is run. Both sides of every condition are there, `case` is left out.
[[nodiscard]] ShellList read_shell(std::string_view script);

}  // namespace kairon::smoke
