#include "install/yaml_lines.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace kairon::install {

namespace {

constexpr std::string_view kMark = "# retired by Kairon Gate, `kairon hooks uninstall` brings it back";

}  // namespace

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

bool is_content(std::string_view line) {
  const std::string_view trimmed = text::trim(line);
  return !trimmed.empty() && !trimmed.starts_with('#');
}

Entry entry_of(std::string_view line) {
  line = text::trim(line);
  std::size_t colon = 0;
  if (line.starts_with('"') || line.starts_with('\'')) {
    colon = std::min(line.find(line.front(), 1), line.size() - 1) + 1;
  } else {
    while (colon < line.size() && !(line[colon] == ':' && (colon + 1 == line.size() || line[colon + 1] == ' ')))
      ++colon;
  }
  if (colon >= line.size() || line[colon] != ':') return {};
  std::string_view key = line.substr(0, colon);
  if (key.size() > 1 && (key.front() == '"' || key.front() == '\'')) key = key.substr(1, key.size() - 2);
  std::string_view value = text::trim(line.substr(colon + 1));
  if (value.starts_with('#')) value = {};
  return {std::string(key), value};
}

std::string text_of(const Lines& lines, std::size_t begin, std::size_t end) {
  std::string out;
  for (std::size_t i = begin; i < end; ++i) out.append(lines[i]).append("\n");
  return out;
}

Block block_of(const Lines& lines, const Block& inside, std::size_t depth, std::string_view key) {
  for (std::size_t i = inside.begin; i < inside.end; ++i) {
    if (!is_content(lines[i]) || indent_of(lines[i]) != depth || entry_of(lines[i]).key != key) continue;
    std::size_t end = i + 1;
    for (std::size_t j = end; j < inside.end; ++j) {
      if (!is_content(lines[j])) continue;
      const bool item = indent_of(lines[j]) == depth && text::trim(lines[j]).starts_with('-');
      if (indent_of(lines[j]) <= depth && !item) break;
      end = j + 1;
    }
    return {i, end};
  }
  return {};
}

void turn_off(const Lines& lines, const Block& of, std::size_t depth, const std::string& line,
              std::map<std::size_t, std::string>& instead) {
  const Block block = block_of(lines, {of.begin + 1, of.end}, depth, line.substr(0, line.find(':')));
  if (!block.found()) instead[of.begin] = format("{}\n{}{} {}", lines[of.begin], std::string(depth, ' '), line, kMark);
  for (std::size_t i = block.begin; i < block.end; ++i) {
    if (!is_content(lines[i])) continue;
    const std::size_t indent = indent_of(lines[i]);
    instead[i] = format("{}{}{}: {}", std::string(indent, ' '), i == block.begin ? line + " " : std::string(), kMark,
                        lines[i].substr(indent));
  }
}

std::string text_with(const Lines& lines, const std::map<std::size_t, std::string>& instead) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto hit = instead.find(i);
    out.push_back(hit == instead.end() ? std::string(lines[i]) : hit->second);
  }
  return text::join(out, "\n");
}

std::string with_retired(const std::string& content) {
  std::vector<std::string> out;
  for (const std::string_view line : text::split(content, '\n')) {
    const std::size_t mark = line.find(kMark);
    if (mark == std::string_view::npos) {
      out.emplace_back(line);
      continue;
    }
    const std::string_view kept = line.substr(mark + kMark.size());
    if (kept.starts_with(": ")) out.push_back(format("{}{}", std::string(indent_of(line), ' '), kept.substr(2)));
  }
  return text::join(out, "\n");
}

bool has_retired(std::string_view content) { return text::contains(content, kMark); }

}  // namespace kairon::install
