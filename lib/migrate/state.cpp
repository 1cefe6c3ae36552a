#include "migrate/state.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "migration/set.h"

namespace kairon::migrate {

namespace {

namespace fs = std::filesystem;

std::string read_text(const std::string& top, const std::string& path) {
  Result<std::string> content = file::read_below(top, path);
  if (!content.ok()) throw environment_error(format("cannot read {}: {}", path, content.failure().text));
  return std::move(*content);
}

/// The files of a folder that a layout may read, paths below `top`.
std::vector<migration::Entry> list(const std::string& top, const std::string& folder, const migration::Layout& layout) {
  std::vector<migration::Entry> entries;
  const std::string start = top + "/" + folder;
  std::error_code unknown;
  if (fs::is_symlink(fs::symlink_status(start, unknown)))
    throw usage_error(format("{} is a symbolic link, which is not followed", text::printable(folder)),
                      "name the folder itself: git config -f .kairon kairon.migrations FOLDER");
  std::error_code failed;
  for (auto at = fs::recursive_directory_iterator(start, failed); at != fs::recursive_directory_iterator();
       at.increment(failed)) {
    if (!layout.deep()) at.disable_recursion_pending();
    std::error_code ignored;
    if (at->is_directory(ignored)) continue;
    const std::string path = folder + "/" + at->path().lexically_relative(start).generic_string();
    if (path.ends_with(".sql") || migration::is_companion(layout, path)) entries.push_back({path, ""});
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    throw environment_error(format("cannot read {}: {}", folder, failed.message()));
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return entries;
}

bool is_row_of(const AppliedRow& row, const Source& source, const std::vector<Source>& all) {
  if (row.version == source.version.stem || row.version == source.version.stem + ".sql") return true;
  const migration::Version version = migration::parse_version(row.version);
  const bool bare = !version.number.empty() && version.name.empty();
  if (!bare || !version.same_number(source.version)) return false;
  return std::count_if(all.begin(), all.end(), [&](const Source& s) { return s.version.same_number(version); }) == 1;
}

Standing standing_of(const Source& source, const AppliedRow& row) {
  constexpr std::size_t kSha256Digits = 64;
  if (row.checksum.size() != kSha256Digits) return Standing::unverified;
  return source.forward->has_checksum(row.checksum) ? Standing::applied : Standing::changed;
}

}  // namespace

Source source_of(const migration::Layout& layout, const migration::Migration& one,
                 const std::function<std::string(const migration::Entry&)>& read) {
  migration::Form form{&layout};
  form.no_transaction = !one.companion.path.empty() && turns_transaction_off(layout, read(one.companion));
  const std::string text = read(one.forward);
  Source source{one.version, std::make_shared<const migration::File>(one.forward.path, text, form), nullptr};
  if (!one.verify.path.empty())
    source.verify = std::make_shared<const migration::File>(one.verify.path, read(one.verify), form);
  if (one.rollbacks.empty()) return source;
  const migration::Entry& entry = one.rollbacks.front();
  form.direction = migration::Direction::rollback;
  auto rollback =
      std::make_shared<const migration::File>(entry.path, entry.path == one.forward.path ? text : read(entry), form);
  if (layout.is_ours() || !rollback->holds_nothing()) source.rollback = std::move(rollback);
  return source;
}

migration::Set set_of(const migration::Layout& layout, const std::string& folder,
                      const std::vector<migration::Entry>& entries,
                      const std::function<std::string(const migration::Entry&)>& read) {
  migration::Set set(folder, entries, layout);
  if (!layout.psql) return set;
  const auto plan = std::find_if(entries.begin(), entries.end(), [&folder](const migration::Entry& entry) {
    return entry.path == folder + "/sqitch.plan";
  });
  if (plan != entries.end()) set.follow(migration::read_plan(read(*plan)));
  return set;
}

void sort_by_version(std::vector<Source>& sources) {
  std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) { return a.version < b.version; });
}

std::vector<Source> read_folder(const std::string& top, const std::string& folder, const migration::Layout& layout) {
  const std::vector<migration::Entry> entries = list(top, folder, layout);
  const auto read = [&top](const migration::Entry& entry) { return read_text(top, entry.path); };
  const migration::Set set = set_of(layout, folder, entries, read);
  std::vector<Source> sources;
  for (const migration::Migration& one : set.migrations()) {
    if (layout.is_ours() && !sources.empty() && sources.back().version.same_number(one.version)) {
      throw usage_error(format("{} and {} have the same number", sources.back().forward->path(), one.forward.path),
                        "give the newer one the next free number");
    }
    sources.push_back(source_of(layout, one, read));
  }
  return sources;
}

std::vector<Source> read_folder(const std::string& top, const config::Settings& settings) {
  return read_folder(top, settings.migrations_folder(), migration::layout_of(settings));
}

std::string_view standing_name(Standing standing) {
  switch (standing) {
    case Standing::pending:
      return "pending";
    case Standing::applied:
      return "applied";
    case Standing::unverified:
      return "unverified";
    case Standing::changed:
      return "changed";
    case Standing::missing_file:
      return "missing-file";
    case Standing::failed:
      return "failed";
    case Standing::assumed:
      return "assumed";
  }
  return "";
}

std::vector<StateLine> compare_state(const std::vector<Source>& sources, const std::vector<AppliedRow>& rows) {
  std::vector<StateLine> lines;
  std::vector<bool> used(rows.size(), false);
  for (const Source& source : sources) {
    StateLine line{source.version.stem, Standing::pending, &source, {}, false};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (used[i] || line.standing != Standing::pending || !is_row_of(rows[i], source, sources)) continue;
      used[i] = true;
      line.row = rows[i];
      line.standing = standing_of(source, rows[i]);
    }
    lines.push_back(std::move(line));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!used[i]) lines.push_back({rows[i].version, Standing::missing_file, nullptr, rows[i], false});
  }
  const auto version_of = [](const StateLine& line) {
    return line.source == nullptr ? migration::parse_version(line.version) : line.source->version;
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const StateLine& a, const StateLine& b) { return version_of(a) < version_of(b); });
  bool later_applied = false;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line->standing == Standing::pending) line->out_of_order = later_applied;
    // Rows of other tools may count in another way than the files do.
    const bool ours = line->source != nullptr || !line->row.kind.empty();
    // A file without a number sorts last, and says nothing of when it was applied.
    const migration::Version version = version_of(*line);
    const bool ordered = !version.number.empty() || !version.key.empty();
    later_applied = later_applied || (line->standing != Standing::pending && ours && ordered);
  }
  return lines;
}

}  // namespace kairon::migrate
