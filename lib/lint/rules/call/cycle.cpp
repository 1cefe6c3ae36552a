#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace call_cycle {
namespace {

struct Call {
  const TreeFile* callee = nullptr;
  const workflow::CallFact* fact = nullptr;
};
using Calls = std::unordered_map<const TreeFile*, std::vector<Call>>;

Calls collect(const Tree& tree) {
  const CallIndex index(tree);
  Calls calls;
  for (const TreeFile& file : tree.files) {
    if (!is_live(file)) continue;
    for (const workflow::CallFact& fact : file.facts.calls) {
      const TreeFile* callee = index.callee(file, fact);
      if (callee != nullptr && callee != &file) calls[&file].push_back({callee, &fact});
    }
  }
  return calls;
}

/// The shortest way from `start` back to it, as files; empty when there is none. Breadth first, so
/// that a long chain of calls cannot exhaust the stack.
std::vector<const TreeFile*> way_back(const Calls& calls, const TreeFile* start) {
  std::unordered_map<const TreeFile*, const TreeFile*> from;
  std::vector<const TreeFile*> queue{start};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto hit = calls.find(queue[i]);
    if (hit == calls.end()) continue;
    for (const Call& call : hit->second) {
      if (!from.emplace(call.callee, queue[i]).second) continue;
      if (call.callee != start) {
        queue.push_back(call.callee);
        continue;
      }
      std::vector<const TreeFile*> way;
      for (const TreeFile* at = queue[i]; at != start; at = from[at]) way.push_back(at);
      std::reverse(way.begin(), way.end());
      return way;
    }
  }
  return {};
}

void check(const Tree& tree, Reporter& report) {
  const Calls calls = collect(tree);
  std::unordered_set<const TreeFile*> told;
  for (const TreeFile& file : tree.files) {
    if (!file.changed || calls.find(&file) == calls.end() || told.count(&file) != 0) continue;
    const auto way = way_back(calls, &file);
    if (way.empty()) continue;
    std::string names = file.facts.name;
    for (const TreeFile* step : way) {
      told.insert(step);
      names += " -> " + step->facts.name;
    }
    const auto& own = calls.at(&file);
    const auto first =
        std::find_if(own.begin(), own.end(), [&](const Call& call) { return call.callee == way.front(); });
    report.at_place(file.path, file.facts.name, first->fact->place,
                    kairon::format("workflows call each other in a circle: {} -> {}", names, file.facts.name),
                    "make sure that the circle ends, or let one of them return a value instead");
  }
}

}  // namespace

}  // namespace call_cycle

extern const TreeRule kCallCycle = {
    {"call/cycle", Severity::warning, Scope::always, "calls a workflow that calls it back, directly or through others",
     "Each call starts an execution that waits for the next; without a condition that ends it, a circle fills the "
     "instance until it stops. n8n 2.x cannot even publish two workflows that call each other, because each must be "
     "published first. A workflow that calls itself is recursion and not reported.",
     "Break the circle, or make its end condition plain."},
    call_cycle::check};

}  // namespace kairon::lint
