#include "diff/values.h"

#include "base/format.h"
#include "base/text.h"
#include "git/line_diff.h"

namespace kairon::diff {

namespace {

constexpr unsigned kValueContext = 2;

/// The parameters' own names are what people see in n8n.
std::string shown_path(const Path& path) {
  const bool parameter = path.size() > 1 && path.front().key == "parameters";
  return path_text(path, parameter ? 1 : 0);
}

bool is_expression_text(const json::Value& value) {
  return value.is_string() && value.string().starts_with('=') && text::contains(value.string(), "{{");
}

/// A leaf as n8n shows it: texts without quotes, expressions without their `=`.
std::string shown(const json::Value& value) {
  if (!value.is_string()) return std::string(value.raw());
  return std::string(value.string().substr(is_expression_text(value) ? 1 : 0));
}

bool is_leaf(const json::Value& value) { return !(value.is_object() || value.is_array()) || value.empty(); }

std::string locator_text(const json::Value& locator) {
  const std::string_view name = locator["cachedResultName"].string();
  return name.empty() ? shown(locator["value"]) : format("{} ({})", name, shown(locator["value"]));
}

bool is_locator(const json::Value& value) { return value.is_object() && value["__rl"].boolean(); }

void add_text(std::string_view content, unsigned depth, Mark mark, Outline& out) {
  for (const std::string_view line : text::lines(content)) out.push_back({mark, depth, std::string(line)});
  if (content.empty()) out.push_back({mark, depth, "(empty)"});
}

void add_line_diff(std::string_view before, std::string_view after, unsigned depth, Outline& out) {
  bool first = true;
  for (const git::DiffLine& line : git::line_diff(before, after, kValueContext)) {
    switch (line.kind) {
      case git::LineKind::hunk:
        if (!first || line.number > 1) out.push_back({Mark::detail, depth, format("line {}", line.number)});
        break;
      case git::LineKind::context:
        out.push_back({Mark::line_same, depth, line.text});
        break;
      case git::LineKind::added:
        out.push_back({Mark::line_added, depth, line.text});
        break;
      case git::LineKind::removed:
        out.push_back({Mark::line_removed, depth, line.text});
        break;
    }
    first = false;
  }
}

}  // namespace

void add_leaves(const json::Value& value, const std::string& path, unsigned depth, Mark mark, Outline& out) {
  if (is_leaf(value) || is_locator(value)) {
    out.push_back({Mark::detail, depth, path});
    add_text(is_locator(value) ? locator_text(value) : shown(value), depth, mark, out);
    return;
  }
  std::size_t index = 0;
  for (const json::Value child : value) {
    const std::string step = value.is_array() ? format("[{}]", index++) : std::string(child.key());
    add_leaves(child, path.empty() || value.is_array() ? path + step : path + "." + step, depth, mark, out);
  }
}

void add_value_lines(const Change& change, unsigned depth, Outline& out) {
  const std::string path = shown_path(change.path);
  if (!change.before || !change.after) {
    add_leaves(change.before ? change.before : change.after, path, depth,
               change.before ? Mark::line_removed : Mark::line_added, out);
    return;
  }
  if (!is_leaf(change.before) || !is_leaf(change.after)) {
    add_leaves(change.before, path, depth, Mark::line_removed, out);
    add_leaves(change.after, path, depth, Mark::line_added, out);
    return;
  }
  out.push_back({Mark::detail, depth, path});
  const bool both_expressions = is_expression_text(change.before) == is_expression_text(change.after);
  const auto side = [&](const json::Value& value) {
    return both_expressions ? shown(value) : std::string(value.raw());
  };
  const bool texts = change.before.is_string() && change.after.is_string();
  if (texts && both_expressions) {
    add_line_diff(shown(change.before), shown(change.after), depth, out);
  } else {
    add_text(side(change.before), depth, Mark::line_removed, out);
    add_text(side(change.after), depth, Mark::line_added, out);
  }
}

}  // namespace kairon::diff
