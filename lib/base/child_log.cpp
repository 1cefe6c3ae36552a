#include "base/child_log.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace kairon {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostBytes = 500;
constexpr std::size_t kMostLines = 4;

// "Error: x" and node's "Error [CODE]: x", but not "Error tracking disabled".
constexpr std::array kNames = {"error:"sv, "error ["sv, "fatal:"sv, "exception:"sv, "panic:"sv, "an error "sv};
// Programs say these of smaller troubles as well.
constexpr std::array kHints = {"cannot "sv,       "could not "sv,   "failed"sv,
                               "not supported"sv, "no such file"sv, "permission denied"sv};

bool has_one(std::span<const std::string_view> words, std::string_view line) {
  const std::string low = text::lower(line);
  return std::any_of(words.begin(), words.end(), [&low](std::string_view word) { return text::contains(low, word); });
}

bool is_frame(std::string_view line) { return line.starts_with("at ") || line.starts_with("Node.js v"); }

// The first two lines with one of `words` that say different things.
std::vector<std::string_view> causes(const std::vector<std::string_view>& lines,
                                     std::span<const std::string_view> words) {
  std::vector<std::string_view> found;
  for (const std::string_view line : lines)
    if (found.size() < 2 && has_one(words, line))
      if (found.empty() || (!text::contains(line, found[0]) && !text::contains(found[0], line))) found.push_back(line);
  return found;
}

}  // namespace

std::string cause_in_log(std::string_view log) {
  std::vector<std::string_view> lines;
  for (const std::string_view line : text::lines(log))
    if (const std::string_view words = text::trim(line); !words.empty() && !is_frame(words)) lines.push_back(words);
  if (lines.empty()) return "it said nothing";
  std::vector<std::string_view> shown = causes(lines, kNames);
  if (shown.empty()) shown = causes(lines, kHints);
  if (shown.empty()) shown.assign(lines.end() - static_cast<long>(std::min(kMostLines, lines.size())), lines.end());
  std::string out;
  for (const std::string_view line : shown) out += (out.empty() ? "" : "; ") + std::string(line);
  if (out.size() > kMostBytes) {
    std::size_t end = kMostBytes;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out.resize(end);
  }
  return text::printable(out);
}

std::string cause_in_log_file(const std::string& path) {
  const Result<std::string> log = file::read(path, std::size_t{1} << 20U);
  return cause_in_log(log.ok() ? *log : std::string());
}

}  // namespace kairon
