#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "migrate/version_table.h"
#include "migration/file.h"
#include "migration/set.h"
#include "migration/version.h"

namespace kairon::migrate {

/// A migration with its files' content.
struct Source {
  migration::Version version;
  std::shared_ptr<const migration::File> forward;
  std::shared_ptr<const migration::File> rollback;     ///< null when there is none
  std::shared_ptr<const migration::File> verify = {};  ///< the tool's check of its work (Sqitch); null = none
};

/// The migrations among `entries`, in the order of their plan where the layout has one, which `read` gives.
[[nodiscard]] migration::Set set_of(const migration::Layout& layout, const std::string& folder,
                                    const std::vector<migration::Entry>& entries,
                                    const std::function<std::string(const migration::Entry&)>& read);

/// A migration with the text of its files, which `read` gives. A rollback that holds no statement is none where another
/// tool runs the migrations.
[[nodiscard]] Source source_of(const migration::Layout& layout, const migration::Migration& one,
                               const std::function<std::string(const migration::Entry&)>& read);

void sort_by_version(std::vector<Source>& sources);

/// All migrations of a folder on disk, in the order in which they run. Throws Error(environment) when a
/// file cannot be read, Error(usage) when two files of our layout share a number.
[[nodiscard]] std::vector<Source> read_folder(const std::string& top, const std::string& folder,
                                              const migration::Layout& layout = migration::kairon_layout());
/// The folder and layout that settings name.
[[nodiscard]] std::vector<Source> read_folder(const std::string& top, const config::Settings& settings);

enum class Standing {
  pending,       ///< not applied
  applied,       ///< applied, and the file is as it was
  unverified,    ///< applied, but the row has no checksum of ours
  changed,       ///< applied, and the file is another now
  missing_file,  ///< applied, and there is no file of that version
  failed,        ///< another tool began it and did not finish
  assumed        ///< another tool's table says so of everything up to a version
};
[[nodiscard]] std::string_view standing_name(Standing standing);

/// One migration as files and table see it.
struct StateLine {
  std::string version;
  Standing standing = Standing::pending;
  const Source* source = nullptr;   ///< null for missing_file
  AppliedRow row;                   ///< empty for pending
  bool out_of_order = false;        ///< pending, and something later is applied
  std::optional<Begun> begun = {};  ///< its file without a transaction (or its rollback) was not finished
};

/// Files against rows, in version order. Rows are matched by the whole stem, also with ".sql" behind it,
/// or by a bare number that one file has.
[[nodiscard]] std::vector<StateLine> compare_state(const std::vector<Source>& sources,
                                                   const std::vector<AppliedRow>& rows);

}  // namespace kairon::migrate
