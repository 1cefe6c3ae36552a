#include "base/format.h"
#include "js/scope.h"
#include "lint/code_report.h"
#include "lint/support/ctx.h"
#include "workflow/access.h"

namespace kairon::lint {
namespace ctx_flat_return {
namespace {

using js::Field;
using js::Kind;
using js::Node;
using workflow::Access;
using workflow::CodeKind;
using workflow::CodePiece;

constexpr int kMaxDepth = 6;

/// Names of nodes that run before ctx exists.
bool stands_before_ctx(std::string_view name) {
  for (const std::string_view prefix : {"Parse", "Prepare", "Determine", "Check"}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

/// What one returned object does with ctx.
struct Shape {
  bool open = false;  ///< it has ctx, or a spread that may bring it
  Node flat;          ///< `response`, `error` or `valid`
  Node whole_input;   ///< `...$json`
  Node event;         ///< `...event`
  bool adds_keys = false;
};

bool is_event(const Node& spread) {
  const Node value = spread.first_child().unwrapped();
  return value.is(Kind::identifier) ? value.text() == "event" : js::property_name(value) == "event";
}

Shape shape_of(const CodePiece& piece, const Node& object) {
  Shape shape;
  for (const Node member : object.children()) {
    if (member.is(Kind::spread_element)) {
      const Access access = workflow::classify(piece, member.first_child());
      const bool input = access.what == Access::What::json && access.route == Access::Route::input;
      if (input) shape.whole_input = member;
      if (!input && is_event(member)) shape.event = member;
      shape.open = shape.open || (!input && !is_event(member));
      continue;
    }
    const auto key = member_key(member);
    shape.open = shape.open || !key || key == "ctx";
    shape.adds_keys = true;
    if (key == "response" || key == "error" || key == "valid") shape.flat = member;
  }
  return shape;
}

class Judge {
 public:
  Judge(const WorkflowInput& input, const CodePiece& piece, Reporter& report)
      : piece_(piece), report_(report), input_known_(!fed_by_replacing_node(input.workflow, *piece.node)) {}

  /// What a `return` gives: an item, its data, a list of them, or a mapping that makes them.
  void value(const Node& given, int depth = 0) {
    const Node at = resolved(piece_, given);
    if (depth > kMaxDepth) return;
    if (at.is(Kind::array)) {
      for (const Node element : at.children()) value(element, depth + 1);
    } else if (at.is(Kind::ternary_expression)) {
      value(at.child(Field::consequence), depth + 1);
      value(at.child(Field::alternative), depth + 1);
    } else if (at.is(Kind::call_expression)) {
      mapping(at, depth);
    } else if (at.is(Kind::object)) {
      item(at);
    }
  }

 private:
  void item(const Node& object) {
    const Node data = member_value(piece_, object, "json");
    if (data) {
      if (data.is(Kind::object)) judge(data);
      return;
    }
    judge(object);
  }

  /// `items.map(item => ({ json: ... }))`.
  void mapping(const Node& call, int depth) {
    const Node function = call.child(Field::arguments).first_child().unwrapped();
    if (js::property_name(call.child(Field::function)) != "map" || !js::is_function(function.kind())) return;
    const Node body = function.child(Field::body);
    if (!body.is(Kind::statement_block)) {
      value(body, depth + 1);
      return;
    }
    for (std::uint32_t i = body.index(); i < body.next_index(); ++i) {
      const Node node = piece_.script.node(i);
      if (node.is(Kind::return_statement) && node.enclosing_function() == function)
        value(node.first_child(), depth + 1);
    }
  }

  void judge(const Node& object) {
    const Shape shape = shape_of(piece_, object);
    const Node ctx = member_value(piece_, object, "ctx");
    if (ctx.is(Kind::object)) judge_ctx(ctx);
    if (shape.open) return;
    if (shape.whole_input && (!shape.adds_keys || !input_known_)) return;
    if (shape.whole_input) {
      tell(shape.whole_input,
           format("'{}' returns '{}' with keys next to ctx", piece_.node->name, shape.whole_input.text()));
    } else if (shape.event) {
      tell(shape.event, format("'{}' returns the event's fields flat, without ctx", piece_.node->name));
    } else if (shape.flat) {
      tell(shape.flat, format("'{}' returns '{}' flat, without ctx", piece_.node->name, *member_key(shape.flat)));
    }
  }

  /// `ctx: {...$json, response: ...}` puts the whole item into ctx, the old ctx one level down.
  void judge_ctx(const Node& ctx) {
    const Shape shape = shape_of(piece_, ctx);
    if (!shape.whole_input || !input_known_) return;
    tell(shape.whole_input,
         format("'{}' spreads '{}' into ctx instead of ...$json.ctx", piece_.node->name, shape.whole_input.text()));
  }

  void tell(const Node& where, std::string message) {
    report_code(report_, piece_, where.begin_offset(), std::move(message),
                "return { json: { ctx: { ...$json.ctx, <namespace>: { ... } } } }");
  }

  const CodePiece& piece_;
  Reporter& report_;
  bool input_known_;
};

void check(const WorkflowInput& input, Reporter& report) {
  const CtxUse use(input);
  for (const CodePiece& piece : input.code.pieces()) {
    const bool judged = piece.kind == CodeKind::code_all || piece.kind == CodeKind::code_each;
    if (!judged || piece.script.error() || stands_before_ctx(piece.node->name) || !use.exists_at(*piece.node)) continue;
    Judge judge(input, piece, report);
    for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
      const Node node = piece.script.node(i);
      if (node.is(Kind::return_statement) && !node.enclosing_function()) judge.value(node.first_child());
    }
  }
}

}  // namespace

}  // namespace ctx_flat_return

extern const WorkflowRule kCtxFlatReturn;
const WorkflowRule kCtxFlatReturn{
    {"ctx/flat-return", Severity::error, Scope::kairon_only,
     "returns response, error or valid flat from a Code node after ctx, or adds keys next to ctx",
     "What a Code node returns replaces the item: nodes after it that read $json.ctx get undefined, and flat keys "
     "collide between nodes. Nodes named Parse, Prepare, Determine or Check run before ctx and are exempt.",
     "Return { ctx: { ...$json.ctx, response: ... } }: spread ctx, and put new data into one of its namespaces."},
    ctx_flat_return::check};

}  // namespace kairon::lint
