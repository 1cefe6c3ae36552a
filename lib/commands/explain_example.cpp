#include "commands/explain_example.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/embedded.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::commands {

namespace {

/// Longer examples are cut: the point of one is to be taken in at a glance.
constexpr std::size_t kMostLines = 24;
constexpr std::size_t kMostLinesOfAll = 40;

using Lines = std::vector<std::string_view>;

struct Line {
  char mark = ' ';  ///< '-' bad, '+' good, ' ' both
  std::string_view text;
};

/// The longest common subsequence of two short texts, as marked lines.
std::vector<Line> compare(const Lines& bad, const Lines& good) {
  std::vector<std::vector<std::size_t>> common(bad.size() + 1, std::vector<std::size_t>(good.size() + 1, 0));
  for (std::size_t i = bad.size(); i-- > 0;)
    for (std::size_t j = good.size(); j-- > 0;)
      common[i][j] = bad[i] == good[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  std::vector<Line> out;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < bad.size() || j < good.size()) {
    if (i < bad.size() && j < good.size() && bad[i] == good[j]) {
      out.push_back({' ', bad[i++]});
      ++j;
    } else if (j == good.size() || (i < bad.size() && common[i + 1][j] >= common[i][j + 1])) {
      out.push_back({'-', bad[i++]});
    } else {
      out.push_back({'+', good[j++]});
    }
  }
  return out;
}

/// The lines that differ with one around them, the rest as "...".
std::string shown(const std::vector<Line>& lines) {
  const auto differs = [&](std::size_t i) { return i < lines.size() && lines[i].mark != ' '; };
  std::string out;
  std::size_t count = 0;
  bool gap = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool wanted = differs(i) || differs(i + 1) || (i > 0 && differs(i - 1));
    if (!wanted) {
      gap = true;
      continue;
    }
    if (++count > kMostLines) return out + "    ...\n";
    if (gap && count > 1) out += "    ...\n";
    gap = false;
    out += format("  {} {}\n", lines[i].mark, lines[i].text);
  }
  return out;
}

using Files = std::map<std::string_view, std::string_view>;

Files files_of(std::string_view rule, std::string_view kind) {
  const std::string folder = format("{}/{}/", rule, kind);
  Files files;
  for (const embedded::File& file : embedded::rule_examples())
    if (file.path.starts_with(folder)) files.emplace(file.path.substr(folder.size()), file.content);
  return files;
}

std::string whole(char mark, std::string_view content) {
  std::vector<Line> lines;
  for (const std::string_view line : text::lines(content)) lines.push_back({mark, line});
  return shown(lines);
}

}  // namespace

namespace {

/// All files of both examples.
std::string all_files(std::string_view rule) {
  const Files bad = files_of(rule, "bad");
  const Files good = files_of(rule, "good");
  std::string out;
  // One file against one: the name may differ, as the example's own does.
  if (bad.size() == 1 && good.size() == 1)
    return format("\n{} (- bad, + good)\n{}", bad.begin()->first,
                  shown(compare(text::lines(bad.begin()->second), text::lines(good.begin()->second))));
  for (const auto& [name, content] : bad) {
    const auto other = good.find(name);
    if (other != good.end() && other->second == content) continue;
    out += format("\n{} (- bad, + good)\n", name);
    out += other == good.end() ? whole('-', content) : shown(compare(text::lines(content), text::lines(other->second)));
  }
  for (const auto& [name, content] : good)
    if (!bad.contains(name)) out += format("\n{} (+ good)\n{}", name, whole('+', content));
  return out;
}

}  // namespace

std::string example_text(std::string_view rule) {
  const std::string all = all_files(rule);
  std::string out;
  std::size_t count = 0;
  for (const std::string_view line : text::lines(all)) {
    if (++count > kMostLinesOfAll) return out + "    ...\n";
    out.append(line).append("\n");
  }
  return out;
}

std::string rule_sentence(std::string_view summary) {
  std::string sentence(summary);
  sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
  return sentence + ".";
}

std::string suppression_text(std::string_view rule) {
  if (rule.starts_with("migration/"))
    return format("To allow it in one migration: the comment `-- kairon: allow {} REASON` in the file.", rule);
  if (rule.starts_with("file/") || rule.starts_with("json/"))
    return "It cannot be allowed in one place: repair the file.";
  return format("To allow it at one node: the note `kairon: allow {} REASON` on the node.", rule);
}

}  // namespace kairon::commands
