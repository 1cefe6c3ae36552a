#include "json/document.h"
#include "workflow/facts.h"

namespace kairon::workflow {

namespace {

using json::Value;
using json::Writer;

void write_place(Writer& out, const Place& place) {
  out.key("at")
      .begin_array()
      .string(place.node)
      .integer(static_cast<long long>(place.line))
      .integer(static_cast<long long>(place.column));
  out.end_array();
}

Place read_place(const Value& value) {
  const Value at = value["at"];
  return {std::string(at.at(0).string()), static_cast<std::size_t>(at.at(1).number(1)),
          static_cast<std::size_t>(at.at(2).number(1))};
}

void write_list(Writer& out, std::string_view key, const std::vector<std::string>& names) {
  out.key(key).begin_array();
  for (const std::string& name : names) out.string(name);
  out.end_array();
}

void write_names(Writer& out, std::string_view key, const std::optional<std::vector<std::string>>& names) {
  if (names) write_list(out, key, *names);
}

std::optional<std::vector<std::string>> read_names(const Value& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> names;
  for (const Value name : value) names.emplace_back(name.string());
  return names;
}

void write_text(Writer& out, std::string_view key, std::string_view text) {
  if (!text.empty()) out.key(key).string(text);
}

void write_flag(Writer& out, std::string_view key, bool flag) {
  if (flag) out.key(key).boolean(true);
}

void write_calls(Writer& out, const std::vector<CallFact>& calls) {
  out.key("calls").begin_array();
  for (const CallFact& call : calls) {
    out.begin_object();
    write_place(out, call.place);
    out.key("kind").integer(static_cast<int>(call.kind));
    write_text(out, "name", call.name);
    write_text(out, "id", call.id);
    write_flag(out, "self", call.self);
    write_flag(out, "tool", call.tool);
    write_names(out, "inputs", call.inputs);
    out.end_object();
  }
  out.end_array();
}

void write_webhooks(Writer& out, const std::vector<WebhookFact>& webhooks) {
  out.key("webhooks").begin_array();
  for (const WebhookFact& hook : webhooks) {
    out.begin_object();
    write_place(out, hook.place);
    out.key("method").string(hook.method).key("path").string(hook.path).key("space").string(hook.space).end_object();
  }
  out.end_array();
}

template <typename Fact>
void write_named(Writer& out, std::string_view key, const std::vector<Fact>& facts, std::string Fact::*name) {
  out.key(key).begin_array();
  for (const Fact& fact : facts) {
    out.begin_object();
    write_place(out, fact.place);
    out.key("name").string(fact.*name).end_object();
  }
  out.end_array();
}

void write_result(Writer& out, const ResultFact& result) {
  if (!result.known) return;
  out.key("result").begin_object();
  write_list(out, "fields", result.fields);
  write_list(out, "calls", result.calls);
  out.end_object();
}

void write_called_reads(Writer& out, const std::vector<CalledReadFact>& reads) {
  if (reads.empty()) return;
  out.key("calledReads").begin_array();
  for (const CalledReadFact& read : reads) {
    out.begin_object();
    write_place(out, read.place);
    out.key("field").string(read.field).key("message").string(read.message);
    write_flag(out, "ctxLost", read.ctx_lost);
    write_list(out, "fields", read.fields);
    write_list(out, "calls", read.calls);
    out.end_object();
  }
  out.end_array();
}

std::vector<std::string> read_list(const Value& value) {
  return read_names(value).value_or(std::vector<std::string>());
}

CalledReadFact read_called_read(const Value& value) {
  CalledReadFact read;
  read.place = read_place(value);
  read.field = value["field"].string();
  read.message = value["message"].string();
  read.ctx_lost = value["ctxLost"].boolean();
  read.fields = read_list(value["fields"]);
  read.calls = read_list(value["calls"]);
  return read;
}

CallFact read_call(const Value& value) {
  CallFact call;
  call.place = read_place(value);
  call.kind = static_cast<CallFact::Kind>(static_cast<int>(value["kind"].number()));
  call.name = value["name"].string();
  call.id = value["id"].string();
  call.self = value["self"].boolean();
  call.tool = value["tool"].boolean();
  call.inputs = read_names(value["inputs"]);
  return call;
}

}  // namespace

std::string serialize(const Facts& facts) {
  Writer out;
  out.begin_object();
  write_place(out, facts.name_place);
  write_text(out, "name", facts.name);
  write_text(out, "id", facts.id);
  write_flag(out, "valid", facts.valid);
  write_flag(out, "archived", facts.archived);
  write_flag(out, "active", facts.active);
  write_flag(out, "sub", facts.has_subworkflow_trigger);
  write_names(out, "inputs", facts.declared_inputs);
  write_text(out, "errorWorkflow", facts.error_workflow);
  write_result(out, facts.result);
  write_called_reads(out, facts.called_reads);
  write_webhooks(out, facts.webhooks);
  write_calls(out, facts.calls);
  write_named(out, "variables", facts.variables, &VariableFact::name);
  write_named(out, "suppressions", facts.suppressions, &SuppressionFact::rule);
  return out.end_object().take();
}

std::optional<Facts> deserialize(std::string_view text) {
  const auto parsed = json::Document::parse(std::string(text));
  if (!parsed.document || !parsed.document->root().is_object()) return std::nullopt;
  const Value root = parsed.document->root();
  Facts facts;
  facts.name_place = read_place(root);
  facts.name = root["name"].string();
  facts.id = root["id"].string();
  facts.valid = root["valid"].boolean();
  facts.archived = root["archived"].boolean();
  facts.active = root["active"].boolean();
  facts.has_subworkflow_trigger = root["sub"].boolean();
  facts.declared_inputs = read_names(root["inputs"]);
  facts.error_workflow = root["errorWorkflow"].string();
  const Value result = root["result"];
  facts.result = {result.is_object(), read_list(result["fields"]), read_list(result["calls"])};
  for (const Value read : root["calledReads"]) facts.called_reads.push_back(read_called_read(read));
  for (const Value hook : root["webhooks"]) {
    facts.webhooks.push_back({read_place(hook), std::string(hook["method"].string()),
                              std::string(hook["path"].string()), std::string(hook["space"].string())});
  }
  for (const Value call : root["calls"]) facts.calls.push_back(read_call(call));
  for (const Value variable : root["variables"])
    facts.variables.push_back({read_place(variable), std::string(variable["name"].string())});
  for (const Value allowed : root["suppressions"]) {
    facts.suppressions.push_back({read_place(allowed), std::string(allowed["name"].string())});
  }
  return facts;
}

}  // namespace kairon::workflow
