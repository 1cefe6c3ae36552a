#include "diff/outline.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "diff/values.h"
#include "diff/words.h"

namespace kairon::diff {

namespace {

std::string quoted_name(std::string_view name) { return name.empty() ? std::string("(no name)") : std::string(name); }

std::string node_title(const NodeDiff& node) {
  const NodeView& view = node.view();
  std::string title = quoted_name(view.name);
  if (node.renamed()) title = format("{} -> {}", quoted_name(node.before->name), title);
  return format("{}  ({})", title, view.short_type().empty() ? "no type" : view.short_type());
}

Mark mark_of(const NodeDiff& node) {
  if (node.renamed()) return Mark::renamed;
  switch (node.state()) {
    case State::added:
      return Mark::added;
    case State::removed:
      return Mark::removed;
    case State::changed:
      return Mark::changed;
    case State::same:
      break;
  }
  return Mark::moved;
}

std::string move_text(const NodeDiff& node) {
  if (!node.before->position || !node.after->position) return "  position set or removed";
  const double x = node.after->position->x - node.before->position->x;
  const double y = node.after->position->y - node.before->position->y;
  return format("  moved {}{},{}{}", x > 0 ? "+" : "", x, y > 0 ? "+" : "", y);
}

/// Credentials by name: the id belongs to one server.
void add_credential_lines(const NodeDiff& node, unsigned depth, Outline& out) {
  const json::Value old = node.before != nullptr ? node.before->json["credentials"] : json::Value{};
  const json::Value fresh = node.after != nullptr ? node.after->json["credentials"] : json::Value{};
  const auto name_of = [](const json::Value& credential) {
    return std::string(credential.is_string() ? credential.string() : credential["name"].string());
  };
  const auto add = [&](std::string_view type, const json::Value& before, const json::Value& after) {
    if (equal(before, after)) return;
    out.push_back({Mark::detail, depth, format("credential {}", type)});
    if (before && after && name_of(before) == name_of(after)) {
      out.push_back({Mark::line_same, depth, format("{} (another id)", name_of(after))});
      return;
    }
    if (before) out.push_back({Mark::line_removed, depth, name_of(before)});
    if (after) out.push_back({Mark::line_added, depth, name_of(after)});
  };
  for (const json::Value credential : old) add(credential.key(), credential, fresh[credential.key()]);
  for (const json::Value credential : fresh)
    if (!old[credential.key()]) add(credential.key(), {}, credential);
}

void add_new_node(const json::Value& json, unsigned depth, Outline& out) {
  static constexpr std::array kSaidElsewhere =
      std::to_array<std::string_view>({"name", "type", "typeVersion", "position", "id", "credentials", "webhookId"});
  for (const json::Value member : json) {
    const std::string_view key = member.key();
    if (std::find(kSaidElsewhere.begin(), kSaidElsewhere.end(), key) != kSaidElsewhere.end()) continue;
    if (member.is_object() && member.empty()) continue;
    add_leaves(member, key == "parameters" ? std::string() : std::string(key), depth, Mark::line_added, out);
  }
}

void add_links(const WorkflowDiff& workflow, Outline& out) {
  Outline lines;
  for (const Link& link : workflow.links())
    if (link.state == State::added) lines.push_back({Mark::added, 1, link_text(link, workflow)});
  for (const Link& link : workflow.links())
    if (link.state == State::removed) lines.push_back({Mark::removed, 1, link_text(link, workflow)});
  if (lines.empty()) return;
  out.push_back({});
  out.push_back({Mark::plain, 1, "connections"});
  out.insert(out.end(), lines.begin(), lines.end());
}

void add_workflow(const WorkflowDiff& workflow, Moves moves, Outline& out) {
  if (!workflow.settings().empty()) {
    out.push_back({Mark::plain, 1, "settings"});
    add_changes(workflow.settings(), 2, out);
    out.push_back({});
  }
  for (const NodeDiff& node : workflow.nodes()) {
    if (node.state() == State::same && (moves == Moves::counted || !node.moved())) continue;
    const Outline lines = outline_of(node);
    out.insert(out.end(), lines.begin(), lines.end());
  }
  add_links(workflow, out);
}

void add_text_lines(const FileDiff& file, Outline& out) {
  if (!file.note.empty()) out.push_back({Mark::plain, 1, file.note});
  for (const git::DiffLine& line : file.lines) {
    if (line.kind == git::LineKind::hunk) {
      out.push_back({Mark::detail, 1, format("line {}", line.number)});
      continue;
    }
    const Mark mark = line.kind == git::LineKind::added     ? Mark::line_added
                      : line.kind == git::LineKind::removed ? Mark::line_removed
                                                            : Mark::line_same;
    out.push_back({mark, 1, line.text});
  }
}

void add_effects(const FileDiff& file, Outline& out) {
  for (const SqlEffect& effect : file.effects) {
    const std::string lock = effect.lock.empty() ? std::string() : format("  ({})", effect.lock);
    out.push_back({file.state == State::added ? Mark::added : Mark::plain, 1, effect.what + lock});
  }
}

Mark mark_of_change(std::string_view line) {
  return line.starts_with("+") ? Mark::added : line.starts_with("-") ? Mark::removed : Mark::changed;
}

/// What the trial saw: the difference of the schema, the locks and the time.
void add_trial(const trial::TriedMigration& tried, Outline& out) {
  if (!tried.schema_changes.empty()) out.push_back({Mark::plain, 1, "schema"});
  for (const std::string& change : tried.schema_changes) {
    const bool sign = change.size() > 1 && change[1] == ' ';
    out.push_back({mark_of_change(change), 1, sign ? change.substr(2) : change});
  }
  const std::string locks = tried.locks.empty() ? "no lock that matters" : text::join(tried.locks, ", ");
  out.push_back({Mark::plain, 1, format("last trial: {:.1f} ms; {}", tried.milliseconds, locks)});
}

std::string reach_words(const std::vector<Reach>& reached) {
  std::vector<std::string> words;
  for (const Reach& one : reached) words.push_back(format("{} {}", kind_name(one.kind), one.what));
  return text::join(words, "; ");
}

}  // namespace

char sign_of(Mark mark) {
  switch (mark) {
    case Mark::added:
    case Mark::line_added:
      return '+';
    case Mark::removed:
    case Mark::line_removed:
      return '-';
    case Mark::changed:
      return '~';
    case Mark::renamed:
      return '>';
    case Mark::moved:
      return '.';
    case Mark::plain:
    case Mark::detail:
    case Mark::line_same:
      break;
  }
  return ' ';
}

std::string summary(const Counts& counts) {
  std::vector<std::string> nodes;
  const auto count_nodes = [&nodes](std::size_t number, std::string_view what) {
    if (number == 0) return;
    nodes.push_back(nodes.empty() ? format("{} {}", text::counted(number, "node"), what)
                                  : format("{} {}", number, what));
  };
  count_nodes(counts.added, "added");
  count_nodes(counts.removed, "removed");
  const std::string besides = counts.renamed_changed == 0 || counts.renamed_changed == counts.renamed
                                  ? (counts.renamed_changed == 0 ? "renamed" : "renamed and changed")
                                  : format("renamed ({} changed too)", counts.renamed_changed);
  count_nodes(counts.renamed, besides);
  count_nodes(counts.changed, "changed");
  count_nodes(counts.moved, "moved");
  std::vector<std::string> parts;
  if (!nodes.empty()) parts.push_back(text::join(nodes, ", "));
  std::vector<std::string> links;
  if (counts.links_added > 0) links.push_back(format("{} added", text::counted(counts.links_added, "connection")));
  if (counts.links_removed > 0)
    links.push_back(links.empty() ? format("{} removed", text::counted(counts.links_removed, "connection"))
                                  : format("{} removed", counts.links_removed));
  if (!links.empty()) parts.push_back(text::join(links, ", "));
  if (counts.settings > 0) parts.push_back(format("{} changed", text::counted(counts.settings, "setting")));
  return parts.empty() ? std::string("only formatting or fields that n8n writes") : text::join(parts, "; ");
}

std::string summary_line(const FileDiff& file) {
  std::string_view stem = file.path;
  if (const std::size_t slash = stem.rfind('/'); slash != std::string_view::npos) stem.remove_prefix(slash + 1);
  if (stem.ends_with(".json")) stem.remove_suffix(5);
  return summary_line(file, stem);
}

std::string summary_line(const FileDiff& file, std::string_view stem) {
  const std::string_view state = file.state == State::added ? "new " : file.state == State::removed ? "removed " : "";
  if (file.kind == FileKind::workflow) {
    const Counts counts = file.workflow->counts();
    if (file.state == State::added)
      return format("{}: new workflow, {}, {}", stem, text::counted(counts.nodes_after, "node"),
                    text::counted(counts.links_added, "connection"));
    if (file.state == State::removed)
      return format("{}: workflow removed ({})", stem, text::counted(counts.nodes_before, "node"));
    return format("{}: {}", stem, summary(counts));
  }
  if (file.kind == FileKind::migration)
    return format("{}: {}migration, {}", stem, file.state == State::changed ? "changed " : state,
                  text::counted(file.effects.size(), "statement"));
  return format("{}: {}text, {}", stem, file.state == State::changed ? "changed as " : state,
                file.note.empty() ? "not a workflow" : file.note);
}

std::string heading(const FileDiff& file) {
  std::string out = file.old_path.empty() ? file.path : format("{} -> {}", file.old_path, file.path);
  if (file.kind == FileKind::workflow) {
    const Counts counts = file.workflow->counts();
    const std::string number = file.state == State::added ? format("new, {}", text::counted(counts.nodes_after, "node"))
                               : file.state == State::removed
                                   ? format("removed, {}", text::counted(counts.nodes_before, "node"))
                                   : format("{} -> {} nodes", counts.nodes_before, counts.nodes_after);
    return format("{}  \"{}\"  {}", out, file.workflow->name(), number);
  }
  if (file.state != State::changed) out += file.state == State::added ? "  new" : "  removed";
  return out;
}

Outline outline_of(const NodeDiff& node) {
  Outline out;
  const bool only_moved = node.state() == State::same;
  out.push_back({mark_of(node), 1, node_title(node) + (only_moved && node.moved() ? move_text(node) : std::string())});
  if (node.state() == State::removed) return out;
  if (node.state() == State::added) add_new_node(node.after->json, 3, out);
  std::vector<Change> changes;
  std::copy_if(node.changes.begin(), node.changes.end(), std::back_inserter(changes),
               [](const Change& change) { return change.path.front().key != "credentials"; });
  add_changes(changes, 3, out);
  add_credential_lines(node, 3, out);
  return out;
}

void add_changes(const std::vector<Change>& changes, unsigned depth, Outline& out) {
  for (const Change& change : changes) add_value_lines(change, depth, out);
}

std::string link_text(const Link& link, const WorkflowDiff& workflow) {
  const bool many_outputs = std::any_of(workflow.links().begin(), workflow.links().end(), [&](const Link& other) {
    return other.output > 0 && other.from_name == link.from_name && other.type == link.type;
  });
  std::string out = quoted_name(link.from_name);
  if (link.type != "main") out += format(" [{}]", link.type);
  if (!link.output_name.empty()) {
    out += format(" ({})", visible_line(link.output_name));
  } else if (many_outputs) {
    out += format(" (output {})", link.output);
  }
  out += format(" -> {}", quoted_name(link.to_name));
  if (link.input > 0) out += format(" (input {})", link.input);
  return out;
}

Outline consequences_of(const FileDiff& file) {
  Outline out;
  if (file.kind == FileKind::workflow) {
    const WorkflowDiff& workflow = *file.workflow;
    if (!workflow.reached().empty()) out.push_back({Mark::plain, 1, "reaches now: " + reach_words(workflow.reached())});
    if (!workflow.unreached().empty())
      out.push_back({Mark::plain, 1, "no longer reaches: " + reach_words(workflow.unreached())});
    if (workflow.reached().empty() && workflow.unreached().empty() && file.state == State::changed)
      out.push_back({Mark::plain, 1, "no table, workflow, host, credential, webhook or schedule changed"});
  }
  if (!file.verdicts) return out;
  const Verdicts& verdicts = *file.verdicts;
  out.push_back(
      {Mark::plain, 1,
       format("gate: {} before, {} after", text::counted(verdicts.errors_before, "error"), verdicts.errors_after) +
           (verdicts.warnings_before + verdicts.warnings_after == 0
                ? std::string()
                : format("; {} before, {} after", text::counted(verdicts.warnings_before, "warning"),
                         verdicts.warnings_after))});
  for (const FindingDiff& one : verdicts.differences) {
    const lint::Finding& finding = one.finding;
    const std::string where = finding.node.empty() ? std::string() : finding.node + ": ";
    out.push_back(
        {one.state == State::added ? Mark::added : Mark::removed, 1,
         format("{}[{}] {}{}", lint::severity_name(finding.severity), finding.rule, where, finding.message.text)});
  }
  return out;
}

Outline outline_of(const FileDiff& file, Moves moves) {
  Outline out;
  if (file.kind == FileKind::workflow) {
    if (file.state == State::changed) {
      out.push_back({Mark::plain, 1, summary(file.workflow->counts())});
      out.push_back({});
    }
    add_workflow(*file.workflow, moves, out);
  } else {
    add_effects(file, out);
    if (file.tried) add_trial(*file.tried, out);
    add_text_lines(file, out);
  }
  const Outline after = consequences_of(file);
  if (!after.empty()) {
    if (!out.empty()) out.push_back({});
    out.insert(out.end(), after.begin(), after.end());
  }
  const auto blank = [](const OutlineLine& line) { return line.mark == Mark::plain && line.text.empty(); };
  const auto twice = [&](const OutlineLine& a, const OutlineLine& b) { return blank(a) && blank(b); };
  out.erase(std::unique(out.begin(), out.end(), twice), out.end());
  return out;
}

}  // namespace kairon::diff
