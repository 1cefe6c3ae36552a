#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace call_inputs {
namespace {

using Names = std::vector<std::string>;

/// Names of `a` that `b` lacks, quoted and joined.
std::string difference(const Names& a, const Names& b) {
  Names missing;
  for (const std::string& name : a) {
    if (std::find(b.begin(), b.end(), name) == b.end()) missing.push_back("'" + name + "'");
  }
  return text::join(missing, ", ");
}

void check_call(const TreeFile& file, const workflow::CallFact& call, const TreeFile& callee, Reporter& report) {
  if (!call.inputs || !callee.facts.declared_inputs) return;
  const std::string lacking = difference(*callee.facts.declared_inputs, *call.inputs);
  const std::string unknown = difference(*call.inputs, *callee.facts.declared_inputs);
  if (lacking.empty() && unknown.empty()) return;
  std::string message =
      kairon::format("'{}' and '{}' do not agree on the inputs:", call.place.node, called_name(callee));
  if (!lacking.empty()) message += kairon::format(" not given: {}", lacking);
  if (!lacking.empty() && !unknown.empty()) message += ";";
  if (!unknown.empty()) message += kairon::format(" not declared there: {}", unknown);
  // What is not given arrives as null, and may be meant so: one callee, several kinds of calls.
  report.at_place(file.path, file.facts.name, call.place, std::move(message),
                  "refresh the input list of the calling node, then map every input",
                  unknown.empty() ? std::optional(Severity::warning) : std::nullopt);
}

void check(const Tree& tree, Reporter& report) {
  for_each_changed_call(tree, [&report](const TreeFile& file, const workflow::CallFact& call, const TreeFile& callee) {
    check_call(file, call, callee, report);
  });
}

}  // namespace

}  // namespace call_inputs

extern const TreeRule kCallInputs = {
    {"call/inputs", Severity::error, Scope::always,
     "maps other inputs than the called workflow declares (some only not given: warning)",
     "The called workflow's trigger passes on exactly the inputs that it declares: what the caller does not map "
     "arrives "
     "as null, what it maps beyond that is dropped, both without an error (executeWorkflowTrigger 1.1 of n8n).",
     "Refresh the workflow inputs in the calling node and map all of them."},
    call_inputs::check};

}  // namespace kairon::lint
