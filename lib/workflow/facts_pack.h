#pragma once
#include "base/pack.h"
#include "workflow/facts.h"

namespace kairon::workflow {

/// Lists the fields of each fact for pack::Writer and pack::Reader.
void fields(auto& pack, pack::Is<Place> auto& place) { pack(place.node, place.line, place.column); }

void fields(auto& pack, pack::Is<WebhookFact> auto& hook) { pack(hook.place, hook.method, hook.path, hook.space); }

void fields(auto& pack, pack::Is<CallFact> auto& call) {
  pack(call.place, call.name, call.id, call.self, call.tool, call.disabled, call.waits, call.inputs);
  pack.choice(call.kind, CallFact::Kind::by_name_missing);
}

void fields(auto& pack, pack::Is<VariableFact> auto& variable) { pack(variable.place, variable.name); }

void fields(auto& pack, pack::Is<SuppressionFact> auto& allowed) { pack(allowed.place, allowed.rule); }

void fields(auto& pack, pack::Is<ValueFact> auto& value) {
  pack(value.name, value.kinds, value.open, value.fields, value.element);
}

void fields(auto& pack, pack::Is<ResultFact> auto& result) {
  pack(result.known, result.fields, result.calls, result.values);
}

void fields(auto& pack, pack::Is<CalledReadFact> auto& read) {
  pack(read.place, read.field, read.message, read.ctx_lost, read.fields, read.calls);
}

void fields(auto& pack, pack::Is<Facts> auto& facts) {
  pack(facts.name, facts.id, facts.name_place, facts.valid, facts.archived, facts.active, facts.has_subworkflow_trigger,
       facts.starts_by_hand, facts.declared_inputs, facts.webhooks, facts.calls, facts.variables, facts.suppressions,
       facts.result, facts.called_reads, facts.error_workflow, facts.waiting_node, facts.switched_off);
}

}  // namespace kairon::workflow
