#include "lint/support/called_reads.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "lint/support/called_results.h"
#include "lint/support/calls.h"

namespace kairon::lint {

extern const WorkflowRule kFlowMissingField;
extern const WorkflowRule kFlowCtxLost;

namespace {

using Fields = std::set<std::string>;

/// Adds what a workflow gives back, its own calls included; false when that is not known.
bool add_result(const CallIndex& index, const std::string& name, Fields& fields, std::set<std::string>& asked) {
  if (!asked.insert(name).second) return true;  // a circle adds nothing new
  const auto& files = index.named(name);
  if (files.size() != 1 || !files.front()->facts.result.known) return false;
  const workflow::ResultFact& result = files.front()->facts.result;
  fields.insert(result.fields.begin(), result.fields.end());
  return std::all_of(result.calls.begin(), result.calls.end(),
                     [&](const std::string& call) { return add_result(index, call, fields, asked); });
}

std::optional<Fields> arriving(const CallIndex& index, const workflow::CalledReadFact& read) {
  Fields fields(read.fields.begin(), read.fields.end());
  std::set<std::string> asked;
  for (const std::string& call : read.calls)
    if (!add_result(index, call, fields, asked)) return std::nullopt;
  return fields;
}

std::string help(const workflow::CalledReadFact& read, const Fields& fields) {
  const std::string known = fields.empty()
                                ? std::string("what arrives there has no fields")
                                : format("what arrives there has: {}",
                                         text::join(std::vector<std::string>(fields.begin(), fields.end()), ", "));
  return format("{} (from {})", known, text::join(read.calls, ", "));
}

bool concerns_change(const CallIndex& index, const TreeFile& file, const workflow::CalledReadFact& read) {
  return file.changed || std::any_of(read.calls.begin(), read.calls.end(), [&](const std::string& call) {
           const auto& files = index.named(call);
           return files.size() == 1 && files.front()->changed;
         });
}

}  // namespace

void add_flow_facts(const FlowFacts& flow, workflow::Facts& facts) {
  const workflow::Shape& result = flow.result;
  facts.result.known = result.reached && !result.open;
  facts.result.fields = result.names();
  facts.result.calls.assign(result.calls.begin(), result.calls.end());
  if (facts.result.known) facts.result.values = values_of(result);
  for (const MissingRead& read : flow.missing) {
    if (!read.depends_on_calls()) continue;
    const workflow::CodePiece& piece = *read.piece;
    const json::Position position = piece.string.position_in_string(piece.offset_of(read.access));
    workflow::CalledReadFact fact;
    fact.place = {std::string(piece.node->name), position.line, position.column};
    fact.field = read.field;
    fact.message = missing_read_message(read);
    if (piece.is_code())
      fact.message += format(" (line {} of the code)", piece.script.line_of(read.access.begin_offset()));
    fact.ctx_lost = read.lost_ctx;
    fact.fields = read.shape.names();
    fact.calls.assign(read.shape.calls.begin(), read.shape.calls.end());
    facts.called_reads.push_back(std::move(fact));
  }
}

void report_called_reads(const Tree& tree, Reporter& report) {
  const CallIndex index(tree);
  for (const TreeFile& file : tree.files) {
    if (!is_live(file)) continue;
    for (const workflow::CalledReadFact& read : file.facts.called_reads) {
      if (!concerns_change(index, file, read)) continue;
      const auto fields = arriving(index, read);
      if (!fields || fields->contains(read.field)) continue;
      report.enter(read.ctx_lost ? kFlowCtxLost.info : kFlowMissingField.info, {}, {});
      report.at_place(file.path, file.facts.name, read.place, read.message, help(read, *fields));
    }
  }
}

}  // namespace kairon::lint
