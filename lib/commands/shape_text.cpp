#include <array>
#include <utility>

#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/shape_report.h"
#include "json/document.h"

namespace kairon::commands {

namespace {

using terminal::Channel;
using terminal::Style;
using workflow::Follows;
using workflow::ItemCount;
using workflow::Kinds;
using workflow::Pairing;
using workflow::Shape;
using workflow::Value;

std::string styled(Style style, std::string_view text) { return terminal::styled(Channel::out, style, text); }

/// "text", "null": the kinds one by one, "unknown" when it may be any.
std::vector<std::string_view> kind_names(Kinds kinds) {
  static constexpr std::array<std::pair<Kinds, std::string_view>, 9> kNames = {{{workflow::kText, "text"},
                                                                                {workflow::kNumber, "number"},
                                                                                {workflow::kBoolean, "boolean"},
                                                                                {workflow::kDate, "date"},
                                                                                {workflow::kJsDate, "JavaScript Date"},
                                                                                {workflow::kList, "list"},
                                                                                {workflow::kObject, "object"},
                                                                                {workflow::kFunction, "function"},
                                                                                {workflow::kNull, "null"}}};
  if (kinds == workflow::kAnyKind) return {"unknown"};
  std::vector<std::string_view> names;
  for (const auto& [bit, name] : kNames)
    if ((kinds & bit) != 0) names.push_back(name);
  return names;
}

/// "text or null", "list of objects": what a field holds, in one line.
std::string kinds_text(const Value& value) {
  std::vector<std::string> words;
  for (const std::string_view name : kind_names(value.kinds)) {
    std::string word(name);
    if (name == "list" && value.element) word = format("list of ({})", kinds_text(*value.element));
    words.push_back(std::move(word));
  }
  const std::vector<std::string_view> views(words.begin(), words.end());
  return text::alternatives(views);
}

void append_fields(std::string& out, const Shape& shape, std::size_t depth);

/// The fields of an object, and of the objects in a list.
void append_inside(std::string& out, const Value& value, std::size_t depth) {
  if (value.object) append_fields(out, *value.object, depth);
  if (value.element) append_inside(out, *value.element, depth);
}

void append_fields(std::string& out, const Shape& shape, std::size_t depth) {
  const std::string indent(2 * depth, ' ');
  for (const auto& [name, value] : shape.fields) {
    const std::string kinds = kinds_text(value);
    out += format("{}{}: {}\n", indent, text::printable(name), value.known() ? kinds : styled(Style::dim, kinds));
    append_inside(out, value, depth + 1);
  }
  for (const std::string& called : shape.calls)
    out += format("{}{}\n", indent, styled(Style::dim, format("and what '{}' gives back", text::printable(called))));
  if (shape.open) {
    std::string note = shape.others == workflow::kAnyKind
                           ? "other fields are possible"
                           : format("other fields are possible: {}", kinds_text(Value::of(shape.others)));
    if (!shape.may_have_ctx) note += ", never ctx";
    out += indent + styled(Style::dim, note) + "\n";
  } else if (shape.fields.empty() && shape.calls.empty()) {
    out += indent + styled(Style::dim, "no fields") + "\n";
  }
}

std::string count_text(const ItemCount& items, Follows follows) {
  if (!items.reached) return "an unknown number of items";
  if (items.most == 0) return "no items";
  if (items.least == items.most) return items.most == 1 ? "one item" : format("{} items", items.most);
  if (follows == Follows::exactly) return "as many items as came in";
  if (follows == Follows::at_most) return "at most as many items as came in";
  if (items.most == ItemCount::kMany) {
    if (items.plural) return "any number of items, usually several";
    return items.least == 0 ? "an unknown number of items" : format("{} items or more", items.least);
  }
  if (items.most == 1) return "one item or none";
  return items.least == 0 ? format("at most {} items", items.most) : format("{} to {} items", items.least, items.most);
}

std::string_view pairing_text(Pairing pairing) {
  switch (pairing) {
    case Pairing::kept:
      return "each paired with the item that it was made from";
    case Pairing::all:
      return "paired with all items that came in";
    case Pairing::dropped:
      return "new ones: paired only when one item, or as many, came in";
    case Pairing::unknown:
      break;
  }
  return "pairing unknown";
}

std::string side_text(const ShapeSide& side, std::string heading) {
  if (!side.shape.reached) return heading + " nothing (no node that runs feeds it)\n";
  append_fields(heading += "\n", side.shape, 2);
  return heading;
}

}  // namespace

std::string shape_text(const ShapeReport& report) {
  std::string out = format("{} ({} {})\n", styled(Style::bold, text::printable(report.node)),
                           text::printable(report.type), report.version);
  std::string received = "  receives:";
  if (report.receives.shape.reached) received += " " + count_text(report.receives.items, Follows::nothing);
  out += report.starts ? std::string() : side_text(report.receives, std::move(received));
  for (const ShapeOutput& output : report.emits) {
    std::string heading = "  emits";
    if (!output.names.empty()) heading += " at " + text::printable(text::join(output.names, ", "));
    heading += ":";
    if (output.side.shape.reached) {
      heading += " " + count_text(output.side.items, output.follows);
      if (!report.starts) heading += format("; {}", pairing_text(output.pairing));
    }
    out += side_text(output.side, std::move(heading));
  }
  return out;
}

namespace {

using json::Writer;

void write_shape(Writer& json, const Shape& shape);

void write_kinds(Writer& json, Kinds kinds) {
  json.begin_array();
  for (const std::string_view name : kind_names(kinds)) json.string(name);
  json.end_array();
}

void write_value(Writer& json, const Value& value) {
  json.begin_object().key("kinds");
  write_kinds(json, value.kinds);
  if (value.object) {
    json.key("object");
    write_shape(json, *value.object);
  }
  if (value.element) {
    json.key("element");
    write_value(json, *value.element);
  }
  json.end_object();
}

void write_shape(Writer& json, const Shape& shape) {
  json.begin_object().key("fields").begin_object();
  for (const auto& [name, value] : shape.fields) {
    json.key(name);
    write_value(json, value);
  }
  json.end_object().key("open").boolean(shape.open || !shape.calls.empty());
  if (shape.open && shape.others != workflow::kAnyKind) {
    json.key("others");
    write_kinds(json, shape.others);
  }
  if (!shape.calls.empty()) {
    json.key("calls").begin_array();
    for (const std::string& called : shape.calls) json.string(called);
    json.end_array();
  }
  json.end_object();
}

/// "none", "one", "as many as came in", ...: the count in one word, next to its bounds.
std::string_view count_word(const ItemCount& items, Follows follows) {
  if (!items.reached) return "unknown";
  if (items.most == 0) return "none";
  if (items.least == items.most) return items.most == 1 ? "one" : "several";
  if (follows == Follows::exactly) return "as many as came in";
  return follows == Follows::at_most ? "at most as many as came in" : "unknown";
}

void write_side(Writer& json, const ShapeSide& side, Follows follows) {
  json.key("reached").boolean(side.shape.reached);
  const ItemCount& items = side.items;
  json.key("items").begin_object().key("count").string(count_word(items, follows));
  json.key("least").integer(items.reached ? items.least : 0).key("most");
  if (items.reached && items.most != ItemCount::kMany) {
    json.integer(items.most);
  } else {
    json.null();
  }
  json.end_object().key("data");
  if (side.shape.reached) {
    write_shape(json, side.shape);
  } else {
    json.null();
  }
}

std::string_view pairing_word(Pairing pairing) {
  if (pairing == Pairing::kept) return "kept";
  if (pairing == Pairing::all) return "all";
  return pairing == Pairing::dropped ? "dropped" : "unknown";
}

}  // namespace

std::string shape_json(const ShapeReport& report) {
  Writer json;
  json.begin_object().key("node").string(report.node).key("type").string(report.type);
  json.key("typeVersion").number(report.version);
  json.key("receives");
  if (report.starts) {
    json.null();
  } else {
    json.begin_object();
    write_side(json, report.receives, Follows::nothing);
    json.end_object();
  }
  json.key("emits").begin_array();
  for (const ShapeOutput& output : report.emits) {
    json.begin_object().key("outputs").begin_array();
    for (const std::string& name : output.names) json.string(name);
    json.end_array();
    write_side(json, output.side, output.follows);
    json.key("pairing").string(report.starts ? "none" : pairing_word(output.pairing)).end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

}  // namespace kairon::commands
