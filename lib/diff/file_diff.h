#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diff/sql_effects.h"
#include "diff/workflow_diff.h"
#include "git/line_diff.h"
#include "lint/finding.h"
#include "trial/last_trial.h"

namespace kairon::diff {

/// A file of one side.
struct FileVersion {
  std::string path;
  std::string text;
};

enum class FileKind : std::uint8_t { workflow, migration, text };

/// A finding that only one side has.
struct FindingDiff {
  lint::Finding finding;
  State state = State::added;  ///< added: new with the change; removed: gone with it
};

/// Findings on both sides.
struct Verdicts {
  std::size_t errors_before = 0, errors_after = 0;
  std::size_t warnings_before = 0, warnings_after = 0;
  std::vector<FindingDiff> differences;
};

/// What a change does to one file.
struct FileDiff {
  FileKind kind = FileKind::text;
  std::string path;      ///< after the change when there is an after
  std::string old_path;  ///< "" when the file kept its path
  State state = State::changed;
  std::unique_ptr<WorkflowDiff> workflow;      ///< of FileKind::workflow
  std::vector<SqlEffect> effects;              ///< of a migration, after the change
  std::string sha256;                          ///< of a migration after the change
  std::optional<trial::TriedMigration> tried;  ///< when this very file was tried
  std::string note;                            ///< why a workflow is shown as text
  std::vector<git::DiffLine> lines;            ///< of a text, and of a migration that existed before
  std::optional<Verdicts> verdicts;            ///< nothing: not judged

  /// True when nothing differs that people look at.
  [[nodiscard]] bool empty() const;
};

/// Compares two versions of a file; at least one exists. Never throws on any content: what is not a
/// workflow is shown as text.
[[nodiscard]] FileDiff diff_file(const std::optional<FileVersion>& before, const std::optional<FileVersion>& after);

/// Pairs files that are gone with files that are new: the same content, else the same workflow id, name
/// or most nodes. Returns for every fresh file the index of its old one, kNone for a new file.
[[nodiscard]] std::vector<std::size_t> match_files(const std::vector<FileVersion>& gone,
                                                   const std::vector<FileVersion>& fresh);

/// Tells each migration what the last trial saw of it, when that was of the same content.
void add_trials(const trial::LastTrial& last, std::vector<FileDiff>& files);

/// Findings of the two sides that differ. A renamed node keeps its findings.
[[nodiscard]] Verdicts compare_findings(const std::vector<lint::Finding>& before,
                                        const std::vector<lint::Finding>& after, const WorkflowDiff* workflow);

}  // namespace kairon::diff
