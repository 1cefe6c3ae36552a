// Which folder new migrations go to.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "install/survey.h"

namespace kairon::install {

namespace {

struct Folder {
  std::size_t files = 0;
  std::string highest;  ///< digits without leading zeros
  std::string last;     ///< the file that has them
};

/// Numbers of any length compare by length first: timestamps do not fit an integer of every platform.
bool is_lower(const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

std::string number_of(std::string_view name) {
  const std::string_view digits = name.substr(0, name.find_first_not_of("0123456789"));
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string("0") : std::string(digits.substr(first));
}

bool is_numbered(std::string_view name) {
  return !name.empty() && name.front() >= '0' && name.front() <= '9' && !text::contains(name, "rollback") &&
         !name.ends_with(".down.sql");
}

/// The part of a folder's path that tells it from other folders of migrations: "billing" of
/// services/billing/db/migrations.
std::string word_of(std::string_view folder) {
  constexpr std::array<std::string_view, 18> kUsual = {
      "migrations", "migration", "migrate",   "db",       "database", "databases", "sql", "schema",   "schemas",
      "src",        "main",      "resources", "internal", "prisma",   "supabase",  "pkg", "packages", "services"};
  const std::vector<std::string_view> parts = text::split(folder, '/');
  const auto word = std::find_if(parts.rbegin(), parts.rend(), [&kUsual](std::string_view part) {
    return std::find(kUsual.begin(), kUsual.end(), part) == kUsual.end();
  });
  std::string name;
  for (const char c : word == parts.rend() ? std::string_view("main") : *word)
    name += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ? c : '-';
  return name;
}

/// Names the histories that are certain, where there are several.
void name_histories(const std::vector<std::string>& files, Survey& found) {
  std::set<std::string> taken;
  for (const migration::History& one : found.histories) {
    if (!one.certain || one.folder.empty() || is_set_aside(one.folder + "/")) continue;
    const std::string word = word_of(one.folder);
    std::string name = word;
    for (int i = 2; !taken.insert(name).second; ++i) name = format("{}-{}", word, i);
    const std::string schema = one.folder.substr(0, one.folder.rfind('/') + 1) + "schema.sql";
    const bool has_schema =
        one.folder.find('/') != std::string::npos && std::find(files.begin(), files.end(), schema) != files.end();
    found.named_histories.push_back({std::move(name), one, has_schema ? schema : std::string()});
  }
  if (found.named_histories.size() < 2) found.named_histories.clear();
}

/// The shortest of `schemas` that lies below the folder above the migrations, else near the top. A schema deep in
/// another part of the tree is that of some other program.
std::string schema_beside(const std::optional<std::string>& migrations, const std::vector<std::string>& schemas) {
  const std::size_t slash = migrations ? migrations->rfind('/') : std::string::npos;
  const std::string above = slash == std::string::npos ? std::string() : migrations->substr(0, slash + 1);
  const auto rank = [&](const std::string& path) {
    const bool beside = migrations && path.starts_with(above);
    const bool deep = std::count(path.begin(), path.end(), '/') > 1;
    return std::tuple(beside ? 0 : deep ? 2 : 1, path.size());
  };
  const auto best =
      std::min_element(schemas.begin(), schemas.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return best == schemas.end() || std::get<0>(rank(*best)) == 2 ? std::string() : *best;
}

}  // namespace

void find_migrations(const std::vector<std::string>& files, Survey& found) {
  std::map<std::string, Folder> folders;
  std::vector<std::string> schemas;
  for (const std::string& path : files) {
    const std::size_t slash = path.rfind('/');
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (!name.ends_with(".sql") || migration::is_elsewhere(path)) continue;
    if (name == "schema.sql") schemas.push_back(path);
    if (slash == std::string::npos || !is_numbered(name)) continue;
    Folder& folder = folders[path.substr(0, slash)];
    ++folder.files;
    std::string number = number_of(name);
    if (!folder.last.empty() && is_lower(number, folder.highest)) continue;
    folder.highest = std::move(number);
    folder.last = name.substr(0, name.size() - std::string_view(".sql").size());
  }
  const auto comes_after = [](const auto& a, const auto& b) {
    const bool aside = is_set_aside(a.first + "/");
    if (aside != is_set_aside(b.first + "/")) return aside;
    if (a.second.highest != b.second.highest) return is_lower(a.second.highest, b.second.highest);
    return std::tuple(a.second.files, b.first.size()) < std::tuple(b.second.files, a.first.size());
  };
  const auto best = std::max_element(folders.begin(), folders.end(), comes_after);
  found.schema = schema_beside(best == folders.end() ? std::nullopt : std::optional(best->first), schemas);
  if (best == folders.end()) return;
  found.migrations = best->first;
  found.migration_count = best->second.files;
  found.last_migration = best->second.last;
  for (const auto& [folder, content] : folders)
    if (folder != best->first)
      found.other_migrations.push_back(format("{} ({})", folder, text::counted(content.files, "file")));
}

void find_histories(const std::string& top, const std::vector<std::string>& files, Survey& found) {
  const auto head = [&top](const std::string& path) {
    constexpr std::size_t kHead = 65536;
    Result<std::string> content = file::read(top + "/" + path, std::size_t{4} << 20U);
    return content.ok() ? content->substr(0, kHead) : std::string();
  };
  // Git ignores the file that people set a tool up by.
  std::vector<std::string> all = files;
  const std::string own = ".env";
  if (std::find(all.begin(), all.end(), own) == all.end() && file::exists(top + "/" + own)) all.push_back(own);
  found.histories = migration::find_histories(all, head);
  const bool taken = std::any_of(found.histories.begin(), found.histories.end(),
                                 [&](const migration::History& one) { return one.folder == found.migrations; });
  if (!taken && !found.migrations.empty() && migration::is_for_another_database(found.migrations, files, head)) {
    found.other_database = std::exchange(found.migrations, {});
    found.migration_count = 0;
    found.last_migration.clear();
    found.schema.clear();
  }
  if (found.histories.empty()) return;
  name_histories(files, found);
  const migration::History& first = found.histories.front();
  if (first.layout->is_ours() || (!first.certain && found.migration_count > 0)) return;
  found.migrations = first.folder;
  found.migration_count = first.count;
  found.last_migration = first.last;
}

}  // namespace kairon::install
