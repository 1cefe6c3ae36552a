#include "base/format.h"
#include "diff/render.h"
#include "diff/words.h"

namespace kairon::diff {

namespace {

using terminal::Style;

Style style_of(Mark mark) {
  switch (mark) {
    case Mark::added:
    case Mark::line_added:
      return Style::green;
    case Mark::removed:
    case Mark::line_removed:
      return Style::red;
    case Mark::changed:
    case Mark::renamed:
      return Style::yellow;
    case Mark::moved:
      return Style::blue;
    case Mark::detail:
      return Style::dim;
    case Mark::plain:
    case Mark::line_same:
      break;
  }
  return Style::plain;
}

bool is_value_line(Mark mark) {
  return mark == Mark::line_added || mark == Mark::line_removed || mark == Mark::line_same;
}

std::string text_line(const OutlineLine& line, terminal::Channel channel) {
  if (line.text.empty() && line.mark == Mark::plain) return "\n";
  std::string out = visible_line(line.text);
  if (is_value_line(line.mark)) {
    out = sign_of(line.mark) + out;
  } else if (line.mark != Mark::plain && line.mark != Mark::detail) {
    out = format("{} {}", sign_of(line.mark), out);
  }
  return std::string(std::size_t{2} * line.depth, ' ') + terminal::styled(channel, style_of(line.mark), out) + "\n";
}

}  // namespace

std::string to_text(const DiffReport& report, terminal::Channel channel) {
  std::string out;
  for (const FileDiff& file : report.files) {
    if (!out.empty()) out += "\n";
    out += terminal::styled(channel, Style::bold, visible_line(heading(file))) + "\n";
    for (const OutlineLine& line : outline_of(file, report.moves)) out += text_line(line, channel);
  }
  return out;
}

}  // namespace kairon::diff
