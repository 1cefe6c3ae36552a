#include "base/format.h"
#include "diff/render.h"
#include "json/document.h"

namespace kairon::diff {

namespace {

using json::Writer;

std::string_view state_name(State state) {
  static constexpr std::string_view kNames[] = {"same", "added", "removed", "changed"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view kind_of(FileKind kind) {
  static constexpr std::string_view kNames[] = {"workflow", "migration", "text"};
  return kNames[static_cast<std::size_t>(kind)];
}

long long count_of(std::size_t number) { return static_cast<long long>(number); }

void write_changes(std::string_view key, const std::vector<Change>& changes, Writer& out) {
  out.key(key).begin_array();
  for (const Change& change : changes) {
    out.begin_object().key("path").string(path_text(change.path));
    if (change.before) out.key("before").value(change.before);
    if (change.after) out.key("after").value(change.after);
    out.end_object();
  }
  out.end_array();
}

void write_point(std::string_view key, const NodeView* view, Writer& out) {
  if (view == nullptr || !view->position) return;
  out.key(key).begin_array().number(view->position->x).number(view->position->y).end_array();
}

void write_nodes(const WorkflowDiff& workflow, Writer& out) {
  out.key("nodes").begin_array();
  for (const NodeDiff& node : workflow.nodes()) {
    if (node.state() == State::same && !node.moved()) continue;
    out.begin_object().key("state").string(state_name(node.state())).key("name").string(node.view().name);
    out.key("type").string(node.view().type);
    if (node.renamed()) out.key("old_name").string(node.before->name);
    if (node.moved()) {
      write_point("old_position", node.before, out);
      write_point("position", node.after, out);
    }
    if (node.state() == State::added) out.key("node").value(node.after->json);
    if (node.state() == State::removed) out.key("node").value(node.before->json);
    if (node.before != nullptr && node.after != nullptr) write_changes("changes", node.changes, out);
    out.end_object();
  }
  out.end_array();
}

void write_links(const WorkflowDiff& workflow, Writer& out) {
  out.key("connections").begin_array();
  for (const Link& link : workflow.links()) {
    if (link.state == State::same) continue;
    out.begin_object().key("state").string(state_name(link.state)).key("from").string(link.from_name);
    out.key("to").string(link.to_name).key("type").string(link.type);
    out.key("output").integer(count_of(link.output)).key("input").integer(count_of(link.input)).end_object();
  }
  out.end_array();
}

void write_reach(std::string_view key, const std::vector<Reach>& reached, Writer& out) {
  out.key(key).begin_array();
  for (const Reach& one : reached)
    out.begin_object().key("kind").string(kind_name(one.kind)).key("what").string(one.what).end_object();
  out.end_array();
}

void write_workflow(const WorkflowDiff& workflow, Writer& out) {
  const Counts counts = workflow.counts();
  out.key("workflow").string(workflow.name()).key("counts").begin_object();
  const std::pair<std::string_view, std::size_t> numbers[] = {{"nodes_before", counts.nodes_before},
                                                              {"nodes_after", counts.nodes_after},
                                                              {"added", counts.added},
                                                              {"removed", counts.removed},
                                                              {"renamed", counts.renamed},
                                                              {"renamed_and_changed", counts.renamed_changed},
                                                              {"changed", counts.changed},
                                                              {"moved", counts.moved},
                                                              {"connections_added", counts.links_added},
                                                              {"connections_removed", counts.links_removed},
                                                              {"settings", counts.settings}};
  for (const auto& [name, value] : numbers) out.key(name).integer(count_of(value));
  out.end_object();
  write_changes("settings", workflow.settings(), out);
  write_nodes(workflow, out);
  write_links(workflow, out);
  write_reach("reaches", workflow.reached(), out);
  write_reach("no_longer_reaches", workflow.unreached(), out);
}

void write_schema_lines(const FileDiff& file, Writer& out) {
  static constexpr std::string_view kKinds[] = {"hunk", "context", "added", "removed"};
  out.key("lines").begin_array();
  for (const git::DiffLine& line : file.lines) {
    out.begin_object().key("kind").string(kKinds[static_cast<std::size_t>(line.kind)]);
    out.key("line").integer(count_of(line.number)).key("text").string(line.text).end_object();
  }
  out.end_array();
}

void write_statements(const FileDiff& file, Writer& out) {
  out.key("statements").begin_array();
  for (const SqlEffect& effect : file.effects) {
    out.begin_object().key("line").integer(count_of(effect.line)).key("statement").string(effect.what);
    if (!effect.lock.empty()) out.key("lock").string(effect.lock);
    out.end_object();
  }
  out.end_array();
}

void write_trial(const trial::TriedMigration& tried, Writer& out) {
  out.key("trial").begin_object().key("ms").number(tried.milliseconds);
  for (const auto& [key, lines] :
       {std::pair("locks", &tried.locks), std::pair("schema_changes", &tried.schema_changes)}) {
    out.key(key).begin_array();
    for (const std::string& line : *lines) out.string(line);
    out.end_array();
  }
  out.end_object();
}

void write_findings(const Verdicts& verdicts, Writer& out) {
  out.key("findings").begin_object();
  out.key("errors_before").integer(count_of(verdicts.errors_before));
  out.key("errors_after").integer(count_of(verdicts.errors_after));
  out.key("warnings_before").integer(count_of(verdicts.warnings_before));
  out.key("warnings_after").integer(count_of(verdicts.warnings_after));
  out.key("differences").begin_array();
  for (const FindingDiff& one : verdicts.differences) {
    const lint::Finding& finding = one.finding;
    out.begin_object().key("state").string(state_name(one.state)).key("rule").string(finding.rule);
    out.key("severity").string(lint::severity_name(finding.severity)).key("node").string(finding.node);
    out.key("line").integer(count_of(finding.line)).key("column").integer(count_of(finding.column));
    out.key("message").string(finding.message.text).end_object();
  }
  out.end_array().end_object();
}

}  // namespace

std::string to_json(const DiffReport& report) {
  Writer out(Writer::Style::pretty);
  out.begin_object().key("version").integer(1).key("before").string(report.before).key("after").string(report.after);
  out.key("files").begin_array();
  for (const FileDiff& file : report.files) {
    out.begin_object().key("path").string(file.path).key("kind").string(kind_of(file.kind));
    if (!file.old_path.empty()) out.key("old_path").string(file.old_path);
    out.key("state").string(state_name(file.state)).key("summary").string(summary_line(file));
    if (!file.note.empty()) out.key("note").string(file.note);
    if (file.kind == FileKind::workflow) write_workflow(*file.workflow, out);
    if (file.kind == FileKind::migration) write_statements(file, out);
    if (file.tried) write_trial(*file.tried, out);
    if (!file.lines.empty()) write_schema_lines(file, out);
    if (file.verdicts) write_findings(*file.verdicts, out);
    out.end_object();
  }
  return out.end_array().end_object().take() + "\n";
}

}  // namespace kairon::diff
