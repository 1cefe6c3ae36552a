#include "workflow/node_shapes.h"

#include <algorithm>
#include <array>

#include "workflow/expression.h"

namespace kairon::workflow {

namespace {

using std::string_view;

/// Fields of a message object of Discord's API (discord.com/developers/docs/resources/message), which
/// is what its node gives back for a message that it sent; `success` over a webhook.
constexpr auto kDiscordMessage = std::to_array<string_view>({"id",
                                                             "channel_id",
                                                             "author",
                                                             "content",
                                                             "timestamp",
                                                             "edited_timestamp",
                                                             "tts",
                                                             "mention_everyone",
                                                             "mentions",
                                                             "mention_roles",
                                                             "mention_channels",
                                                             "attachments",
                                                             "embeds",
                                                             "reactions",
                                                             "nonce",
                                                             "pinned",
                                                             "webhook_id",
                                                             "type",
                                                             "activity",
                                                             "application",
                                                             "application_id",
                                                             "flags",
                                                             "message_reference",
                                                             "message_snapshots",
                                                             "referenced_message",
                                                             "interaction_metadata",
                                                             "interaction",
                                                             "thread",
                                                             "components",
                                                             "sticker_items",
                                                             "stickers",
                                                             "position",
                                                             "role_subscription_data",
                                                             "resolved",
                                                             "poll",
                                                             "call",
                                                             "guild_id",
                                                             "member",
                                                             "success"});

bool any_clash_suffix(const json::Value& parameters) {
  const json::Value clash = parameters["options"]["clashHandling"]["values"]["resolveClash"];
  return clash.string() == "addSuffix" || is_expression(clash.string());
}

/// A Merge gives out what came in, in one way or another, unless it renames clashing fields or runs SQL.
bool merge_keeps_fields(const Node& node) {
  const string_view mode = node.parameters["mode"].string();
  if (mode.empty() || mode == "append") return node.version >= 2 || mode == "append";
  if (node.version < 3) return false;
  return (mode == "combine" || mode == "chooseBranch") && !any_clash_suffix(node.parameters);
}

bool passes_items_on(const Node& node) {
  if (!node.type.starts_with("n8n-nodes-base.")) return false;
  constexpr auto kPassing = std::to_array<string_view>(
      {"if", "switch", "filter", "noOp", "splitInBatches", "limit", "sort", "executionData", "removeDuplicates"});
  const string_view type = node.short_type();
  if (std::find(kPassing.begin(), kPassing.end(), type) != kPassing.end()) return true;
  const string_view resume = node.parameters["resume"].string();
  if (type == "wait")
    return resume.empty() ? node.version >= 1.1 : resume == "timeInterval" || resume == "specificTime";
  return type == "merge" && merge_keeps_fields(node);
}

/// A form's answers, by label or name (prepareFormReturnItem of n8n-nodes-base, nodes/Form).
Value form_answer(const json::Value& field) {
  const string_view type = field["fieldType"].string();
  const json::Value several = field["multiselect"];
  if (type == "number") return Value::of(kNumber).or_null();
  if (several.boolean() || several.is_string() || is_expression(type)) return {};
  if (type.empty() || type == "text") return Value::of(kText).or_null();
  const bool text = type == "textarea" || type == "email" || type == "password" || type == "date" || type == "dropdown";
  return text ? Value::of(kText | kList).or_null() : Value();
}

Shape form(const Node& node) {
  const json::Value fields = node.parameters["formFields"]["values"];
  Shape shape = closed_shape({"submittedAt", "formMode", "formQueryParameters"});
  shape.open = !fields.is_array() || fields.empty();
  for (const json::Value field : fields) {
    for (const char* key : {"fieldLabel", "fieldName", "elementName"}) {
      const string_view name = field[key].string();
      if (is_expression(name)) shape.open = true;
      if (!name.empty()) shape.set(name, form_answer(field));
    }
  }
  return shape;
}

/// An object with any keys, whose values are of these kinds.
Value object_of(Kinds kinds) {
  Shape shape = Shape::anything();
  shape.others = kinds;
  return Value::of_object(shape);
}

/// What a request brings is text: several values of one name make a list, names with brackets an object (qs).
Shape webhook() {
  Shape shape = closed_shape({"body", "jwtPayload"});
  shape.set("headers", object_of(kText | kList));
  shape.set("params", object_of(kText));
  shape.set("query", object_of(kText | kList | kObject));
  for (const string_view field : {"webhookUrl", "executionMode"}) shape.set(field, Value::of(kText));
  return shape;
}

/// A trigger's own data. What a manual trigger gives is whatever its author pinned.
std::optional<Shape> trigger(const Node& node) {
  if (node.is_base("formTrigger")) return form(node);
  if (node.is_base("scheduleTrigger")) {
    Shape shape = closed_shape({});
    for (const string_view field : {"timestamp", "Readable date", "Readable time", "Day of week", "Year", "Month",
                                    "Day of month", "Hour", "Minute", "Second", "Timezone"})
      shape.set(field, Value::of(kText));
    return shape;
  }
  if (node.is_base("webhook")) return webhook();
  if (node.is_base("errorTrigger")) return closed_shape({"execution", "workflow", "trigger"});
  if (!node.is_base("executeWorkflowTrigger") || node.version < 1.1) return std::nullopt;
  const string_view source = node.parameters["inputSource"].string();
  Shape shape = closed_shape({});
  if (source == "jsonExample") {
    const auto example = json::Document::parse(std::string(node.parameters["jsonExample"].string()));
    if (!example.document || !example.document->root().is_object()) return Shape::anything();
    for (const json::Value entry : example.document->root()) shape.set(entry.key(), Value());
  } else if (source.empty() || source == "workflowInputs") {
    for (const json::Value entry : node.parameters["workflowInputs"]["values"])
      shape.set(entry["name"].string(), Value());
  }
  return shape.fields.empty() ? Shape::anything() : shape;
}

bool has_output_parser(const Workflow& workflow, const Node& node) {
  if (node.parameters["hasOutputParser"].boolean()) return true;
  const auto& incoming = workflow.incoming(node.index);
  return std::any_of(incoming.begin(), incoming.end(),
                     [&](std::size_t edge) { return workflow.edges()[edge].type == "ai_outputParser"; });
}

/// True for a model that is told to answer in JSON, or to think aloud: the chain then gives out the
/// parsed answer itself (getOutputParserForLLM of n8n-nodes-langchain).
bool may_answer_in_json(const Node& model) {
  if (!model.short_type().starts_with("lm")) return true;  // a selector of models
  const json::Value options = model.parameters["options"];
  for (const char* key : {"responseFormat", "format", "textFormat", "thinking"}) {
    const json::Value value = options[key];
    if (value.present() && value.string() != "text" && value.string() != "default") return true;
  }
  return is_expression(options.string());
}

/// A chain without output parser gives one text, unless its model answers in JSON.
Shape chain(const Workflow& workflow, const Node& node) {
  const auto& incoming = workflow.incoming(node.index);
  const bool json = std::any_of(incoming.begin(), incoming.end(), [&](std::size_t index) {
    const Edge& edge = workflow.edges()[index];
    return edge.type == "ai_languageModel" && edge.from != kNoNode && may_answer_in_json(workflow.nodes()[edge.from]);
  });
  Shape shape = json || has_output_parser(workflow, node) ? replaced_shape() : closed_shape({"text"});
  if (!shape.open) shape.set("text", Value::of(kText));
  shape.replaced = true;
  return shape;
}

/// A node that adds one field, named by a parameter, to what comes in.
Shape with_field(const Node& node, const Shape& input, const char* parameter) {
  Shape shape = input;
  const json::Value name = node.parameters[parameter];
  if (is_expression(name.string())) return Shape::anything();
  if (shape.reached) shape.set(name ? name.string().substr(0, name.string().find_first_of(".[")) : "data", Value());
  return shape;
}

/// Discord v2: a message that was sent comes back as Discord's own object, a reaction as `success`.
Shape discord(const Node& node) {
  const string_view operation = node.parameters["operation"].string();
  if (node.version < 2 || node.parameters["resource"].string() != "message") return replaced_shape();
  Shape shape = closed_shape({"success"});
  shape.replaced = true;
  if (operation == "react" || operation == "deleteMessage") return shape;
  if (!operation.empty() && operation != "send") return replaced_shape();
  for (const string_view field : kDiscordMessage) shape.set(field, Value());
  return shape;
}

/// A whole response, or its body as one text, lies in fields of known names.
Shape http(const Node& node) {
  const json::Value response = node.parameters["options"]["response"]["response"];
  const string_view format = response["responseFormat"].string();
  const string_view output = response["outputPropertyName"].string();
  const json::Value full = response["fullResponse"];
  const bool named = node.version >= 3 && !node.parameters["optimizeResponse"].present() && !full.is_string() &&
                     !is_expression(output) && output.find('.') == string_view::npos &&
                     (format.empty() || format == "autodetect" || format == "json" || format == "text");
  if (!named || (!full.boolean() && format != "text")) return replaced_shape();
  Shape shape = closed_shape({});
  shape.replaced = true;
  if (format != "json") shape.set(output.empty() ? "data" : output, Value());
  if (!full.boolean()) return shape;
  for (const string_view field : {"body", "headers", "statusCode", "statusMessage"}) shape.set(field, Value());
  return shape;
}

/// A call of another workflow: what that one gives back; the input when it is not waited for.
Shape called(const Node& node, const Shape& input) {
  const json::Value waits = node.parameters["options"]["waitForSubWorkflow"];
  if (waits.is_boolean() && !waits.boolean()) return input;
  const string_view source = node.parameters["source"].string();
  const json::Value id = node.parameters["workflowId"];
  const bool listed = id["mode"].string() == "list" && !is_expression(id["value"].string());
  const bool known = node.version >= 1.1 && (source.empty() || source == "database") && listed && !waits.is_string();
  if (!known || id["cachedResultName"].string().empty()) return Shape::anything();
  Shape shape;
  shape.reached = true;
  shape.calls.emplace(id["cachedResultName"].string());
  return shape;
}

std::optional<Shape> shape_of_langchain(const Workflow& workflow, const Node& node, const Shape& input) {
  if (node.is_langchain("chainLlm")) return chain(workflow, node);
  if (node.is_langchain("textClassifier")) return input;
  // From version 2 on the parsed output is under `output` as well (Agent V2, V3 of n8n-nodes-langchain); before
  // that a parser's own fields may, and the SQL agent is of its own kind.
  const bool agent = node.is_langchain("agent") &&
                     (node.version >= 2 ||
                      (!has_output_parser(workflow, node) && !node.parameters["agent"].string().starts_with("sql") &&
                       !is_expression(node.parameters["agent"].string())));
  if (!agent && !node.is_langchain("informationExtractor")) return std::nullopt;
  Shape shape = closed_shape({"output"});
  if (agent) shape.add("intermediateSteps");
  shape.replaced = true;
  return shape;
}

}  // namespace

Shape closed_shape(std::initializer_list<string_view> fields) {
  Shape shape;
  shape.reached = true;
  for (const string_view field : fields) shape.set(field, Value());
  return shape;
}

Shape replaced_shape() {
  Shape shape = Shape::anything();
  shape.may_have_ctx = false;
  shape.replaced = true;
  return shape;
}

std::optional<Shape> shape_of_type(const Workflow& workflow, const Node& node, const Shape& input) {
  if (passes_items_on(node)) return input;
  if (node.is_base("stopAndError")) return Shape();
  if (auto shape = trigger(node)) return shape;
  if (node.is_base("httpRequest")) return http(node);
  if (node.is_base("discord")) return discord(node);
  if (node.is_base("executeWorkflow")) return called(node, input);
  if (const auto shape = shape_of_transform(node, input)) return shape;
  if (node.is_base("crypto")) return with_field(node, input, "dataPropertyName");
  if (node.is_base("markdown")) return with_field(node, input, "destinationKey");
  return shape_of_langchain(workflow, node, input);
}

}  // namespace kairon::workflow
