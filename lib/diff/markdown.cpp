#include "base/format.h"
#include "base/text.h"
#include "diff/mermaid.h"
#include "diff/render.h"
#include "diff/words.h"
#include "report/markup.h"

namespace kairon::diff {

namespace {

// GitHub refuses comments of more than 65,536 characters; a frame around the report needs some.
constexpr std::size_t kMost = 60'000;
constexpr std::size_t kTitleLength = 200;
constexpr std::size_t kMostFiles = 100;
constexpr std::size_t kMostFindings = 20;

using report::code_span;

std::string span(std::string_view text) { return code_span(shortened(visible_line(text), kTitleLength)); }

/// The sign in the first column, where the `diff` highlighter of GitHub looks for it.
std::string diff_line(const OutlineLine& line) {
  const std::string text = visible_line(line.text);
  const bool value = line.mark == Mark::line_added || line.mark == Mark::line_removed || line.mark == Mark::line_same;
  if (line.mark == Mark::plain) return text + "\n";
  if (line.mark == Mark::detail) return format("@@ {} @@\n", text);
  return value ? format("{}    {}\n", sign_of(line.mark), text) : format("{} {}\n", sign_of(line.mark), text);
}

std::string change_lines(const FileDiff& file, Moves moves) {
  std::string out;
  bool begun = false;
  const std::size_t after = consequences_of(file).size();
  const Outline outline = outline_of(file, moves);
  for (std::size_t i = 0; i + after < outline.size(); ++i) {
    // The heading says the summary already.
    const bool summary = i == 0 && file.kind == FileKind::workflow && file.state == State::changed;
    const bool blank = outline[i].mark == Mark::plain && outline[i].text.empty();
    if (summary || (blank && !begun)) continue;
    begun = true;
    out += diff_line(outline[i]);
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string top_of(const FileDiff& file) {
  std::string out = format("### {}\n\n", span(summary_line(file)));
  out += file.old_path.empty() ? span(file.path) : format("{} -> {}", span(file.old_path), span(file.path));
  out += "\n\n";
  std::size_t findings = 0;
  for (const OutlineLine& line : consequences_of(file)) {
    const bool finding = line.mark == Mark::added || line.mark == Mark::removed;
    if (finding && ++findings > kMostFindings) continue;
    const std::string sign = finding ? std::string(line.mark == Mark::added ? "new: " : "gone: ") : std::string();
    out += format("- {}{}\n", sign, span(line.text));
  }
  if (findings > kMostFindings) out += format("- {} more findings differ\n", findings - kMostFindings);
  return out + "\n";
}

std::string graph_of(const FileDiff& file) {
  if (file.kind != FileKind::workflow) return {};
  return format("```mermaid\n{}```\n\n", mermaid_graph(*file.workflow));
}

/// Cut between two lines where it is longer than what is left.
std::string details_of(const FileDiff& file, Moves moves, std::size_t room) {
  std::string lines = change_lines(file, moves);
  if (lines.empty()) return {};
  std::string note;
  constexpr std::size_t kFrame = 300;
  if (room < kFrame) return {};
  if (lines.size() > room - kFrame) {
    const std::size_t cut = lines.rfind('\n', room - kFrame);
    const std::string_view rest = std::string_view(lines).substr(cut == std::string::npos ? 0 : cut + 1);
    note = format("{} more; `kairon diff` shows the whole.\n\n", text::counted(text::lines(rest).size(), "line"));
    lines.resize(cut == std::string::npos ? 0 : cut + 1);
  }
  const std::string fence = report::fence_for(lines);
  return format("<details><summary>what changed, node by node</summary>\n\n{}diff\n{}{}\n\n{}</details>\n\n", fence,
                lines, fence, note);
}

}  // namespace

std::string to_markdown(const DiffReport& report) {
  if (report.files.empty()) return "No workflow and no migration changed.\n";
  std::vector<std::string> parts;
  std::size_t size = 0;
  for (const FileDiff& file : report.files) {
    std::string top = parts.size() < kMostFiles ? top_of(file) : std::string();
    if (top.empty() || size + top.size() > kMost - 200) break;
    size += top.size();
    parts.push_back(std::move(top));
  }
  // The pictures come before the details: a reader opens those, and the page of the HTML format has them.
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string graph = graph_of(report.files[i]);
    if (size + graph.size() > kMost - 200) continue;
    size += graph.size();
    parts[i] += graph;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string details = details_of(report.files[i], report.moves, size > kMost - 200 ? 0 : kMost - 200 - size);
    size += details.size();
    parts[i] += details;
  }
  std::string out = text::join(parts, "");
  if (parts.size() < report.files.size())
    out += format("{} more changed; `kairon diff` shows the whole.\n",
                  text::counted(report.files.size() - parts.size(), "file"));
  return out;
}

std::string to_mermaid(const DiffReport& report) {
  std::string out;
  for (const FileDiff& file : report.files) {
    if (file.kind != FileKind::workflow) continue;
    if (!out.empty()) out += "\n";
    // Mermaid draws one graph: several are told apart by a comment that no text of the file can end.
    out += format("%% {}\n{}", report::escape_mermaid(shortened(visible_line(file.path), kTitleLength)),
                  mermaid_graph(*file.workflow));
  }
  return out;
}

}  // namespace kairon::diff
