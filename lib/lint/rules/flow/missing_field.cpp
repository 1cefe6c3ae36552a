#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "lint/code_report.h"
#include "lint/support/flow_reads.h"

namespace kairon::lint {
namespace flow_missing_field {
namespace {

std::string known_fields(const workflow::Shape& shape) {
  std::vector<std::string> names = shape.names();
  if (names.empty()) return "what arrives there has no fields";
  if (names.size() > 8) {
    names.resize(8);
    names.emplace_back("...");
  }
  return "what arrives there has: " + text::join(names, ", ");
}

std::string suggestion(const std::string& field, const workflow::Shape& shape) {
  const std::vector<std::string> fields = shape.names();
  const std::vector<std::string_view> names(fields.begin(), fields.end());
  const std::string_view near = text::nearest(field, names);
  return near.empty() ? known_fields(shape) : format("did you mean {}? {}", near, known_fields(shape));
}

/// Where the value is not an object at all.
std::string help_for(const MissingRead& read) {
  if (read.kinds == workflow::kList) return format("take one of its entries: {}[0].{}", read.inside, read.field);
  if (read.kinds == workflow::kText)
    return format("a text that holds JSON is parsed first: JSON.parse({}).{}", read.inside, read.field);
  return "read the value itself";
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const MissingRead& read : input.flow->missing) {
    // flow/ctx-lost reports a lost ctx, by the convention that such a node never gives one out. Where that
    // rule is off (Ruleset::apply drops this finding where it is not) all that the node gives must be known.
    if (read.depends_on_calls() || (read.lost_ctx && read.shape.open)) continue;
    MissingRead plain = read;
    plain.lost_ctx = false;
    report_code(report, *read.piece, read.access.begin_offset(), missing_read_message(plain),
                read.kinds == workflow::kAnyKind ? suggestion(read.field, read.shape) : help_for(read),
                read.asked ? std::optional(Severity::warning) : std::nullopt);
  }
  for (const MissingName& name : input.flow->names) {
    const bool prompt = name.field == "chatInput";
    report.at(name.where, name.node,
              format("'{}' {} the field '{}', which its input never has: {}", name.node->name,
                     prompt ? "takes its prompt from" : "names", name.field, name.effect),
              prompt ? "set the source of the prompt to \"Define below\", or start with a Chat Trigger"
                     : suggestion(name.field, name.shape));
  }
}

}  // namespace

}  // namespace flow_missing_field

extern const WorkflowRule kFlowMissingField;
const WorkflowRule kFlowMissingField{
    {"flow/missing-field", Severity::error, Scope::always,
     "reads a field that no node before it writes (only asked for by exists or empty: warning)",
     "The value is undefined: expressions become empty text and code fails or stores nothing, while the execution "
     "counts as a success. "
     "Fields are followed over literal returns, Set, static SQL column lists, declared inputs and webhooks; what is "
     "not known is open.",
     "Read a field that exists, let the node before write it, or guard the read with ?? or ?."},
    flow_missing_field::check};

}  // namespace kairon::lint
