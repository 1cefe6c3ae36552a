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

std::shared_ptr<const migration::File> load(const std::string& top, const std::string& path) {
  Result<std::string> content = file::read(top + "/" + path);
  if (!content.ok()) throw environment_error(format("cannot read {}: {}", path, content.failure().message));
  return std::make_shared<const migration::File>(path, std::move(*content));
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
  return row.checksum == source.forward->checksum() ? Standing::applied : Standing::changed;
}

}  // namespace

std::vector<Source> read_folder(const std::string& top, const std::string& folder) {
  std::vector<migration::Entry> entries;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(top + "/" + folder, failed)) {
    if (entry.path().extension() == ".sql") entries.push_back({folder + "/" + entry.path().filename().string(), ""});
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    throw environment_error(format("cannot read {}: {}", folder, failed.message()));
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  const migration::Set set(folder, entries);
  std::vector<Source> sources;
  for (const migration::Migration& one : set.migrations()) {
    if (!sources.empty() && sources.back().version.same_number(one.version)) {
      throw usage_error(format("{} and {} have the same number", sources.back().forward->path(), one.forward.path),
                        "give the newer one the next free number");
    }
    sources.push_back({one.version, load(top, one.forward.path),
                       one.rollbacks.empty() ? nullptr : load(top, one.rollbacks.front().path)});
  }
  return sources;
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
  std::stable_sort(lines.begin(), lines.end(), [](const StateLine& a, const StateLine& b) {
    return migration::parse_version(a.version) < migration::parse_version(b.version);
  });
  bool later_applied = false;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line->standing == Standing::pending) line->out_of_order = later_applied;
    // Rows of other tools may count in another way than the files do.
    const bool ours = line->source != nullptr || !line->row.kind.empty();
    later_applied = later_applied || (line->standing != Standing::pending && ours);
  }
  return lines;
}

}  // namespace kairon::migrate
