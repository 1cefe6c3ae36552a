#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

namespace kairon::deploy {

/// Who calls whom: name -> names of the workflows that it refers to.
using CallGraph = std::map<std::string, std::set<std::string>>;

/// Groups of names, callees before callers. A group of more than one name is a cycle; so is a name
/// that calls itself. Callees that are no key of the graph are left out. Stable for equal input.
[[nodiscard]] std::vector<std::vector<std::string>> callees_first(const CallGraph& graph);

/// `names` and everything they call, directly or not.
[[nodiscard]] std::set<std::string> with_callees(const CallGraph& graph, std::set<std::string> names);

}  // namespace kairon::deploy
