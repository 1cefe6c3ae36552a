#include <utility>

#include "base/format.h"
#include "lint/migration_rule.h"

namespace kairon::lint {
namespace migration_layout {
namespace {

/// A file of another tool in a folder that is judged as ours: both directions would run.
void look_for_marks(const migration::File& file, MigrationReporter& report) {
  for (const auto& [mark, layout] : {std::pair("-- +goose Up", "goose"), std::pair("-- migrate:up", "dbmate")}) {
    const std::size_t at = file.text().find(mark);
    if (at == std::string::npos || (at != 0 && file.text()[at - 1] != '\n')) continue;
    report.at(at, format("the file is laid out for {}, and judged as one of ours", layout),
              format("git config -f .kairon kairon.layout {}", layout), Severity::warning);
  }
}

void check(const MigrationInput& input, MigrationReporter& report) {
  if (input.file().layout().is_ours()) return look_for_marks(input.file(), report);
  // Both directions of a file are read with the same marks: they are spoken of once.
  if (input.file().name().is_rollback && input.file().name().role == migration::Role::both) return;
  for (const migration::Remark& problem : input.file().problems()) report.at(problem.offset, problem.message);
}

}  // namespace

}  // namespace migration_layout

extern const MigrationRule kMigrationLayout;
const MigrationRule kMigrationLayout{
    {"migration/layout", Severity::error, Scope::always,
     "breaks a rule of the migration tool, which refuses it or cuts it in pieces",
     "dbmate and goose find the two directions of a file, and goose its statements, by comments in the file. Where one "
     "is missing or misspelt the tool stops, with the migrations before it already applied.",
     "Write the comment as the tool's documentation has it."},
    migration_layout::check};

}  // namespace kairon::lint
