#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "smoke/run.h"

namespace kairon::smoke {

namespace {

std::string place(const n8n::Execution& one) {
  return format("{} (execution {})", text::printable(one.workflow), one.id);
}

std::string failure_of(const n8n::Execution& one) {
  const std::string what = one.error.empty() ? "ended with status " + one.status : one.error;
  const std::string node = one.error_node.empty() ? "" : format(" at '{}'", text::printable(one.error_node));
  return format("{} failed{}: {}", place(one), node, text::printable(what));
}

class Judge {
 public:
  Judge(const SmokeCase& test, const CaseFacts& facts) : test_(test), facts_(facts) {}

  std::vector<std::string> run() {
    answer();
    const std::size_t roots = facts_.tree.roots().size();
    if (roots == 0 && facts_.no_answer.empty() && facts_.status < 300)
      add(
          format("the webhook answered {}, but n8n executed nothing that it keeps: is the workflow the one that was "
                 "deployed, and are its executions saved?",
                 facts_.status));
    if (roots > 1) add(format("one message started {} executions", roots));
    if (roots > 0) {
      executions();
      expected_place();
      expected_nodes();
    }
    for (const n8n::Execution* one : facts_.tree.unhandled())
      add(format("{} failed, but its error workflow did not run", place(*one)));
    swallowed();
    if (facts_.delta)
      for (std::string& line : compare(test_.rows, *facts_.delta)) add(std::move(line));
    return std::move(out_);
  }

 private:
  void add(std::string line) { out_.push_back(std::move(line)); }

  void answer() {
    if (!facts_.no_answer.empty()) return add("the webhook did not answer: " + facts_.no_answer);
    const bool free = !test_.status && test_.executions == Executions::error;
    const bool fits = test_.status ? facts_.status == *test_.status : facts_.status >= 200 && facts_.status < 300;
    if (free || fits) return;
    const std::string wanted = test_.status ? std::to_string(*test_.status) : "2xx";
    const std::string words = text::printable(facts_.answer.substr(0, 160));
    add(format("the webhook answered {}, expected {}{}", facts_.status, wanted, words.empty() ? "" : ": " + words));
  }

  bool names(const n8n::Execution& one) const { return test_.workflow.empty() || one.workflow == test_.workflow; }

  void executions() {
    const bool wants_error = test_.executions == Executions::error;
    bool failed = false;
    for (const n8n::Execution& one : facts_.tree.members) {
      if (!one.finished()) {
        const std::string node = one.last_node.empty() ? "" : format(", after '{}'", text::printable(one.last_node));
        add(format("{} was still {}{} when the time was up", place(one), one.status, node));
        continue;
      }
      if (one.ok()) continue;
      if (wants_error && one.mode != "error") {
        failed = failed || names(one);
      } else {
        add(failure_of(one));
      }
    }
    if (wants_error && !failed && facts_.tree.finished())
      add(test_.workflow.empty() ? "an execution was to fail, but all succeeded"
                                 : format("{} was to fail, but did not", text::printable(test_.workflow)));
  }

  void expected_place() {
    const auto& members = facts_.tree.members;
    const auto named = [this](const n8n::Execution& one) {
      return test_.workflow.empty() ? !one.mark.empty() : one.workflow == test_.workflow;
    };
    if (std::none_of(members.begin(), members.end(), named))
      return add(format("{} was not executed", text::printable(test_.workflow)));
    if (test_.last_node.empty()) return;
    std::vector<std::string> ends;
    for (const n8n::Execution& one : members) {
      if (!named(one)) continue;
      if (one.last_node == test_.last_node || one.error_node == test_.last_node) return;
      ends.push_back(text::printable(one.last_node));
    }
    add(format("the last node was to be '{}', but it was '{}'", text::printable(test_.last_node),
               text::join(ends, "', '")));
  }

  void expected_nodes() {
    for (const auto& [workflow, nodes] : test_.nodes) {
      std::set<std::string> ran;
      std::set<std::string> there;
      for (const n8n::Execution& one : facts_.tree.members) {
        if (one.workflow != workflow) continue;
        there.insert(one.nodes.begin(), one.nodes.end());
        for (const n8n::NodeRun& node : one.ran) ran.insert(node.node);
      }
      if (ran.empty()) {
        add(format("{} was not executed", text::printable(workflow)));
        continue;
      }
      std::vector<std::string> missed;
      for (const std::string& node : nodes)
        if (there.contains(node) && !ran.contains(node)) missed.push_back(text::printable(node));
      if (!missed.empty()) add(format("{}: '{}' did not run", text::printable(workflow), text::join(missed, "', '")));
    }
  }

  void swallowed() {
    for (const n8n::Execution& one : facts_.tree.members)
      for (const n8n::Swallowed& node : one.swallowed) {
        if (node.has_error_output || test_.tolerated.contains(node.node)) continue;
        add(format("{}: '{}' failed and its workflow went on: {}", place(one), text::printable(node.node),
                   text::printable(node.message)));
      }
  }

  const SmokeCase& test_;
  const CaseFacts& facts_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> judge_case(const SmokeCase& test, const CaseFacts& facts) { return Judge(test, facts).run(); }

}  // namespace kairon::smoke
