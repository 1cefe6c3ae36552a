#include <doctest/doctest.h>

#include <random>

#include "base/file.h"
#include "base/format.h"
#include "diff/apply.h"
#include "n8n/tree.h"

// Applying the reported changes to the old workflow gives the new one.

namespace kairon {
namespace {

using n8n::Tree;

/// Changes a workflow at random: what people and n8n's editor do to one.
class Mutation {
 public:
  explicit Mutation(unsigned seed) : random_(seed) {}

  Tree of(const Tree& workflow) {
    Tree out = workflow;
    for (std::size_t i = 0, count = 1 + pick(6); i < count; ++i) change(out);
    return out;
  }

 private:
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

  void change(Tree& workflow) {
    Tree::Array& nodes = workflow.find("nodes")->items();
    if (nodes.empty()) return;
    Tree& node = nodes[pick(nodes.size())];
    switch (pick(9)) {
      case 0:
        return rename(workflow, node);
      case 1:
        node.set("position", Tree::parse(format("[{}, {}]", pick(900), pick(900))).value());
        return;
      case 2:
        node.find("parameters")->set(format("p{}", pick(4)), Tree(format("={{{{ $json.a{} }}}}\nline", pick(9))));
        return;
      case 3:
        nodes.push_back(Tree::parse(format(R"({{"id":"n{0}","name":"New {0}","type":"n8n-nodes-base.set",)"
                                           R"("position":[{0},5],"parameters":{{}}}})",
                                           pick(99)))
                            .value());
        return;
      case 4:
        nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(pick(nodes.size())));
        return;
      case 5:
        return change_list(*node.find("parameters"));
      case 6:
        return change_connections(workflow);
      case 7:
        workflow.set("settings", Tree::parse(format(R"({{"timezone":"T{}"}})", pick(5))).value());
        return;
      default:
        node.set("disabled", Tree::boolean(pick(2) == 0));
    }
  }

  /// As n8n's editor does it: the node and all its connections.
  void rename(Tree& workflow, Tree& node) {
    const std::string old = node["name"].string();
    const std::string fresh = format("Renamed {}", pick(99));
    node.set("name", Tree(fresh));
    for (auto& [source, by_type] : workflow.find("connections")->members()) {
      if (source == old) source = fresh;
      for (auto& [type, outputs] : by_type.members())
        for (Tree& branch : outputs.items())
          for (Tree& target : branch.items())
            if (target["node"].string() == old) target.set("node", Tree(fresh));
    }
  }

  void change_list(Tree& parameters) {
    Tree& list = parameters.has("list") ? *parameters.find("list") : parameters.set("list", Tree::array());
    Tree::Array& items = list.items();
    const bool keyed = pick(2) == 0;
    if (items.empty() || pick(3) == 0) {
      items.insert(
          items.begin() + static_cast<std::ptrdiff_t>(items.empty() ? 0 : pick(items.size())),
          keyed ? Tree::parse(format(R"({{"id":"i{}","v":1}})", pick(20))).value() : Tree(format("x{}", pick(9))));
    } else if (pick(2) == 0) {
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(pick(items.size())));
    } else {
      Tree& item = items[pick(items.size())];
      if (item.is_object()) item.set("v", Tree::integer(static_cast<long long>(pick(9))));
      if (item.is_string()) item = Tree(format("y{}", pick(9)));
    }
  }

  void change_connections(Tree& workflow) {
    const Tree::Array& nodes = workflow["nodes"].items();
    const std::string from = nodes[pick(nodes.size())]["name"].string();
    const std::string to = nodes[pick(nodes.size())]["name"].string();
    if (pick(3) == 0) {
      workflow.find("connections")->erase(from);
      return;
    }
    Tree target = Tree::parse(R"({"type":"main","index":0})").value();
    target.set("node", Tree(to));
    Tree branches = Tree::array();
    for (std::size_t i = 0, count = pick(3); i < count; ++i) branches.push(Tree::array());
    Tree branch = Tree::array();
    branch.push(std::move(target));
    branches.push(std::move(branch));
    Tree by_type = Tree::object();
    by_type.set("main", std::move(branches));
    workflow.find("connections")->set(from, std::move(by_type));
  }

  std::mt19937 random_;
};

TEST_CASE("the changes of 500 random edits, applied to the old workflow, give the new one") {
  const auto text = file::read(KAIRON_SOURCE_DIR "/tests/fixtures/demo/n8n-workflows/Store_Message.json");
  REQUIRE(text.ok());
  Tree before = Tree::parse(*text).value();
  for (unsigned seed = 0; seed < 500; ++seed) {
    const Tree after = Mutation(seed).of(before);
    const std::string broken = test::broken_promise(before.dump(), after.dump());
    INFO("seed ", seed);
    REQUIRE(broken == "");
    if (seed % 7 != 0) before = after;
    if (seed % 50 == 0) before = Tree::parse(*text).value();
  }
}

TEST_CASE("the promise is checked: a change that is not reported breaks it") {
  const std::string before = R"({"name":"W","nodes":[{"name":"A","type":"t","parameters":{"x":1}}],"connections":{}})";
  const std::string after = R"({"name":"W","nodes":[{"name":"A","type":"t","parameters":{"x":2}}],"connections":{}})";
  const Tree to = Tree::parse(after).value();
  auto old = json::Document::parse(before);
  auto same = json::Document::parse(before);
  const diff::WorkflowDiff nothing(std::move(old.document), std::move(same.document));
  CHECK(test::applied(Tree::parse(before).value(), nothing) != test::comparable(to));
  CHECK(test::broken_promise(before, after) == "");
}

}  // namespace
}  // namespace kairon
