#include "migration/detect_table.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"

namespace kairon::migration {
namespace {

/// Before a table's name in a line of a file that people configure the tool by.
struct TableMark {
  std::string_view layout;
  std::string_view file;  ///< how the file's name begins; "" = any of kConfigFiles
  std::string_view word;
  std::string_view with;  ///< what the line must hold too; "" = nothing
  std::string_view usual;
};
constexpr std::array<TableMark, 16> kTableMarks = {{
    {"dbmate", "", "DBMATE_MIGRATIONS_TABLE", "", "schema_migrations"},
    {"dbmate", "", "--migrations-table", "dbmate", "schema_migrations"},
    {"goose", "", "GOOSE_TABLE", "", "goose_db_version"},
    {"goose", "", "-table", "goose", "goose_db_version"},
    {"goose", "", "--table", "goose", "goose_db_version"},
    {"goose", "", "SetTableName(", "", "goose_db_version"},
    {"golang-migrate", "", "x-migrations-table", "", "schema_migrations"},
    {"flyway", "flyway.", "flyway.table", "", "flyway_schema_history"},
    {"flyway", "flyway.toml", "table", "", "flyway_schema_history"},
    {"flyway", "application", "spring.flyway.table", "", "flyway_schema_history"},
    {"flyway", "", "FLYWAY_TABLE", "", "flyway_schema_history"},
    {"node-pg-migrate", "", "--migrations-table", "", "pgmigrations"},
    {"node-pg-migrate", "package.json", "\"migrations-table\"", "", "pgmigrations"},
    {"sqitch", "sqitch.conf", "registry", "", "sqitch"},
    {"atlas", "atlas.hcl", "revisions_schema", "", "atlas_schema_revisions"},
    {"atlas", "", "--revisions-schema", "atlas", "atlas_schema_revisions"},
}};

/// How names of such files begin.
constexpr std::array<std::string_view, 16> kConfigFiles = {
    ".env",    "Makefile",       "makefile",   "GNUmakefile", "justfile",  "Justfile", "Taskfile",    "package.json",
    "compose", "docker-compose", "Dockerfile", "sqitch.conf", "atlas.hcl", "flyway.",  "application", "dbmate."};

constexpr std::string_view kTableSigns = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";

std::string_view last_component(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view above_it(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool is_above(std::string_view folder, std::string_view history) {
  return folder.empty() || folder == history || history.starts_with(std::string(folder) + "/");
}

/// Programs set a table in the code next to the folder.
bool is_code_of(std::string_view path, std::string_view history) {
  return path.ends_with(".go") && (above_it(path) == history || above_it(path) == above_it(history) ||
                                   above_it(path) == above_it(above_it(history)));
}

bool may_configure(std::string_view path, std::string_view history) {
  if (is_code_of(path, history)) return true;
  const std::string_view name = last_component(path);
  const bool known =
      name.ends_with(".sh") || std::any_of(kConfigFiles.begin(), kConfigFiles.end(),
                                           [name](std::string_view begin) { return name.starts_with(begin); });
  return known && is_above(above_it(path), history);
}

/// The name after the mark's word; "" where a variable or nothing follows.
std::string_view name_after(std::string_view line, const TableMark& mark) {
  const std::size_t at = line.find(mark.word);
  if (at == std::string_view::npos || !text::contains(line, mark.with)) return {};
  const bool call = mark.word.ends_with('(');
  const bool member = call && at > 0 && line[at - 1] == '.';
  const bool inside = at > 0 && !member && (text::contains(kTableSigns, line.substr(at - 1, 1)) || line[at - 1] == '-');
  line.remove_prefix(at + mark.word.size());
  const std::size_t begin = line.find_first_not_of(" \t\"'=:");
  const bool apart = begin != 0 || call;
  if (inside || !apart || begin == std::string_view::npos) return {};
  line.remove_prefix(begin);
  return line.substr(0, line.find_first_not_of(kTableSigns));
}

bool is_commented(std::string_view line) {
  line = text::trim(line);
  return line.starts_with('#') || line.starts_with("//") || line.starts_with("--") || line.starts_with(';');
}

std::string table_in(std::string_view content, std::string_view name, const Layout& layout) {
  for (const std::string_view line : text::lines(content)) {
    if (is_commented(line)) continue;
    for (const TableMark& mark : kTableMarks) {
      if (mark.layout != layout.name || (!mark.file.empty() && !name.starts_with(mark.file))) continue;
      const std::string_view found = name_after(line, mark);
      if (found.empty()) continue;
      if (found == mark.usual) return {};
      if (layout.name == "sqitch") return format("{}.changes", found);
      return layout.name == "atlas" ? format("{}.atlas_schema_revisions", found) : std::string(found);
    }
  }
  return {};
}

}  // namespace

std::string find_version_table(const Layout& layout, const std::string& folder, const std::vector<std::string>& files,
                               const std::function<std::string(const std::string&)>& head) {
  if (std::none_of(kTableMarks.begin(), kTableMarks.end(),
                   [&](const TableMark& mark) { return mark.layout == layout.name; }))
    return {};
  std::vector<std::string> nearest;
  for (const std::string& path : files)
    if (may_configure(path, folder)) nearest.push_back(path);
  std::stable_sort(nearest.begin(), nearest.end(),
                   [](const std::string& a, const std::string& b) { return above_it(a).size() > above_it(b).size(); });
  for (const std::string& path : nearest)
    if (std::string table = table_in(head(path), last_component(path), layout); !table.empty()) return table;
  return {};
}

}  // namespace kairon::migration
