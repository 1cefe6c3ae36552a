#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "install/evidence.h"

namespace kairon::install {

/// Whose hooks a file configures: lefthook's, or those of pre-commit and prek.
enum class ManagerForm { lefthook, pre_commit };

/// A file of a hook manager. Its hooks in git are one script each that only calls the manager.
struct ManagerFile {
  std::string path;  ///< relative to the top
  std::string content;
  ManagerForm form = ManagerForm::lefthook;
  bool readable = true;  ///< false for a form that is not read command by command: TOML, JSON
};

/// One command of a hook manager.
struct ManagedCommand {
  std::string name;         ///< "pre-push: deploy"
  std::size_t begin = 0;    ///< index of its first line
  std::size_t end = 0;      ///< index after its last line
  std::size_t depth = 0;    ///< spaces before its keys
  std::string runs;         ///< what is run
  std::string script;       ///< the file of lefthook's own folder that it names, relative to the top
  bool switchable = false;  ///< a line of its own turns it off
};

/// Returns the configuration files of hook managers in the work tree at `top`.
[[nodiscard]] std::vector<ManagerFile> manager_files(const std::string& top);

/// Returns the commands of a file in YAML's block style, found by indentation. Of pre-commit only those of `repo:
/// local` are listed: the others are published tools.
[[nodiscard]] std::vector<ManagedCommand> commands_of(ManagerForm form, const std::string& content);

/// Returns the line that turns a command off: "skip: true", "stages: [manual]".
[[nodiscard]] std::string_view off_line(ManagerForm form);

/// Returns the file with the commands turned off that begin at these lines (counted from 0). What a line replaces
/// stays in comments; with_retired() brings it back.
[[nodiscard]] std::string without_commands(const ManagerFile& file, const std::vector<std::size_t>& begins);

}  // namespace kairon::install
