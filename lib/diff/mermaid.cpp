#include "diff/mermaid.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "diff/words.h"
#include "report/markup.h"

namespace kairon::diff {

namespace {

// Mermaid draws texts of up to 50,000 characters and 500 edges; GitHub leaves both as they are.
constexpr std::size_t kWhole = 40;      ///< so many nodes are shown all
constexpr std::size_t kMostNodes = 60;  ///< of a larger workflow
constexpr std::size_t kMostLinks = 200;
constexpr std::size_t kNameLength = 40;
constexpr std::size_t kTypeLength = 24;
constexpr std::size_t kPortLength = 20;

std::string label(std::string_view text, std::size_t most) {
  return report::escape_mermaid(shortened(visible_line(text), most));
}

class Graph {
 public:
  explicit Graph(const WorkflowDiff& workflow) : workflow_(workflow) { choose(); }

  std::string go() {
    std::string out = "flowchart LR\n";
    for (const std::size_t index : shown_) out += node_line(index);
    if (left_out_ > 0) out += format("  more[\"{} more\"]:::more\n", left_out_);
    add_links(out);
    out +=
        "  classDef added fill:#dafbe1,stroke:#1a7f37,color:#1f2328,stroke-width:2px\n"
        "  classDef removed fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:5 4\n"
        "  classDef changed fill:#fff8c5,stroke:#9a6700,color:#1f2328,stroke-width:2px\n"
        "  classDef same fill:#f6f8fa,stroke:#d0d7de,color:#59636e\n"
        "  classDef more fill:none,stroke:#d0d7de,color:#59636e,stroke-dasharray:2 3\n";
    return out;
  }

 private:
  void choose() {
    const std::vector<NodeDiff>& nodes = workflow_.nodes();
    std::vector<std::size_t> drawn;
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (!nodes[i].view().is_note()) drawn.push_back(i);
    if (drawn.size() <= kWhole) {
      shown_.insert(drawn.begin(), drawn.end());
      return;
    }
    std::vector<std::size_t> order;
    for (const std::size_t i : drawn)
      if (nodes[i].state() != State::same) order.push_back(i);
    const std::set<std::size_t> changed(order.begin(), order.end());
    for (const bool with_changed_link : {true, false}) {
      for (const Link& link : workflow_.links()) {
        const bool near = link.state != State::same || changed.contains(link.from) || changed.contains(link.to);
        if (!near || with_changed_link != (link.state != State::same)) continue;
        for (const std::size_t end : {link.from, link.to})
          if (end != kNone && !nodes[end].view().is_note()) order.push_back(end);
      }
    }
    for (const std::size_t i : order)
      if (shown_.size() < kMostNodes) shown_.insert(i);
    left_out_ = drawn.size() - shown_.size();
  }

  [[nodiscard]] std::string node_line(std::size_t index) const {
    const NodeDiff& node = workflow_.nodes()[index];
    std::string text = label(node.view().name.empty() ? "(no name)" : node.view().name, kNameLength);
    if (node.renamed()) text += "<br/>was " + label(node.before->name, kNameLength);
    const std::string type = label(node.view().short_type(), kTypeLength);
    if (!type.empty()) text += "<br/>" + type;
    return format("  n{}[\"{}\"]:::{}\n", index, text, class_of(node.state()));
  }

  void add_links(std::string& out) const {
    std::vector<std::string> added, removed;
    std::size_t number = 0;
    for (const Link& link : workflow_.links()) {
      if (!shown_.contains(link.from) || !shown_.contains(link.to) || number == kMostLinks) continue;
      std::string port = label(link.output_name, kPortLength);
      if (port.empty() && link.output > 0) port = std::to_string(link.output);
      if (link.type != "main") port = label(link.type, kPortLength) + port;
      const std::string_view arrow = link.state == State::added ? "==>" : link.state == State::removed ? "-.->" : "-->";
      if (link.state == State::removed) port = port.empty() ? "removed" : "removed " + port;
      const std::string said = port.empty() ? std::string() : format("|\"{}\"|", port);
      out += format("  n{} {}{} n{}\n", link.from, arrow, said, link.to);
      if (link.state == State::added) added.push_back(std::to_string(number));
      if (link.state == State::removed) removed.push_back(std::to_string(number));
      ++number;
    }
    if (!added.empty()) out += format("  linkStyle {} stroke:#1a7f37,stroke-width:3px\n", text::join(added, ","));
    if (!removed.empty()) out += format("  linkStyle {} stroke:#cf222e,stroke-width:2px\n", text::join(removed, ","));
  }

  const WorkflowDiff& workflow_;
  std::set<std::size_t> shown_;
  std::size_t left_out_ = 0;
};

}  // namespace

std::string mermaid_graph(const WorkflowDiff& workflow) { return Graph(workflow).go(); }

}  // namespace kairon::diff
