#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "lint/code_report.h"
#include "lint/support/flow_reads.h"

namespace kairon::lint {
namespace flow_missing_field {
namespace {

std::string known_fields(const MissingRead& read) {
  std::vector<std::string> names(read.shape.fields.begin(), read.shape.fields.end());
  if (names.empty()) return "what arrives there has no fields";
  if (names.size() > 8) {
    names.resize(8);
    names.emplace_back("...");
  }
  return "what arrives there has: " + text::join(names, ", ");
}

std::string suggestion(const MissingRead& read) {
  const std::vector<std::string_view> names(read.shape.fields.begin(), read.shape.fields.end());
  const std::string_view near = text::nearest(read.field, names);
  return near.empty() ? known_fields(read) : format("did you mean {}? {}", near, known_fields(read));
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const MissingRead& read : *input.missing_reads) {
    // Of a lost ctx flow/ctx-lost tells, by the convention that such a node never gives one out. Where that
    // rule is off (Ruleset::apply drops this finding where it is not) all that the node gives must be known.
    if (read.depends_on_calls() || (read.lost_ctx && read.shape.open)) continue;
    MissingRead plain = read;
    plain.lost_ctx = false;
    report_code(report, *read.piece, read.access.begin_offset(), missing_read_message(plain), suggestion(read),
                read.asked ? std::optional(Severity::warning) : std::nullopt);
  }
}

}  // namespace

}  // namespace flow_missing_field

extern const WorkflowRule kFlowMissingField;
const WorkflowRule kFlowMissingField{
    {"flow/missing-field", Severity::error, Scope::always,
     "a field is read that no node before it writes (only asked for by exists or empty: warning)",
     "The value is undefined: expressions become empty text and code fails or stores nothing, while the execution "
     "counts as a success. "
     "Fields are followed over literal returns, Set, static SQL column lists, declared inputs and webhooks; what is "
     "not known is open.",
     "Read a field that exists, let the node before write it, or guard the read with ?? or ?."},
    flow_missing_field::check};

}  // namespace kairon::lint
