#include <algorithm>

#include "base/format.h"
#include "diff/picture.h"
#include "diff/render.h"
#include "diff/words.h"

namespace kairon::diff {

namespace {

constexpr double kMargin = 24;
constexpr double kHeading = 34;
constexpr double kLegend = 40;

using report::Markup;

struct Part {
  const FileDiff* file;
  Layout layout;
};

std::string whole(double value) { return format("{}", static_cast<long long>(value + 0.5)); }

void draw_part(const Part& part, double top, Markup& out) {
  out.leaf("text", {{"class", "name"}, {"x", "0"}, {"y", whole(top + 16)}},
           shortened(visible_line(summary_line(*part.file)), 200));
  const Box& frame = part.layout.frame;
  out.open("g", {{"transform", format("translate({},{})", whole(-frame.x), whole(top + kHeading - frame.y))}});
  draw(*part.file->workflow, part.layout, Side::both, {}, out);
  out.close();
}

}  // namespace

std::string to_svg(const DiffReport& report) {
  std::vector<Part> parts;
  double width = kLegendWidth;
  double height = 0;
  std::string said;
  for (const FileDiff& file : report.files) {
    if (file.kind != FileKind::workflow) continue;
    parts.push_back({&file, layout_of(*file.workflow)});
    width = std::max(width, parts.back().layout.frame.width);
    height += kHeading + parts.back().layout.frame.height + kMargin;
    said += (said.empty() ? "" : "; ") + shortened(visible_line(summary_line(file)), 200);
  }
  Markup out;
  const std::string w = whole(width + 2 * kMargin);
  const std::string h = whole(height + kLegend + kMargin);
  out.open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                   {"viewBox", format("-24 -24 {} {}", w, h)},
                   {"width", w},
                   {"height", h},
                   {"role", "img"},
                   {"aria-label", said.empty() ? "no workflow changed" : said}});
  out.open("style").trusted(picture_style()).close();
  out.empty("rect", {{"class", "paper"}, {"x", "-24"}, {"y", "-24"}, {"width", w}, {"height", h}});
  double top = 0;
  for (const Part& part : parts) {
    draw_part(part, top, out);
    top += kHeading + part.layout.frame.height + kMargin;
  }
  out.open("g", {{"transform", format("translate(0,{})", whole(top))}});
  draw_legend(out);
  out.close().close();
  return out.take() + "\n";
}

}  // namespace kairon::diff
