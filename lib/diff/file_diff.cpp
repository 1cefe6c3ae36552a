#include "diff/file_diff.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "diff/likeness.h"

namespace kairon::diff {

namespace {

constexpr unsigned kContext = 2;

/// A parsed side, or why it is not a workflow.
struct FileSide {
  std::unique_ptr<json::Document> document;
  std::string problem;
};

bool is_binary(std::string_view text) {
  return text.find('\0') != std::string_view::npos || text::invalid_utf8(text) != std::string_view::npos;
}

FileSide read_side(const std::optional<FileVersion>& file) {
  if (!file) return {};
  json::Document::Parsed parsed = json::Document::parse(file->text);
  if (!parsed.document) {
    return {nullptr, format("invalid JSON in line {}: {}", parsed.error ? parsed.error->position.line : 1,
                            parsed.error ? parsed.error->message : "unreadable")};
  }
  if (!workflow::Workflow::looks_like_workflow(parsed.document->root()))
    return {nullptr, "not a workflow: 'nodes' or 'connections' is missing"};
  for (const json::Value node : parsed.document->root()["nodes"])
    if (!node.is_object()) return {nullptr, "not a workflow: 'nodes' holds something that is not an object"};
  return {std::move(parsed.document), {}};
}

void show_as_text(FileDiff& diff, const std::optional<FileVersion>& before, const std::optional<FileVersion>& after) {
  const std::string_view old = before ? std::string_view(before->text) : std::string_view();
  const std::string_view fresh = after ? std::string_view(after->text) : std::string_view();
  if (is_binary(old) || is_binary(fresh)) {
    diff.note += format("{}binary content, {} -> {} bytes", diff.note.empty() ? "" : "; ", old.size(), fresh.size());
    return;
  }
  diff.lines = git::line_diff(old, fresh, kContext);
}

void diff_workflow(FileDiff& diff, const std::optional<FileVersion>& before, const std::optional<FileVersion>& after) {
  FileSide old = read_side(before);
  FileSide fresh = read_side(after);
  if (old.problem.empty() && fresh.problem.empty()) {
    diff.kind = FileKind::workflow;
    diff.workflow = std::make_unique<WorkflowDiff>(std::move(old.document), std::move(fresh.document));
    return;
  }
  if (!old.problem.empty()) diff.note = format("before: {}", old.problem);
  if (!fresh.problem.empty()) diff.note += format("{}after: {}", diff.note.empty() ? "" : "; ", fresh.problem);
  show_as_text(diff, before, after);
}

void diff_migration(FileDiff& diff, const std::optional<FileVersion>& before, const std::optional<FileVersion>& after) {
  diff.kind = FileKind::migration;
  if (after) {
    diff.effects = effects_of(sql::Script(after->text));
    diff.sha256 = hash::sha256(after->text);
  }
  if (before && after) show_as_text(diff, before, after);
}

/// What a workflow file is recognized by.
struct Marks {
  std::string id;
  std::string name;
  Features nodes;
};

Marks marks_of(const FileVersion& file) {
  Marks marks;
  const json::Document::Parsed parsed = json::Document::parse(file.text);
  if (!parsed.document) return marks;
  marks.id = parsed.document->root()["id"].string();
  marks.name = parsed.document->root()["name"].string();
  for (const NodeView& node : nodes_of(parsed.document->root()))
    marks.nodes.push_back(format("{}\n{}", node.name, node.type));
  std::sort(marks.nodes.begin(), marks.nodes.end());
  return marks;
}

}  // namespace

bool FileDiff::empty() const {
  if (state != State::changed || !old_path.empty() || !note.empty()) return false;
  if (verdicts && !verdicts->differences.empty()) return false;
  return kind == FileKind::workflow ? workflow->empty() : lines.empty();
}

FileDiff diff_file(const std::optional<FileVersion>& before, const std::optional<FileVersion>& after) {
  FileDiff diff;
  diff.path = after ? after->path : before->path;
  if (before && after && before->path != after->path) diff.old_path = before->path;
  diff.state = !before ? State::added : !after ? State::removed : State::changed;
  if (diff.path.ends_with(".sql")) {
    diff_migration(diff, before, after);
  } else {
    diff_workflow(diff, before, after);
  }
  return diff;
}

std::vector<std::size_t> match_files(const std::vector<FileVersion>& gone, const std::vector<FileVersion>& fresh) {
  constexpr double kAlike = 0.5;
  std::vector<std::size_t> old_of(fresh.size(), kNone);
  std::vector<bool> taken(gone.size(), false);
  std::vector<Marks> old_marks, new_marks;
  for (const FileVersion& file : gone) old_marks.push_back(marks_of(file));
  for (const FileVersion& file : fresh) new_marks.push_back(marks_of(file));
  using Test = bool (*)(const FileVersion&, const Marks&, const FileVersion&, const Marks&);
  static constexpr Test kTests[] = {
      [](const FileVersion& a, const Marks&, const FileVersion& b, const Marks&) { return a.text == b.text; },
      [](const FileVersion&, const Marks& a, const FileVersion&, const Marks& b) {
        return !a.id.empty() && a.id == b.id;
      },
      [](const FileVersion&, const Marks& a, const FileVersion&, const Marks& b) {
        return !a.name.empty() && a.name == b.name;
      },
      [](const FileVersion&, const Marks& a, const FileVersion&, const Marks& b) {
        return likeness(a.nodes, b.nodes) > kAlike;
      }};
  for (const Test test : kTests) {
    for (std::size_t j = 0; j < fresh.size(); ++j) {
      for (std::size_t i = 0; i < gone.size() && old_of[j] == kNone; ++i) {
        const bool both_sql = gone[i].path.ends_with(".sql") == fresh[j].path.ends_with(".sql");
        if (taken[i] || !both_sql || !test(gone[i], old_marks[i], fresh[j], new_marks[j])) continue;
        old_of[j] = i;
        taken[i] = true;
      }
    }
  }
  return old_of;
}

void add_trials(const trial::LastTrial& last, std::vector<FileDiff>& files) {
  for (FileDiff& file : files) {
    for (const trial::TriedMigration& tried : last.migrations)
      if (!file.sha256.empty() && tried.sha256 == file.sha256) file.tried = tried;
  }
}

Verdicts compare_findings(const std::vector<lint::Finding>& before, const std::vector<lint::Finding>& after,
                          const WorkflowDiff* workflow) {
  std::map<std::string, std::string> new_names;
  if (workflow != nullptr) {
    for (const NodeDiff& node : workflow->nodes())
      if (node.renamed()) new_names.emplace(node.before->name, node.after->name);
  }
  using Identity = std::tuple<std::string, std::string, std::string>;
  const auto identity = [](const lint::Finding& finding) -> Identity {
    return {finding.rule, finding.node, finding.message.text};
  };
  std::multiset<Identity> known;
  Verdicts verdicts;
  const auto count = [](const std::vector<lint::Finding>& findings, std::size_t& errors, std::size_t& warnings) {
    for (const lint::Finding& finding : findings) {
      errors += finding.severity == lint::Severity::error ? 1U : 0U;
      warnings += finding.severity == lint::Severity::warning ? 1U : 0U;
    }
  };
  count(before, verdicts.errors_before, verdicts.warnings_before);
  count(after, verdicts.errors_after, verdicts.warnings_after);
  std::vector<lint::Finding> old = before;
  for (lint::Finding& finding : old) {
    const auto hit = new_names.find(finding.node);
    if (hit == new_names.end()) continue;
    // Messages quote names; the same words without quotes may be code.
    finding.message.text = text::replace_all(finding.message.text, "'" + hit->first + "'", "'" + hit->second + "'");
    finding.node = hit->second;
  }
  for (const lint::Finding& finding : old) known.insert(identity(finding));
  for (const lint::Finding& finding : after) {
    const auto hit = known.find(identity(finding));
    if (hit != known.end()) {
      known.erase(hit);
    } else {
      verdicts.differences.push_back({finding, State::added});
    }
  }
  for (const lint::Finding& finding : old) {
    const auto hit = known.find(identity(finding));
    if (hit == known.end()) continue;
    known.erase(hit);
    verdicts.differences.push_back({finding, State::removed});
  }
  return verdicts;
}

}  // namespace kairon::diff
