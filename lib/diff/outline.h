#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "diff/file_diff.h"

namespace kairon::diff {

/// What a line of an outline says; decides its sign and its colour.
enum class Mark : std::uint8_t {
  plain,   ///< headings, notes
  detail,  ///< the path of a parameter
  added,   ///< a thing that is new
  removed,
  changed,
  renamed,
  moved,
  line_added,  ///< a line of a text or value
  line_removed,
  line_same
};

/// A line of an outline, not escaped: texts come from the files.
struct OutlineLine {
  Mark mark = Mark::plain;
  unsigned depth = 0;
  std::string text;
};

using Outline = std::vector<OutlineLine>;

/// Whether nodes that only moved have lines of their own.
enum class Moves : std::uint8_t { counted, shown };

/// The sign before a line: '+', '-', '~', '>', '.' or ' '.
[[nodiscard]] char sign_of(Mark mark);

/// "1 node added, 1 renamed, 2 changed, 1 moved; 2 connections added, 1 removed; 1 setting".
[[nodiscard]] std::string summary(const Counts& counts);
/// "Route_Event: 2 nodes added, 2 changed; 4 connections added, 2 removed"; "orders.sql: new migration".
[[nodiscard]] std::string summary_line(const FileDiff& file);
/// The same with this name of the file.
[[nodiscard]] std::string summary_line(const FileDiff& file, std::string_view name);
/// The path with "old -> new", the workflow's name, its number of nodes.
[[nodiscard]] std::string heading(const FileDiff& file);

/// One node: its line, then its parameters, credentials and settings by path.
[[nodiscard]] Outline outline_of(const NodeDiff& node);
/// Values by path; the first `skip` steps of each path are left out.
void add_changes(const std::vector<Change>& changes, unsigned depth, Outline& out);
/// "Parse -> Store", with the output and input where they are not the first ones.
[[nodiscard]] std::string link_text(const Link& link, const WorkflowDiff& workflow);
/// What is reached now, what is no longer, and the findings before and after.
[[nodiscard]] Outline consequences_of(const FileDiff& file);
/// The whole file without its heading.
[[nodiscard]] Outline outline_of(const FileDiff& file, Moves moves);

}  // namespace kairon::diff
