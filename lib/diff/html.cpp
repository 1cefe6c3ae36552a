#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "diff/picture.h"
#include "diff/render.h"
#include "diff/words.h"
#include "report/page.h"

namespace kairon::diff {

namespace {

using report::Markup;

std::string_view line_class(Mark mark) {
  switch (mark) {
    case Mark::line_added:
    case Mark::added:
      return "line-added";
    case Mark::line_removed:
    case Mark::removed:
      return "line-removed";
    case Mark::detail:
      return "path";
    default:
      return "";
  }
}

void write_lines(const Outline& lines, Markup& out) {
  if (lines.empty()) return;
  out.open("pre", {{"tabindex", "0"}});
  for (const OutlineLine& line : lines) {
    const bool plain = line.mark == Mark::plain || line.mark == Mark::detail;
    const std::string text = visible_line(line.text);
    out.leaf("span", {{"class", std::string(line_class(line.mark))}},
             plain ? text : format("{}{}", sign_of(line.mark), text));
  }
  out.close();
}

class Page {
 public:
  explicit Page(const DiffReport& report) : report_(report) {}

  std::string go() {
    report::open_page(title(), picture_style(), out_);
    out_.leaf("h1", {}, title());
    write_contents();
    for (std::size_t i = 0; i < report_.files.size(); ++i) write_file(i);
    return report::close_page(out_);
  }

 private:
  [[nodiscard]] std::string title() const {
    return visible_line(format("What changes from {} to {}", report_.before, report_.after));
  }

  void write_contents() {
    if (report_.files.empty()) {
      out_.leaf("p", {}, "No workflow and no migration changed.");
      return;
    }
    out_.open("nav", {{"aria-label", "Files"}}).open("ul");
    for (std::size_t i = 0; i < report_.files.size(); ++i) {
      out_.open("li").leaf("a", {{"href", format("#f{}", i)}}, visible_line(summary_line(report_.files[i]))).close();
    }
    out_.close().close();
  }

  void write_file(std::size_t index) {
    const FileDiff& file = report_.files[index];
    const std::string anchor = format("f{}", index);
    out_.open("section", {{"id", anchor}, {"aria-labelledby", anchor + "h"}});
    out_.leaf("h2", {{"id", anchor + "h"}}, visible_line(heading(file)));
    if (file.kind == FileKind::workflow) {
      if (file.state == State::changed) out_.leaf("p", {}, summary(file.workflow->counts()));
      write_consequences(file);
      write_pictures(file, anchor);
      write_nodes(*file.workflow, anchor);
    } else {
      const Outline lines = outline_of(file, report_.moves);
      write_lines(lines, out_);
    }
    out_.close();
  }

  void write_consequences(const FileDiff& file) {
    const Outline lines = consequences_of(file);
    if (lines.empty()) return;
    out_.open("ul");
    for (const OutlineLine& line : lines) {
      const std::string_view sign = line.mark == Mark::added ? "new: " : line.mark == Mark::removed ? "gone: " : "";
      out_.leaf("li", {}, format("{}{}", sign, visible_line(line.text)));
    }
    out_.close();
  }

  void write_pictures(const FileDiff& file, const std::string& anchor) {
    const Layout layout = layout_of(*file.workflow);
    struct Tab {
      Side side;
      std::string_view name;
      std::string_view place;
    };
    std::vector<Tab> tabs{{Side::both, "Both", "one"}};
    if (file.state == State::changed) {
      tabs.push_back({Side::before, "Before", "two"});
      tabs.push_back({Side::after, "After", "three"});
    }
    out_.open("div", {{"class", "tabs"}, {"role", "group"}, {"aria-label", "Picture of the workflow"}});
    for (std::size_t i = 0; i < tabs.size(); ++i) {
      const std::string id = format("{}t{}", anchor, i);
      Markup::Attributes input{{"type", "radio"}, {"name", anchor + "t"}, {"id", id}};
      if (i == 0) input.push_back({"checked", "checked"});
      out_.empty("input", input).leaf("label", {{"for", id}}, tabs[i].name);
    }
    for (const Tab& tab : tabs) write_picture(file, layout, tab.side, tab.name, tab.place, anchor);
    out_.close();
  }

  void write_picture(const FileDiff& file, const Layout& layout, Side side, std::string_view name,
                     std::string_view place, const std::string& anchor) {
    constexpr double kMargin = 16;
    constexpr double kLegend = 32;
    const Box& frame = layout.frame;
    const auto whole = [](double value) { return static_cast<long long>(value); };
    const long long width = whole(std::max(frame.width, kLegendWidth) + 2 * kMargin);
    const long long height = whole(frame.height + 2 * kMargin + kLegend);
    out_.open("figure", {{"class", std::string(place)}, {"tabindex", "0"}});
    out_.open("svg",
              {{"viewBox", format("{} {} {} {}", whole(frame.x - kMargin), whole(frame.y - kMargin), width, height)},
               {"width", format("{}", width)},
               {"height", format("{}", height)},
               {"role", "group"},
               {"aria-label", format("{}: {}", name, visible_line(file.workflow->name()))}});
    draw(*file.workflow, layout, side, anchor, out_);
    out_.open("g",
              {{"transform", format("translate({},{})", whole(frame.x), whole(frame.y + frame.height + kMargin))}});
    draw_legend(out_);
    out_.close().close().close();
  }

  void write_nodes(const WorkflowDiff& workflow, const std::string& anchor) {
    if (!workflow.settings().empty()) {
      Outline lines;
      add_changes(workflow.settings(), 0, lines);
      write_block(anchor + "s", "Settings", lines);
    }
    for (std::size_t i = 0; i < workflow.nodes().size(); ++i) {
      const NodeDiff& node = workflow.nodes()[i];
      if (node.state() == State::same && (report_.moves == Moves::counted || !node.moved())) continue;
      Outline lines = outline_of(node);
      const OutlineLine first = lines.front();
      lines.erase(lines.begin());
      write_block(format("{}n{}", anchor, i), format("{} {}", sign_of(first.mark), visible_line(first.text)), lines);
    }
    Outline links;
    for (const Link& link : workflow.links())
      if (link.state != State::same)
        links.push_back({link.state == State::added ? Mark::added : Mark::removed, 0, " " + link_text(link, workflow)});
    if (!links.empty()) write_block(anchor + "c", "Connections", links);
  }

  void write_block(const std::string& id, const std::string& title, const Outline& lines) {
    out_.open("section", {{"class", "change"}, {"id", id}, {"tabindex", "-1"}, {"aria-labelledby", id + "h"}});
    out_.leaf("h3", {{"id", id + "h"}}, title);
    write_lines(lines, out_);
    out_.close();
  }

  const DiffReport& report_;
  Markup out_;
};

}  // namespace

std::string to_html(const DiffReport& report) { return Page(report).go(); }

}  // namespace kairon::diff
