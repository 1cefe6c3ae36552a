#include <algorithm>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "base/unseen.h"
#include "smoke/report.h"

namespace kairon::smoke {

namespace {

using n8n::Execution;
using terminal::Channel;
using terminal::Style;

constexpr int kMaxDepth = 20;

// Who called it, or whose failure it handles.
long long above(const Execution& one) { return one.parent != 0 ? one.parent : one.handles; }

void tree_lines(const ExecutionTree& tree, long long caller, int depth, std::string& out) {
  if (depth > kMaxDepth) return;
  for (const Execution& one : tree.members) {
    const bool is_top = tree.find(above(one)) == nullptr;
    if (caller == 0 ? !is_top : above(one) != caller) continue;
    out += format("{:{}}{} #{} {}", "", 8 + 2 * depth, text::printable(one.workflow), one.id, one.status);
    if (one.handles != 0) out += " (error workflow)";
    if (!one.error.empty()) {
      out += format(" at '{}': {}", text::printable(one.error_node), text::printable(one.error));
    } else if (!one.last_node.empty()) {
      out += format(", ended at '{}'", text::printable(one.last_node));
    }
    out += "\n";
    tree_lines(tree, one.id, depth + 1, out);
  }
}

// "Receive > Store_Event > Capture x2"
std::string short_tree(const ExecutionTree& tree) {
  std::vector<std::pair<std::string, int>> names;
  for (const Execution& one : tree.members) {
    const auto seen =
        std::find_if(names.begin(), names.end(), [&one](const auto& entry) { return entry.first == one.workflow; });
    if (seen == names.end()) {
      names.emplace_back(one.workflow, 1);
    } else {
      ++seen->second;
    }
  }
  std::vector<std::string> shown;
  for (const auto& [name, count] : names)
    shown.push_back(count == 1 ? text::printable(name) : format("{} x{}", text::printable(name), count));
  return text::join(shown, " > ");
}

std::string verdict(CaseResult result, Channel channel) {
  switch (result) {
    case CaseResult::passed:
      return terminal::styled(channel, Style::green, "ok  ");
    case CaseResult::failed:
      return terminal::styled(channel, Style::red, "FAIL");
    case CaseResult::skipped:
      break;
  }
  return "skip";
}

std::string seconds(std::chrono::milliseconds time) {
  return format("{:.1f} s", static_cast<double>(time.count()) / 1000.0);
}

std::string share_words(const WorkflowShare& share) {
  if (share.nodes.total == 0) return {};
  return format(", {} of {} nodes, {} of {} branches", share.nodes.executed, share.nodes.total, share.branches.executed,
                share.branches.total);
}

}  // namespace

std::string smoke_tree_text(const ExecutionTree& tree) {
  std::string out;
  tree_lines(tree, 0, 0, out);
  return out;
}

std::string smoke_case_text(const CaseOutcome& outcome, Channel channel, Detail detail) {
  std::string out = format("  {} {:>7}  {}", verdict(outcome.result, channel), seconds(outcome.elapsed),
                           text::printable_inside(outcome.test.name));
  const std::string executed = short_tree(outcome.tree);
  if (!executed.empty()) out += format("  [{}]", executed);
  out += "\n";
  if (outcome.result == CaseResult::failed) {
    for (const std::string& line : outcome.failures) out += "      " + text::printable(line) + "\n";
    out += format("      {}:{}, message {}\n", text::printable(outcome.test.path), outcome.test.line, outcome.id);
  }
  if (outcome.result == CaseResult::failed || detail == Detail::trees) out += smoke_tree_text(outcome.tree);
  return out;
}

std::string smoke_summary_text(const SmokeReport& report, Channel channel) {
  std::string out;
  for (const std::string& problem : report.problems)
    out += format("{}: {} {}\n", report.environment, terminal::styled(channel, Style::red, "error:"), problem);
  for (const Stray& stray : report.strays)
    out += format("  note: execution {} of {} failed meanwhile, no case caused it: {}\n", stray.id,
                  text::printable(stray.workflow), text::printable(stray.error));
  std::vector<std::string> missed;
  for (const std::string& name : report.deployed)
    if (!report.executed.contains(name)) missed.push_back(text::printable(name));
  out += format("  coverage: {} of {} workflows executed{}{}\n", report.executed.size(), report.deployed.size(),
                share_words(report.share), missed.empty() ? "" : "; never: " + text::join(missed, ", "));
  const std::size_t skipped = report.count(CaseResult::skipped);
  out += format("{}: {} of {} cases passed{}, {} ({})\n", report.environment, report.count(CaseResult::passed),
                report.outcomes.size() - skipped, skipped == 0 ? "" : format(", {} skipped", skipped),
                text::counted(report.failed_executions, "failed execution"), seconds(report.elapsed));
  return out;
}

}  // namespace kairon::smoke
