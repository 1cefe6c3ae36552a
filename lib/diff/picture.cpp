#include "diff/picture.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "diff/outline.h"
#include "diff/words.h"

namespace kairon::diff {

namespace {

using Attributes = report::Markup::Attributes;

constexpr std::size_t kTitleLines = 30;
constexpr std::size_t kTitleLineLength = 160;

std::string number(double value) {
  const double rounded = std::round(value * 10) / 10;
  return format("{}", rounded == 0 ? 0.0 : rounded);
}

/// Code points that fit into a box; wide characters count twice.
std::string fitted(std::string_view text, std::size_t columns) {
  const std::string line = visible_line(text);
  std::size_t used = 0;
  std::size_t end = 0;
  while (end < line.size()) {
    const auto lead = static_cast<unsigned char>(line[end]);
    const std::size_t length = lead < 0x80U ? 1 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
    const std::size_t width = length >= 3 ? 2 : 1;
    if (used + width > columns) return line.substr(0, end) + "\u2026";
    used += width;
    end += length;
  }
  return line;
}

std::string hover_text(const NodeDiff& node) {
  const Outline lines = outline_of(node);
  std::string out;
  for (std::size_t i = 0; i < lines.size() && i < kTitleLines; ++i)
    out += format("{}{} {}", out.empty() ? "" : "\n", sign_of(lines[i].mark),
                  shortened(visible_line(lines[i].text), kTitleLineLength));
  if (lines.size() > kTitleLines) out += format("\n{} more lines", lines.size() - kTitleLines);
  return out;
}

class Picture {
 public:
  Picture(const WorkflowDiff& workflow, const Layout& layout, Side side, std::string_view anchor, report::Markup& out)
      : workflow_(workflow), layout_(layout), side_(side), anchor_(anchor), out_(out) {}

  void go() {
    const std::vector<NodeDiff>& nodes = workflow_.nodes();
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (nodes[i].view().is_note() && is_shown(nodes[i])) draw_node(i);
    for (std::size_t i = 0; i < nodes.size(); ++i) draw_ghost(i);
    for (const State state : {State::same, State::removed, State::added})
      for (const Link& link : workflow_.links())
        if (link.state == state && is_shown(link)) draw_link(link);
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (!nodes[i].view().is_note() && is_shown(nodes[i])) draw_node(i);
  }

 private:
  [[nodiscard]] bool is_shown(const NodeDiff& node) const {
    return side_ == Side::both || (side_ == Side::before ? node.before != nullptr : node.after != nullptr);
  }
  [[nodiscard]] bool is_shown(const Link& link) const {
    if (link.from == kNone || link.to == kNone) return false;
    return side_ == Side::both || link.state == State::same ||
           link.state == (side_ == Side::before ? State::removed : State::added);
  }

  [[nodiscard]] const Box& box_of(std::size_t index) const {
    const Placement& placement = layout_.nodes[index];
    return side_ == Side::before && placement.ghost ? *placement.ghost : placement.box;
  }

  void draw_ghost(std::size_t index) {
    const Placement& placement = layout_.nodes[index];
    if (side_ != Side::both || !placement.ghost) return;
    const Box& box = *placement.ghost;
    out_.empty("rect", {{"class", "ghost"},
                        {"x", number(box.x)},
                        {"y", number(box.y)},
                        {"width", number(box.width)},
                        {"height", number(box.height)},
                        {"rx", "8"}});
  }

  /// Outputs leave at the right and inputs enter at the left; sub-nodes hang below what they serve.
  void draw_link(const Link& link) {
    const Box& from = box_of(link.from);
    const Box& to = box_of(link.to);
    std::string path;
    if (link.type == "main") {
      const double x1 = from.x + from.width, y1 = from.y + from.height * port(link, true);
      const double x2 = to.x, y2 = to.y + to.height * port(link, false);
      const double bend = std::max(36.0, std::abs(x2 - x1) / 2);
      // What is gone often ran where new nodes are now: where one has room, the line is drawn around it.
      const double lift = link.state == State::removed && x2 - x1 > kBoxWidth ? kBoxHeight : 0;
      path = format("M{},{} C{},{} {},{} {},{}", number(x1), number(y1), number(x1 + bend), number(y1 - lift),
                    number(x2 - bend), number(y2 - lift), number(x2), number(y2));
    } else {
      const double x1 = from.x + from.width / 2, y1 = from.y;
      const double x2 = to.x + to.width / 2, y2 = to.y + to.height;
      const double middle = (y1 + y2) / 2;
      path = format("M{},{} C{},{} {},{} {},{}", number(x1), number(y1), number(x1), number(middle), number(x2),
                    number(middle), number(x2), number(y2));
    }
    out_.open("path",
              {{"class", format("link {}{}", class_of(link.state), link.type == "main" ? "" : " sub")}, {"d", path}});
    const std::string_view what = link.state == State::added     ? "new: "
                                  : link.state == State::removed ? "removed: "
                                                                 : "";
    out_.leaf("title", {}, std::string(what) + shortened(visible_line(link_text(link, workflow_)), kTitleLineLength))
        .close();
  }

  /// Where on the side of its box a link ends, as a share of the height.
  [[nodiscard]] double port(const Link& link, bool leaving) const {
    std::size_t most = 0;
    for (const Link& other : workflow_.links()) {
      if (other.type != "main" || (leaving ? other.from != link.from : other.to != link.to)) continue;
      most = std::max(most, leaving ? other.output : other.input);
    }
    const std::size_t at = leaving ? link.output : link.input;
    return (static_cast<double>(at) + 1) / (static_cast<double>(most) + 2);
  }

  void draw_node(std::size_t index) {
    const NodeDiff& node = workflow_.nodes()[index];
    const bool changed = node.state() != State::same;
    const bool old = side_ == Side::before && node.before != nullptr;
    const NodeView& view = old ? *node.before : node.view();
    const std::string_view state = !changed && node.moved() && side_ == Side::both ? "moved" : class_of(node.state());
    if (!anchor_.empty() && changed) {
      out_.open("a", {{"href", format("#{}n{}", anchor_, index)},
                      {"aria-label", format("{}, {}", shortened(visible_line(view.name), kTitleLineLength), state)}});
    }
    const Box& box = box_of(index);
    out_.open("g", {{"class", format("{} {}", view.is_note() ? "note" : "node", state)},
                    {"transform", format("translate({},{})", number(box.x), number(box.y))}});
    // A page has the whole below its pictures.
    if (changed)
      out_.leaf("title", {}, anchor_.empty() ? hover_text(node) : visible_line(outline_of(node).front().text));
    out_.empty("rect", {{"width", number(box.width)}, {"height", number(box.height)}, {"rx", "8"}});
    if (view.is_note()) {
      draw_note(view, box);
    } else {
      draw_labels(node, view);
    }
    out_.close();
    if (!anchor_.empty() && changed) out_.close();
  }

  void draw_labels(const NodeDiff& node, const NodeView& view) {
    const bool renamed = node.renamed() && side_ == Side::both;
    out_.leaf("text", {{"class", "name"}, {"x", "12"}, {"y", renamed ? "19" : "25"}},
              fitted(view.name.empty() ? "(no name)" : view.name, 18));
    if (renamed)
      out_.leaf("text", {{"class", "kind"}, {"x", "12"}, {"y", "34"}}, "was " + fitted(node.before->name, 20));
    out_.leaf("text", {{"class", "kind"}, {"x", "12"}, {"y", renamed ? "49" : "43"}}, fitted(view.short_type(), 24));
    // Colour alone tells nothing to some readers.
    static constexpr std::string_view kSigns[] = {"", "+", "\u2212", "~"};
    const std::string_view sign = kSigns[static_cast<std::size_t>(node.state())];
    if (!sign.empty())
      out_.leaf("text", {{"class", "sign"}, {"x", number(kBoxWidth - 8)}, {"y", "17"}, {"text-anchor", "end"}}, sign);
  }

  void draw_note(const NodeView& view, const Box& box) {
    const auto columns = static_cast<std::size_t>(box.width / 8);
    const auto most = static_cast<std::size_t>(std::max(1.0, box.height / 18 - 1));
    const std::vector<std::string_view> lines = text::lines(view.json["parameters"]["content"].string());
    for (std::size_t i = 0; i < lines.size() && i < most; ++i)
      out_.leaf("text", {{"class", "kind"}, {"x", "10"}, {"y", number(20 + 18 * static_cast<double>(i))}},
                fitted(lines[i], columns));
  }

  const WorkflowDiff& workflow_;
  const Layout& layout_;
  Side side_;
  std::string_view anchor_;
  report::Markup& out_;
};

}  // namespace

std::string_view picture_style() {
  return R"(
svg{--paper:#fff;--box:#fff;--edge:#d0d7de;--ink:#1f2328;--faint:#59636e;--line:#8c959f;--note:#fff8e6;
--add:#1a7f37;--add-box:#dafbe1;--del:#cf222e;--del-box:#ffebe9;--chg:#9a6700;--chg-box:#fff8c5;--mov:#0969da;
font-family:system-ui,-apple-system,"Segoe UI",sans-serif}
@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--box:#161b22;--edge:#3d444d;--ink:#f0f6fc;--faint:#9198a1;
--line:#6e7681;--note:#272115;--add:#3fb950;--add-box:#12361e;--del:#f85149;--del-box:#4a1a1d;--chg:#d29922;
--chg-box:#3b2f0b;--mov:#4493f8}}
.paper{fill:var(--paper)}
.node rect{fill:var(--box);stroke:var(--edge);stroke-width:1.5}
.note rect{fill:var(--note);stroke:var(--edge)}
.added rect{fill:var(--add-box);stroke:var(--add);stroke-width:2}
.removed rect{fill:var(--del-box);stroke:var(--del);stroke-width:2;stroke-dasharray:6 4}
.changed rect{fill:var(--chg-box);stroke:var(--chg);stroke-width:2}
.moved rect{stroke:var(--mov);stroke-width:2}
.ghost{fill:none;stroke:var(--mov);stroke-dasharray:3 3}
.link{fill:none;stroke:var(--line);stroke-width:1.5}
.link.sub{stroke-dasharray:2 3}
.link.added{stroke:var(--add);stroke-width:3}
.link.removed{stroke:var(--del);stroke-width:2;stroke-dasharray:6 4}
.name{font-size:13px;font-weight:600;fill:var(--ink)}
.kind{font-size:11px;fill:var(--faint)}
.sign{font-size:16px;font-weight:700;fill:var(--ink)}
a:focus rect,a:hover rect{stroke-width:4}
a:focus{outline:2px solid var(--mov)}
)";
}

void draw(const WorkflowDiff& workflow, const Layout& layout, Side side, std::string_view anchor, report::Markup& out) {
  Picture(workflow, layout, side, anchor, out).go();
}

void draw_legend(report::Markup& out) {
  struct Entry {
    std::string_view state;
    std::string_view said;
    int width;
  };
  static constexpr Entry kEntries[] = {{"added", "added +", 90},
                                       {"removed", "removed \u2212", 110},
                                       {"changed", "changed or renamed ~", 175},
                                       {"moved", "moved (dotted: before)", 180}};
  int x = 0;
  for (const Entry& entry : kEntries) {
    out.open("g", {{"class", format("node {}", entry.state)}, {"transform", format("translate({},0)", x)}});
    out.empty("rect", {{"width", "16"}, {"height", "16"}, {"rx", "3"}});
    out.leaf("text", {{"class", "kind"}, {"x", "22"}, {"y", "12"}}, entry.said).close();
    x += entry.width;
  }
  for (const auto& [state, said] : {std::pair("added", "new connection"), std::pair("removed", "removed connection")}) {
    out.open("g", {{"transform", format("translate({},0)", x)}});
    out.empty("path", {{"class", format("link {}", state)}, {"d", "M0,8 L28,8"}});
    out.leaf("text", {{"class", "kind"}, {"x", "34"}, {"y", "12"}}, said).close();
    x += 145;
  }
}

}  // namespace kairon::diff
